public import KubeModel

/// What an Event is about.
public struct EventReference: Sendable, Hashable {
    /// The kind.
    public var kind: GroupVersionKind
    /// Namespace and name.
    public var key: ObjectKey
    /// The uid, if known.
    public var uid: String?
    /// The version that was looked at, if known.
    public var resourceVersion: String?

    /// A reference.
    public init(kind: GroupVersionKind, key: ObjectKey, uid: String? = nil, resourceVersion: String? = nil) {
        self.kind = kind
        self.key = key
        self.uid = uid
        self.resourceVersion = resourceVersion
    }

    /// The reference without the version: the object in all its states.
    var identity: EventReference {
        EventReference(kind: kind, key: key, uid: uid)
    }

    /// A reference to an object.
    public init(_ object: KubeObject) {
        self.init(kind: object.gvk, key: object.key, uid: object.uid, resourceVersion: object.resourceVersion)
    }
}

/// Something that happened to an object, told to people.
public struct EventNote: Sendable, Hashable {
    /// Whether somebody should look at it.
    public enum Severity: String, Sendable, Hashable {
        // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
        case normal = "Normal", warning = "Warning"
    }

    /// What it is about; the Event goes to its namespace, or to `kube-system`.
    public var regarding: EventReference
    /// What else is concerned.
    public var related: EventReference?
    /// Whether somebody should look at it.
    public var severity: Severity
    /// Why, in one word: `CanaryPaused`.
    public var reason: String
    /// What was done or tried, in one word: `Rollout`.
    public var action: String
    /// A sentence.
    public var note: String
    /// Keeps apart what would else become one series, whose sentence is that of its first occurrence: the value that a
    /// person has set, for example.
    public var variant = ""

    /// A note.
    public init(
        regarding: EventReference, related: EventReference? = nil, severity: Severity = .normal, reason: String,
        action: String, note: String
    ) {
        self.regarding = regarding
        self.related = related
        self.severity = severity
        self.reason = reason
        self.action = action
        self.note = note
    }
}
