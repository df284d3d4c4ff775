public import JSONValue

/// Who wrote a field of a rendered object, and where the text stands.
public struct FieldOrigin: Sendable, Hashable {
    /// Who can write a field.
    public enum Writer: Sendable, Hashable {
        /// The template.
        case template
        /// An operation of an override's JSON Patch, by its index.
        case jsonPatch(override: String, operation: Int, JSONPatch.Operation.Kind)
        /// An override's merge patch.
        case mergePatch(override: String)
        /// The operator: a namespace or default that was left out, its labels and annotations.
        case renderer
    }

    /// The last one that wrote the field.
    public let writer: Writer
    /// Where in the AccessPoint the text of the field stands. What a `move` or `copy` has written still has the text of
    /// where it came from; what the operator writes has none, nor has a container whose last member was taken out.
    public let source: JSONPointer?
    /// The variables that were replaced in the text, such as `REGION`; nil where it was taken as it stands. Empty where
    /// only `$$(` became `$(`.
    public let variables: [String]?

    init(_ writer: Writer, source: JSONPointer? = nil, variables: [String]? = nil) {
        self.writer = writer
        self.source = source
        self.variables = variables
    }

    /// The origin of a value that a writer took from a place in the AccessPoint.
    init(_ writer: Writer, of value: JSONValue, at source: JSONPointer) {
        let text = value.stringValue.flatMap { Variables.concern($0) ? $0 : nil }
        self.init(writer, source: source, variables: text.map(Variables.names))
    }

    /// Whether the field says what the template says, letter by letter.
    public var isPlain: Bool { writer == .template && variables == nil }

    /// The same text, written by somebody else.
    func rewritten(by writer: Writer) -> FieldOrigin {
        FieldOrigin(writer, source: source, variables: variables)
    }
}

extension FieldOrigin: CustomStringConvertible {
    /// `override eu-timeout (jsonPatch add)`, `template with $(REGION)`, `operator`.
    public var description: String {
        guard let variables else { return "\(writer)" }
        let names = variables.map { "$(\($0))" }.joined(separator: ", ")
        return "\(writer) with \(names.isEmpty ? "$$( for $(" : names)"
    }
}

extension FieldOrigin.Writer: CustomStringConvertible {
    /// `template`, `override eu-timeout (jsonPatch add)`, `override pool (mergePatch)`, `operator`.
    public var description: String {
        switch self {
        case .template: "template"
        case .jsonPatch(let override, _, let kind): "override \(override) (jsonPatch \(kind.rawValue))"
        case .mergePatch(let override): "override \(override) (mergePatch)"
        case .renderer: "operator"
        }
    }
}
