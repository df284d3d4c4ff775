import JSONValue
import KubeModel

/// Compares a spec with the schema of its kind, in one walk; each way of differing is a rule of its own.
struct SchemaCheck {
    var breaches: Breaches

    /// Walks the value and what it holds; as deep as the schema is, and no deeper.
    mutating func check(_ field: Field, _ shape: Shape) {
        guard let value = field.value else { return }
        switch (shape, value) {
        case (.text(let count), .string(let text)): checkLength(text.unicodeScalars.count, count, "characters", field)
        case (.flag, .bool): break
        case (.integer(let range), .integer), (.integer(let range), .number):
            guard let number = value.integerValue else {
                return report(.wrongType, field, "is no whole number", "write a whole number")
            }
            if !range.contains(number) { outOfRange(field, number, "\(range.lowerBound) to \(range.upperBound)") }
        case (.decimal(let range), .integer), (.decimal(let range), .number):
            if !range.contains(value.doubleValue ?? .nan) {
                outOfRange(field, value, "\(range.lowerBound) to \(range.upperBound)")
            }
        case (.time(let mayBeZero), .string(let text)): checkDuration(text, mayBeZero, field)
        case (.bytes, .string(let text)):
            if !Self.isBase64(text) { report(.notBase64, field, "is not base64", "encode the bytes as base64") }
        case (.choice(let words), .string(let text)): checkWord(text, words, field)
        case (.portOrName, .integer), (.portOrName, .number):
            check(field, .portOrZero)
        case (.portOrName, .string(let text)): checkLength(text.utf8.count, 0...15, "characters", field)
        case (.list(let shape, let count), .array(let elements)):
            checkLength(elements.count, count, "elements", field)
            for item in field.items {
                if item.isAbsent {
                    report(.wrongType, item, "is null", "remove the element")
                } else {
                    check(item, shape)
                }
            }
        case (.map(let shape, let count), .object(let members)):
            checkLength(members.count, count, "members", field)
            for member in field.members where member.field.isPresent { check(member.field, shape) }
        case (.message(let message), .object): check(field, message)
        default:
            report(
                .wrongType, field, "is \(value.kindDescription), not \(shape.expectation)", "write \(shape.expectation)"
            )
        }
    }

    mutating func check(_ field: Field, _ message: Message) {
        for member in field.members where member.field.isPresent {
            if let known = message.field(member.key) {
                check(member.field, known.shape)
            } else {
                report(
                    .unknownField, member.field, Self.unknown(member.key, of: message),
                    "correct the name: servers drop a field that they do not know without a word")
            }
        }
        for known in message.fields where known.isRequired && field[known.name].isAbsent {
            report(.fieldMissing, field[known.name], "is missing", "write \(known.shape.expectation)")
        }
        for group in message.exclusive {
            let present = group.filter { field[$0].isPresent }
            guard present.count > 1 else { continue }
            report(
                .exclusiveFields, field, "holds \(present.joined(separator: " and "))",
                "keep one: they exclude each other")
        }
    }

    private static func unknown(_ name: String, of message: Message) -> String {
        NearestName.nearest(to: name, in: message.fields.map(\.name)).map { "unknown field; did you mean \($0)?" }
            ?? "unknown field of \(message.name)"
    }

    private mutating func report(
        _ rule: TrafficRule, _ field: Field, _ message: @autoclosure () -> String,
        _ remedy: @autoclosure () -> String
    ) {
        breaches.rule = rule
        breaches.add(field, message(), remedy())
    }

    private mutating func outOfRange(
        _ field: Field, _ value: some CustomStringConvertible, _ range: @autoclosure () -> String
    ) {
        report(.outOfRange, field, "is \(excerpt(value))", "write a number from \(range())")
    }

    private mutating func checkLength(_ length: Int, _ range: ClosedRange<Int>, _ unit: String, _ field: Field) {
        guard !range.contains(length) else { return }
        report(
            .outOfRange, field, "has \(length) \(unit)",
            range.upperBound == Int.max
                ? "write at least \(range.lowerBound)" : "write \(range.lowerBound) to \(range.upperBound)")
    }

    private mutating func checkWord(_ text: String, _ words: [String], _ field: Field) {
        guard !words.contains(where: { sameBytes($0, text) }) else { return }
        let known = words.filter { !$0.isEmpty }
        let nearest = NearestName.nearest(to: text, in: known).map { "; did you mean \($0)?" } ?? ""
        report(
            .unknownWord, field, "\"\(excerpt(text))\" is not one of the words that may stand here\(nearest)",
            "use \(known.joined(separator: ", "))")
    }

    private mutating func checkDuration(_ text: String, _ mayBeZero: Bool, _ field: Field) {
        let nanoseconds = GoDuration.nanoseconds(text)
        if let nanoseconds, nanoseconds >= 1_000_000 || (mayBeZero && nanoseconds == 0), nanoseconds % 1_000_000 == 0 {
            return
        }
        report(
            .notADuration, field,
            "\"\(excerpt(text))\" is "
                + (nanoseconds == nil ? "no time" : "no whole number of milliseconds, or less than one"),
            "write a time such as 250ms, 1.5s or 1h30m")
    }

    /// RFC 4648 section 4, with padding.
    private static func isBase64(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.count % 4 == 0 else { return false }
        let padding = bytes.suffix(2).count { $0 == UInt8(ascii: "=") }
        return bytes.dropLast(padding).allSatisfy { byte in
            HostSyntax.isAlphanumeric(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
        }
    }
}

extension Shape {
    /// What stands in a field of this shape, for messages.
    var expectation: String {
        switch self {
        case .text, .bytes: "a string"
        case .flag: "true or false"
        case .integer: "a whole number"
        case .decimal: "a number"
        case .time: "a time such as 1.5s"
        case .choice(let words): words.filter { !$0.isEmpty }.joined(separator: " or ")
        case .portOrName: "a port number or name"
        case .list: "a list"
        case .map, .message: "an object"
        }
    }
}

extension TrafficRule {
    /// The rules of the schemas, for all kinds.
    static let schema = [
        unknownField, wrongType, fieldMissing, outOfRange, unknownWord, notADuration, notBase64, exclusiveFields,
    ]

    static let unknownField = ofSchema("UnknownField")
    static let wrongType = ofSchema("WrongType")
    static let fieldMissing = ofSchema("FieldMissing")
    static let outOfRange = ofSchema("OutOfRange")
    static let unknownWord = ofSchema("UnknownWord")
    static let notADuration = ofSchema("NotADuration")
    static let notBase64 = ofSchema("NotBase64")
    static let exclusiveFields = ofSchema("ExclusiveFields")

    private static func ofSchema(_ name: String) -> TrafficRule {
        TrafficRule(
            name: name, code: refused, severity: .error, kinds: TrafficKind.allCases,
            source: "istio/api .proto files and CRDs; kubernetes api/core/v1", check: nil)
    }
}
