import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Logging
import Synchronization
import X509Tools

/// The sessions of all registered members, by name.
final class MemberRegistry: Sendable {
    private struct Entry {
        var session: MemberSession
        /// SHA-256 of the kubeconfig that the session's client was made from.
        var digest: String
    }

    private let entries = Mutex<[String: Entry]>([:])
    private let problems = Mutex<[String: MemberAccess.Problem]>([:])

    /// The session of a member; nil while it has no usable credentials.
    func session(_ name: String) -> MemberSession? { entries.withLock { $0[name]?.session } }

    /// All sessions.
    var sessions: [MemberSession] { entries.withLock { Array($0.values.map(\.session)) } }

    /// Whether the session of a member was made from exactly this kubeconfig.
    func isCurrent(_ name: String, digest: String) -> Bool { entries.withLock { $0[name]?.digest == digest } }

    /// Takes in a session, or the news that a session has gone over to another kubeconfig.
    func put(_ session: MemberSession, digest: String) {
        entries.withLock { $0[session.name] = Entry(session: session, digest: digest) }
    }

    /// Why a member's credentials cannot be used; nil while they can, or nobody has looked.
    func problem(_ name: String) -> MemberAccess.Problem? { problems.withLock { $0[name] } }

    /// Notes whether a member's credentials can be used; returns whether that is news.
    func note(_ problem: MemberAccess.Problem?, of name: String) -> Bool {
        problems.withLock { problems in
            defer { problems[name] = problem }
            return problems[name] != problem
        }
    }

    /// Ends the session of a member that is no longer registered.
    func remove(_ name: String) {
        problems.withLock { $0[name] = nil }
        entries.withLock { $0.removeValue(forKey: name) }?.session.stop()
    }

    /// Ends all sessions; requests that are under way are waited for, so that their outcome is known.
    func stop() async {
        let all = entries.withLock { entries in
            defer { entries = [:] }
            return Array(entries.values)
        }
        for entry in all { await entry.session.jobs.drain() }
        for entry in all { entry.session.stop() }
    }

    /// What an AccessPoint left behind in every session is forgotten.
    func forget(owner: String, key: ObjectKey) {
        for session in sessions {
            session.jobs.forget(owner)
            session.withdraw(key)
        }
    }
}
