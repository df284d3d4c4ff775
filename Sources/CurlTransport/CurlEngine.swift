import CCurl
import KubeClient
import Synchronization

/// The other tasks' side of the engine thread: a queue of commands, and the knowledge that the thread has ended.
///
/// Nothing of libcurl is touched here once the thread runs.
final class CurlEngine: Sendable {
    enum Command: Sendable {
        case start(UInt64, TransferOrder)
        case cancel(UInt64)
    }

    private struct Shared {
        var commands: [Command] = []
        var isStopping = false
        var nextID: UInt64 = 1
        var hasEnded = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let shared = Mutex(Shared())
    private let poller: SocketPoller

    private init(_ poller: SocketPoller) { self.poller = poller }

    /// Makes the engine and its thread.
    static func start() throws(TransportError) -> CurlEngine {
        guard libraryIsReady, let pointer = unsafe curl_multi_init() else {
            throw TransportError(.invalidRequest, "libcurl cannot be initialised")
        }
        let multi = unsafe MultiHandle(pointer)
        guard let poller = SocketPoller() else {
            multi.free()
            throw TransportError(.invalidRequest, "the machine gives no file descriptors")
        }
        let engine = CurlEngine(poller)
        guard DedicatedThread.run({ EngineLoop(engine: engine, multi: multi, poller: poller).run() }) else {
            multi.free()
            throw TransportError(.invalidRequest, "the machine gives no thread")
        }
        return engine
    }

    /// `curl_global_init` is not safe beside other threads that do the same: Swift runs this initialiser once.
    private static let libraryIsReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Queues an order; its sink gets exactly one result.
    func start(_ order: TransferOrder) -> UInt64 {
        let id = shared.withLock { shared -> UInt64? in
            guard !shared.isStopping else { return nil }
            let id = shared.nextID
            shared.nextID += 1
            add(.start(id, order), &shared)
            return id
        }
        guard let id else {
            order.sink.fail(TransportError(.shutDown))
            return 0
        }
        return id
    }

    /// Frees what the order with this number holds; its sink must have its result already.
    func cancel(_ id: UInt64) {
        shared.withLock { shared in
            guard !shared.isStopping else { return }
            add(.cancel(id), &shared)
        }
    }

    /// Tells the thread to fail everything and end.
    func stop() {
        shared.withLock { shared in
            guard !shared.isStopping else { return }
            shared.isStopping = true
            poller.wake()
        }
    }

    /// Waits for the end of the thread.
    func ended() async {
        await withCheckedContinuation { continuation in
            let hasEnded = shared.withLock { shared in
                if !shared.hasEnded { shared.waiters.append(continuation) }
                return shared.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    /// Engine thread: takes the commands that have gathered.
    func takeCommands() -> (commands: [Command], isStopping: Bool) {
        shared.withLock { shared in
            let commands = shared.commands
            shared.commands = []
            return (commands, shared.isStopping)
        }
    }

    /// Engine thread: the last act.
    func markEnded() {
        let waiters = shared.withLock { shared in
            shared.hasEnded = true
            defer { shared.waiters = [] }
            return shared.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func add(_ command: Command, _ shared: inout Shared) {
        // One wake-up is enough for all that is queued until the thread takes it.
        if shared.commands.isEmpty { poller.wake() }
        shared.commands.append(command)
    }
}
