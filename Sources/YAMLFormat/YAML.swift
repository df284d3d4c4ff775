public import JSONValue

/// Reads and writes YAML as the JSON values that Kubernetes means by it.
///
/// Reading takes YAML 1.2 with the core schema, JSON included, and refuses every plain scalar that YAML 1.1 readers,
/// kubectl's among them, take for something else (see `PlainScalar`): what is read here means the same everywhere.
/// Also refused are duplicate keys, keys that are not strings, merge keys, tags beyond the core schema and whatever
/// exceeds the limits. Writing quotes whatever any of those readers would retype.
public enum YAML {
    /// Reads all documents of a file; documents without content are left out.
    /// - Parameters:
    ///   - bytes: the file, in UTF-8.
    ///   - limits: the most that is read.
    /// - Returns: one value per document, numbers exact.
    /// - Throws: `YAMLError` with the line and column of the first thing that is wrong.
    public static func documents(
        _ bytes: [UInt8], limits: YAMLLimits = .default
    ) throws(YAMLError) -> [JSONValue] {
        guard bytes.count <= limits.maxBytes else {
            throw YAMLError(
                line: 1, column: 1, message: "the file has \(bytes.count) bytes; the limit is \(limits.maxBytes)")
        }
        if let value = json(bytes, limits) { return [value] }
        var composer = YAMLComposer(events: try YAMLEvents(bytes), limits: limits)
        return try composer.documents()
    }

    /// The one value of a file that is a JSON object or array within the limits; nil if it is not.
    ///
    /// libyaml reads YAML 1.1, where JSON's surrogate pairs (`\ud83d\ude00`), keys beyond 1024 characters and a line
    /// break before a colon are errors. What fails here is left to libyaml, whose errors have lines and columns.
    private static func json(_ bytes: [UInt8], _ limits: YAMLLimits) -> JSONValue? {
        guard let first = bytes.first(where: { !" \t\r\n".utf8.contains($0) }), "{[".utf8.contains(first) else {
            return nil
        }
        let value = try? JSONValue(
            parsing: bytes, limits: JSONLimits(maxBytes: limits.maxBytes, maxDepth: limits.maxDepth))
        guard let value, value.nodeCount <= limits.maxNodes else { return nil }
        return value
    }

    /// One document in block style, which reads back as `value` in YAML 1.1 and YAML 1.2; ends with a line break.
    ///
    /// Only a number beyond the range of a 64-bit float has no such form; it is written in its digits.
    public static func text(_ value: JSONValue) -> String {
        var writer = YAMLWriter()
        writer.write(document: value)
        return writer.text
    }

    /// One document in block style with comments.
    /// - Parameters:
    ///   - value: an object or an array.
    ///   - comment: what is written behind the value at a place that is no container, or an empty one; nil: nothing.
    /// - Returns: the document, which reads back as the value.
    public static func text(_ value: JSONValue, comment: (JSONPointer) -> String?) -> String {
        withoutActuallyEscaping(comment) { comment in
            var writer = YAMLWriter(comment: comment)
            writer.write(document: value)
            return writer.text
        }
    }

    /// Several documents in block style, with `---` between them.
    public static func text(documents: [JSONValue]) -> String {
        documents.map { text($0) }.joined(separator: "---\n")
    }
}

extension JSONValue {
    /// How many values there are in all, itself included; keys are not counted.
    var nodeCount: Int {
        switch self {
        case .array(let elements): elements.reduce(1) { $0 + $1.nodeCount }
        case .object(let members): members.reduce(1) { $0 + $1.value.nodeCount }
        default: 1
        }
    }
}
