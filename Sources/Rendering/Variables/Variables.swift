import AccessPointAPI
import JSONValue

/// The values of the variables of one target.
struct Variables {
    /// What can be wrong with a string.
    enum Failure: Error, Hashable {
        case unknown(String)
        case unclosed
        case labelMissing(String)
    }

    /// What a person may write, for messages.
    static let list =
        "$(CLUSTER), $(AVAILABILITY_ZONE), $(REGION), $(NAMESPACE), $(NAME), $(LABEL:key)"
    private static let labelPrefix = "LABEL:"

    private let identity: RenderIdentity
    private let target: TargetFacts

    init(identity: RenderIdentity, target: TargetFacts) {
        self.identity = identity
        self.target = target
    }

    /// The string with its variables replaced, once; what they yield is not looked at again.
    ///
    /// `$(NAME)` is a variable, `$$(NAME)` the text `$(NAME)`. Of a longer row of `$` before a `(` each pair is one `$`,
    /// and an odd one begins a variable. A `$` anywhere else is itself.
    func substituted(_ text: String) throws(Failure) -> String {
        var output: [UInt8] = []
        try Self.scan(text) { (piece) throws(Failure) in
            switch piece {
            case .text(let bytes): output += bytes
            case .variable(let name): output += try value(of: name).utf8
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private func value(of name: String) throws(Failure) -> String {
        switch name {
        case "CLUSTER": return target.name
        case "AVAILABILITY_ZONE": return target.availabilityZone
        case "REGION": return target.region
        case "NAMESPACE": return identity.namespace
        case "NAME": return identity.name
        default:
            guard let key = Self.labelKey(name) else { throw .unknown(name) }
            guard let value = target.labels[key]?.stringValue else { throw .labelMissing(key) }
            return value
        }
    }

    /// Whether the string holds a variable or an escape, so that it must be looked at for each target.
    static func concern(_ text: String) -> Bool {
        zip(text.utf8, text.utf8.dropFirst()).contains { $0 == UInt8(ascii: "$") && $1 == UInt8(ascii: "(") }
    }

    /// The variables that the string names, each once, in their order.
    static func names(in text: String) -> [String] {
        var names: [String] = []
        // What is wrong with the string is reported when it is rendered.
        try? scan(text) { (piece) throws(Failure) in
            if case .variable(let name) = piece, !names.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
                names.append(name)
            }
        }
        return names
    }

    /// The keys of the labels that the string reads.
    static func labelKeys(in text: String) -> [String] {
        names(in: text).compactMap(labelKey)
    }

    private static func labelKey(_ name: String) -> String? {
        guard name.utf8.starts(with: labelPrefix.utf8), name.utf8.count > labelPrefix.utf8.count else { return nil }
        return String(name.dropFirst(labelPrefix.count))
    }

    private enum Piece {
        case text([UInt8])
        case variable(String)
    }

    private static func scan(_ text: String, _ take: (Piece) throws(Failure) -> Void) throws(Failure) {
        let bytes = Array(text.utf8)
        var plain: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "$") else {
                plain.append(bytes[index])
                index += 1
                continue
            }
            var end = index
            while end < bytes.count, bytes[end] == UInt8(ascii: "$") { end += 1 }
            let count = end - index
            let isOpen = end < bytes.count && bytes[end] == UInt8(ascii: "(")
            plain += Array(repeating: UInt8(ascii: "$"), count: isOpen ? count / 2 : count)
            index = end
            guard isOpen, count % 2 == 1 else { continue }
            guard let close = bytes[end...].firstIndex(of: UInt8(ascii: ")")) else { throw .unclosed }
            try take(.text(plain))
            plain = []
            try take(.variable(String(decoding: bytes[(end + 1)..<close], as: UTF8.self)))
            index = close + 1
        }
        try take(.text(plain))
    }
}
