/// Counts and ready-made words for `kubectl get`.
public struct StatusSummary: Sendable, Hashable {
    /// Number of targets.
    public var targets: Int?
    /// Targets that run the update revision.
    public var updated: Int?
    /// Targets in service, whatever their revision.
    public var available: Int?
    /// Targets that failed.
    public var failed: Int?
    /// The first address and a count of the others, such as `198.51.100.10 (+2)`.
    public var vips = ""
    /// The first host name and a count of the others.
    public var fqdn = ""
    /// True when lists of the status were cut to keep the object small.
    public var truncated: Bool?

    /// Makes a summary that says nothing.
    public init() {}
}

extension StatusSummary: FieldObject {
    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("targets", &targets, .integer())
        fields.value("updated", &updated, .integer())
        fields.value("available", &available, .integer())
        fields.value("failed", &failed, .integer())
        fields.value("vips", &vips, .text(max: 270), .implied)
        fields.value("fqdn", &fqdn, .text(max: 270), .implied)
        fields.value("truncated", &truncated, .boolean)
    }
}
