import JSONValue
import KubeModel

/// What a single value may be: a leaf of the schema.
struct FieldShape: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case string
        case integer(bits: Int)
        case boolean
        case time
        case intOrPercent
        /// An object with free content.
        case freeObject
        /// Any JSON value.
        case any
    }

    var kind: Kind
    /// Length of a text in Unicode scalars, or number of members of a free object.
    var length: ClosedRange<Int>?
    var pattern: TextPattern?
    /// The only values allowed; empty if there is no such rule.
    var choices: [JSONValue] = []
    var range: ClosedRange<Int64>?
    var isNullable = false

    static func text(_ length: ClosedRange<Int>, _ pattern: TextPattern? = nil) -> FieldShape {
        FieldShape(kind: .string, length: length, pattern: pattern)
    }

    /// A text that may be empty.
    static func text(max: Int) -> FieldShape { .text(0...max) }

    /// An RFC 1123 label.
    static let label = FieldShape.text(1...63, .label)

    static func integer(_ range: ClosedRange<Int64> = 0...Int64(Int32.max)) -> FieldShape {
        FieldShape(kind: .integer(bits: 32), range: range)
    }

    /// A count that may outgrow 32 bits, within the integers that every JSON reader keeps exactly.
    static let count64 = FieldShape(kind: .integer(bits: 64), range: 0...9_007_199_254_740_991)

    static let boolean = FieldShape(kind: .boolean)
    static let time = FieldShape(kind: .time)
    static let any = FieldShape(kind: .any, isNullable: true)

    /// A boolean that can only be `true`.
    static let presence = FieldShape(kind: .boolean, choices: [.bool(true)])

    static func freeObject(minMembers: Int) -> FieldShape {
        FieldShape(kind: .freeObject, length: minMembers...Int.max)
    }

    static func intOrPercent(from minimum: Int64, _ pattern: TextPattern) -> FieldShape {
        FieldShape(kind: .intOrPercent, length: 0...4, pattern: pattern, range: minimum...512)
    }

    static func choice<Choice: FieldChoice>(_: Choice.Type) -> FieldShape {
        FieldShape(kind: .string, choices: Choice.allCases.map { .string($0.rawValue) })
    }
}

extension FieldShape {
    /// What is wrong with `json`; nil if it fits.
    func problem(with json: JSONValue) -> String? {
        if let problem = typeProblem(json) { return problem }
        guard choices.isEmpty || choices.contains(json) else {
            let names = choices.map { $0.stringValue ?? $0.text() }.joined(separator: ", ")
            return "must be \(choices.count == 1 ? "" : "one of ")\(names), found \(Excerpt.of(json.text()))"
        }
        if let range, let number = json.integerValue, !range.contains(number) {
            return "must be between \(range.lowerBound) and \(range.upperBound), found \(number)"
        }
        if kind == .freeObject, let length, let members = json.objectValue, !length.contains(members.count) {
            return "must have at least \(length.lowerBound) field; null values are dropped by kubectl apply"
        }
        return json.stringValue.flatMap(textProblem)
    }

    private func typeProblem(_ json: JSONValue) -> String? {
        let wanted: String? =
            switch kind {
            case .string: json.stringValue == nil ? "a string" : nil
            case .integer: json.integerValue == nil ? "an integer" : nil
            case .boolean: json.boolValue == nil ? "true or false" : nil
            case .time:
                json.stringValue.flatMap { Timestamp($0) } == nil
                    ? "a time in the form of RFC 3339, such as 2006-01-02T15:04:05Z" : nil
            case .intOrPercent:
                json.integerValue == nil && json.stringValue == nil ? "a number or a percentage such as 25%" : nil
            case .freeObject: json.objectValue == nil ? "an object" : nil
            case .any: nil
            }
        return wanted.map { "must be \($0), found \(json.typeName)" }
    }

    private func textProblem(_ text: String) -> String? {
        guard kind == .string || kind == .intOrPercent else { return nil }
        if let length {
            // Kubernetes counts code points.
            let count = text.unicodeScalars.count
            if count < length.lowerBound { return "must not be empty" }
            if count > length.upperBound { return "must be at most \(length.upperBound) characters, found \(count)" }
        }
        guard let pattern, !pattern.matches(text) else { return nil }
        return "\(pattern.message), found \"\(Excerpt.of(text))\""
    }
}

extension JSONValue {
    /// What messages call a value of this type.
    var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
