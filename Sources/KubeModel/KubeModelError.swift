/// Says which field of a Kubernetes object is wrong, and why.
public struct KubeModelError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The path of the field, such as `spec.selector.matchExpressions[0].operator`; empty for the object itself.
    public let path: String
    /// What is wrong and what would be right.
    public let message: String

    /// Makes an error about the field at `path`.
    public init(path: String, message: String) {
        self.path = path
        self.message = message
    }

    /// `path: message`.
    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// Composes the paths of fields.
enum FieldPath {
    static func join(_ path: String, _ member: String) -> String { path.isEmpty ? member : "\(path).\(member)" }

    /// Quotes a label key or another free member name: `matchLabels["app"]`.
    static func quoted(_ path: String, _ member: String) -> String { "\(path)[\"\(member)\"]" }
}
