public import KubeModel

/// One place where an object in a member cluster is not as rendered.
public struct DriftEntry: Sendable, Hashable {
    /// What is wrong there.
    public enum Change: String, Sendable, Hashable, CaseIterable, FieldChoice {
        /// The rendering has it, the live object has not; or the object itself is not there.
        case missing = "Missing"
        /// Both have it, with different values.
        case changed = "Changed"
        /// Only the live object has it.
        case extra = "Extra"
    }

    /// The most characters of a value that are kept.
    public static let valueLimit = 128

    /// API group of the object, `""` for the core group.
    public var group: String
    /// Kind of the object.
    public var kind: String
    /// Namespace of the object.
    public var namespace: String
    /// Name of the object.
    public var name: String
    /// The place in the object, as a JSON pointer; empty: the object itself.
    public var pointer: String
    /// What is wrong there.
    public var change: Change
    /// The rendered value as JSON, cut.
    public var ours = ""
    /// The live value as JSON, cut.
    public var live = ""
    /// The field manager that wrote the live value, as far as the object tells.
    public var manager = ""
    /// When the place was first seen to differ.
    public var firstSeenTime: Timestamp?

    /// Makes an entry of which only place and change are known.
    public init(
        _ kind: GroupVersionKind, namespace: String, name: String, pointer: String = "", change: Change = .missing
    ) {
        group = kind.group
        self.kind = kind.kind
        (self.namespace, self.name, self.pointer, self.change) = (namespace, name, pointer, change)
    }

    /// Whether another entry speaks of the same place.
    public func isSamePlace(as other: DriftEntry) -> Bool {
        kind == other.kind && group == other.group && namespace == other.namespace && name == other.name
            && pointer == other.pointer
    }
}

extension DriftEntry: FieldObject {
    init() { self.init(GroupVersionKind(group: "", version: "", kind: ""), namespace: "", name: "") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("group", &group, .text(max: 253), .required)
        fields.value("kind", &kind, .text(1...63), .required)
        fields.value("namespace", &namespace, .text(max: 63), .required)
        fields.value("name", &name, .text(1...253), .required)
        fields.value("pointer", &pointer, .text(max: 256), .required)
        fields.choice("change", &change, .required)
        fields.value("ours", &ours, .text(max: Self.valueLimit), .implied)
        fields.value("live", &live, .text(max: Self.valueLimit), .implied)
        fields.value("manager", &manager, .text(max: 128), .implied)
        fields.value("firstSeenTime", &firstSeenTime, .time)
    }
}
