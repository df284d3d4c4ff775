public import KubeModel
public import Rendering
import TrafficModel

/// Why one object of a target could not be brought into the state that its rendering asks for.
public struct ObjectFailure: Error, Sendable, Hashable {
    /// The closed list of causes; each has its remedy in the message.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        case objectExists = "ObjectExists"
        case objectOwned = "ObjectOwned"
        case objectTerminating = "ObjectTerminating"
        case namespaceMissing = "NamespaceMissing"
        case kindMissing = "KindMissing"
        case dryRunFailed = "DryRunFailed"
        case referenceUnresolved = "ReferenceUnresolved"
        case applyConflict = "ApplyConflict"
        case forbidden = "Forbidden"
        case quotaExceeded = "QuotaExceeded"
        case unauthorised = "CredentialInvalid"
        case clusterUnreachable = "ClusterUnreachable"
        case outcomeUnknown = "OutcomeUnknown"
        case webhookUnavailable = "WebhookUnavailable"
        case applyFailed = "ApplyFailed"
        case deleteFailed = "DeleteFailed"
    }

    /// The template entry; empty for an object that is only removed.
    public var template: String
    /// The kind.
    public var kind: String
    /// Namespace and name in the member.
    public var key: ObjectKey
    /// Why.
    public var reason: Reason
    /// What was wrong and what to do, to follow kind and key.
    public var message: String
    /// How long the server asked to wait before the next attempt.
    public var retryAfter: Duration?

    /// A failure of one rendered object.
    public init(_ object: RenderedObject, reason: Reason, message: String) {
        self.init(
            template: object.template, kind: object.kind.kind, key: object.key, reason: reason, message: message)
    }

    /// A failure of an object that is known by kind and key only.
    public init(template: String, kind: String, key: ObjectKey, reason: Reason, message: String) {
        self.template = template
        self.kind = kind
        self.key = key
        self.reason = reason
        self.message = message
    }
}

extension ObjectFailure: CustomStringConvertible {
    /// The object, what was wrong and what to do.
    public var description: String { "\(kind) \(key) \(message)" }
}
