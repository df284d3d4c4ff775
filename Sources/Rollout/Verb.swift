public import KubeModel

/// What a person can say to a rollout by an annotation.
public enum Verb: String, Sendable, Hashable, CaseIterable {
    /// Open the present gate, or go on past what cannot be known.
    case resume
    /// Pass every gate that is left of one run.
    case promoteFull = "promote-full"
    /// Go back to the stable revision.
    case abort
    /// Try again what failed, or start again what was aborted.
    case retry
    /// Give a target up for lost, so that a deletion can end.
    case abandon
}

extension Verb {
    /// The verb as a part of a field's name: `promoteFull`.
    var fieldName: String { self == .promoteFull ? "promoteFull" : rawValue }

    /// The field of `status.rollout` that holds the value consumed last.
    var handledField: String { "lastHandled\(fieldName.prefix(1).uppercased())\(fieldName.dropFirst())" }
}

/// A value that was consumed, and when.
public struct HandledVerb: Sendable, Hashable {
    /// The value.
    public var value: String
    /// When its effect was committed.
    public var time: Timestamp

    /// Makes a record.
    public init(value: String, time: Timestamp) {
        self.value = value
        self.time = time
    }
}

/// The answer to a value that does nothing.
public struct VerbAnswer: Sendable, Hashable {
    /// Why it does nothing.
    public enum Reason: Sendable, Hashable {
        /// It does not name what waits now.
        case wrongValue
        /// It was already there when its step began; it must be taken off and set again.
        case alreadyThere
    }

    /// The verb.
    public var verb: Verb
    /// The value that was found.
    public var value: String
    /// Why it does nothing.
    public var reason: Reason
    /// The value that the verb takes now; nil if it takes none.
    public var right: String?

    /// Makes an answer.
    public init(verb: Verb, value: String, reason: Reason, right: String?) {
        self.verb = verb
        self.value = value
        self.reason = reason
        self.right = right
    }
}
