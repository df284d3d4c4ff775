import Foundation
import Synchronization

/// The operator's real binary, run as a user would run it, and killed as a machine would kill it.
struct OperatorProcess: Sendable {
    let process: Background
    let identity: String

    /// How long a lease holds: a test that kills a leader waits that long for the next one.
    enum Lease {
        case lasting, short

        fileprivate var flags: [String] {
            switch self {
            case .lasting: ["--lease-duration", "30", "--renew-deadline", "20", "--retry-period", "1"]
            case .short: ["--lease-duration", "5", "--renew-deadline", "4", "--retry-period", "0.3"]
            }
        }
    }

    /// Starts the operator against the fleet's host, by its administrator's kubeconfig unless another is given; it
    /// looks at members each second, and serves nothing unless it is told where: several run on one machine.
    static func start(
        _ fleet: Fleet, identity: String = "a", lease: Lease = .short, kubeconfig: URL? = nil,
        health: String = "0", metrics: String = "0", extra: [String] = []
    ) throws -> OperatorProcess {
        let started = OperatorProcess(
            process: try Background(
                try Checkout.product("accesspoint-operator"),
                [
                    "--kubeconfig", (kubeconfig ?? fleet.kubeconfig(Fleet.host)).path, "--namespace",
                    Site.operatorNamespace,
                    "--allow-loopback-members", "--identity", identity, "--probe-seconds", "1",
                    "--fact-poll-seconds", "1", "--health-address", health, "--metrics-address", metrics,
                ] + lease.flags + extra, folder: try Scratch.folder("operator-\(identity)")),
            identity: identity)
        Leftovers.note(started.process)
        return started
    }

    /// Ends it as SIGKILL does: nothing is cleaned up.
    func kill() async {
        process.signal(SIGKILL)
        await process.end()
    }

    /// Asks it to end and waits until it has.
    @discardableResult
    func terminate() async -> Int32 {
        process.signal(SIGTERM)
        return await process.end()
    }

    /// Whether its log has these words anywhere; it may have written much since.
    func hasLogged(_ words: String) -> Bool { process.text("stderr").contains(words) }

    /// The newest lines of its log.
    func tail(_ count: Int = 25) -> String {
        process.text("stderr").split(separator: "\n").suffix(count).joined(separator: "\n")
    }
}

/// The one operator that runs at a time, unless a test runs its own.
actor Crew {
    static let shared = Crew()
    private var running: OperatorProcess?
    private var flags: [String] = []

    /// An operator with these flags: the running one if it has them, else a new one in its place.
    @discardableResult
    func operate(_ fleet: Fleet, _ flags: [String] = []) async throws -> OperatorProcess {
        if let running, running.process.isRunning, flags == self.flags { return running }
        await rest()
        let started = try OperatorProcess.start(fleet, lease: .lasting, extra: flags)
        (running, self.flags) = (started, flags)
        return started
    }

    /// Ends the operator, if one runs, as Kubernetes would.
    func rest() async {
        if let running, running.process.isRunning { await running.terminate() }
        running = nil
    }

    /// What the operator last wrote, for the message of a failure.
    var tail: String { running?.tail() ?? "no operator is running" }
}

/// Processes that must not outlive this one.
private enum Leftovers {
    private static let processes = Mutex<[Background]>([])
    private static let armed: Void = { _ = atexit { Leftovers.end() } }()

    static func note(_ process: Background) {
        _ = armed
        processes.withLock { $0.append(process) }
    }

    private static func end() {
        for process in processes.withLock({ $0 }) where process.isRunning { process.signal(SIGKILL) }
    }
}
