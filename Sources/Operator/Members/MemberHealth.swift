public import KubeModel

/// Whether one member answers, as what, and since when; a pure function of the probes' results.
public struct MemberHealth: Sendable, Hashable {
    /// What a probe found.
    public enum Probe: Sendable, Hashable {
        /// The member answered: uid of its kube-system namespace and its version.
        case answered(uid: String, version: String)
        /// The cluster of another MemberCluster answered.
        case taken(uid: String, by: String)
        /// It answered, but does not accept the credential.
        case unauthorised(String)
        /// It answered, but does not let us read what identifies it.
        case forbidden(String)
        /// It did not answer.
        case failed(String)
    }

    /// The verdict on the member.
    public enum State: Sendable, Hashable {
        case unknown
        case reachable
        case unreachable(String)
        case unauthorised(String)
        case forbidden(String)
        /// Another cluster than before answers: nothing may be written there.
        case identityChanged(expected: String, found: String)
        /// The cluster is registered as another MemberCluster already: nothing is written through this one.
        case duplicate(of: String)
    }

    /// Failures in a row after which a member that answered counts as unreachable.
    public static let threshold = 2
    /// The longest time between two looks at a member that does not answer.
    static let longestWait: Duration = .seconds(30)

    /// The verdict.
    public private(set) var state: State = .unknown
    /// Probes in a row that got no answer, counted up to the threshold.
    public private(set) var failures = 0
    /// Host time of the last answer.
    public private(set) var lastSeen: Timestamp?
    /// Version of its API server at the last answer.
    public private(set) var version: String?
    /// uid of the member's kube-system namespace, from first contact.
    public private(set) var uid: String?

    /// A member of which only the identity is known, if it was met before.
    public init(uid: String?) {
        self.uid = uid
    }

    /// Whether it answered, as itself, when it was last asked; nothing else is ever written to.
    public var isReachable: Bool { state == .reachable }

    /// Takes in one probe. Identity comes before everything: a member that answers with another uid is not written.
    public mutating func observe(_ probe: Probe, now: Timestamp) {
        switch probe {
        case .answered(let found, let version):
            (failures, lastSeen, self.version) = (0, now, version)
            if let uid, uid != found {
                state = .identityChanged(expected: uid, found: found)
            } else {
                uid = found
                state = .reachable
            }
        case .taken(let found, let other):
            (failures, lastSeen) = (0, now)
            let isOther = uid.map { $0 != found } ?? false
            state = isOther ? .identityChanged(expected: uid ?? "", found: found) : .duplicate(of: other)
        case .unauthorised(let message):
            (failures, lastSeen, state) = (0, now, .unauthorised(message))
        case .forbidden(let message):
            (failures, lastSeen, state) = (0, now, .forbidden(message))
        case .failed(let message):
            failures = min(failures + 1, Self.threshold)
            if failures >= Self.threshold || state != .reachable { state = .unreachable(message) }
        }
    }
}
