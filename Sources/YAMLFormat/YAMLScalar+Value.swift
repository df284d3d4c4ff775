import JSONValue

extension YAMLScalar {
    /// The value that the scalar denotes.
    /// - Parameters:
    ///   - tag: its full tag, if one is written.
    ///   - position: where it stands, for errors.
    /// - Returns: a string, number, boolean or null.
    /// - Throws: `YAMLError` if readers disagree about it or if the tag does not suit it.
    func value(tag: String?, at position: YAMLPosition) throws(YAMLError) -> JSONValue {
        switch tag {
        case nil: return isPlain ? try resolved(position) : .string(text)
        case "!", YAMLTag.core + "str": return .string(text)
        default: break
        }
        let value = try resolved(position)
        switch (tag, value) {
        case (YAMLTag.core + "null", .null), (YAMLTag.core + "bool", .bool), (YAMLTag.core + "int", .integer),
            (YAMLTag.core + "float", .integer), (YAMLTag.core + "float", .number):
            return value
        case (YAMLTag.core + "int", .number(let number)) where number.text.utf8.allSatisfy(PlainNumber.isDigitOrSign):
            return value
        default: throw position.error(YAMLTag.refusal(tag))
        }
    }

    private func resolved(_ position: YAMLPosition) throws(YAMLError) -> JSONValue {
        switch PlainScalar(text) {
        case .string: return .string(text)
        case .value(let value): return value
        case .ambiguous(let reason): throw position.error(reason)
        }
    }
}

/// The tags of YAML 1.2's core schema.
enum YAMLTag {
    /// What `!!` stands for.
    static let core = "tag:yaml.org,2002:"

    static func refusal(_ tag: String?) -> String {
        var tag = tag ?? ""
        if tag.hasPrefix(core) { tag = "!!" + tag.dropFirst(core.count) }
        return "the tag \(Quoted(tag)) does not suit this value or is not supported; remove it"
    }
}

/// Text of the input, for messages: in quotes, cut to 60 characters, control characters escaped.
struct Quoted: CustomStringConvertible {
    let description: String

    init(_ text: String) {
        let scalars = text.unicodeScalars
        var result = ""
        for scalar in scalars.prefix(60) { result += scalar.escaped }
        description = "\"\(result)\(scalars.count > 60 ? "..." : "")\""
    }
}
