import KubeClient

/// The engine thread's side: owns the multi handle and every transfer, and runs until it is told to stop.
final class EngineLoop {
    /// The time of the current round.
    private(set) var now = ContinuousClock.now

    private let poller: SocketPoller
    private let engine: CurlEngine
    private let multi: MultiHandle
    private var transfers: [UInt64: CurlCallbacks.Context] = [:]
    private var roots = TrustRoots()
    private var gate = AdmissionGate()
    /// Requests that got their connection while libcurl was at work, which may not be called back then.
    private var connected: [UInt64] = []
    /// Requests whose turn it is to go through the gate.
    private var admissible: [UInt64] = []
    /// Sockets on which the last round gave something: there may be more in libcurl's buffers.
    private var unfinished: Set<Int32> = []
    /// Sockets of open connections.
    private var sockets: Set<Int32> = []
    /// Pieces that libcurl has handed out.
    private var received: UInt64 = 0
    /// When libcurl wants to be called.
    private var timer: ContinuousClock.Instant?
    /// No transfer is due before this.
    private var nextSweep = ContinuousClock.now

    init(engine: CurlEngine, multi: MultiHandle, poller: SocketPoller) {
        self.engine = engine
        self.multi = multi
        self.poller = poller
    }

    /// The body of the thread.
    func run() {
        multi.configure(self)
        while true {
            now = .now
            let (commands, isStopping) = engine.takeCommands()
            for command in commands {
                switch command {
                case .start(let id, let order): start(id, order)
                case .cancel(let id): _ = breakOff(id)
                }
            }
            if isStopping { break }
            if let due = timer, due <= now {
                timer = nil
                let before = received
                multi.advanceTime()
                // It does not say on which socket.
                if received != before { unfinished.formUnion(sockets) }
            }
            collect()
            sweep()
            admitNext()
            let next = min(nextSweep, timer ?? nextSweep)
            let pause = min(max(0, (next - .now).wholeMilliseconds + 1), 60_000)
            advance(poller.wait(milliseconds: next <= now || !unfinished.isEmpty ? 0 : pause))
        }
        for (id, context) in transfers {
            finish(id, TransportError(.shutDown, mayHaveArrived: context.transfer.mayHaveArrived))
        }
        multi.free()
        engine.markEnded()
    }

    /// Does what can be done on the sockets that are ready, and again on those that had something to give.
    ///
    /// libcurl may keep bytes of a shared connection that it has read but handed to nobody yet (7.88 does so when a piece
    /// of HTTP/2 is larger than the buffer of its stream). Neither epoll nor libcurl's timer tells of them, so a socket
    /// counts as finished only when a round on it has given nothing.
    private func advance(_ ready: [(socket: Int32, interest: SocketPoller.Interest)]) {
        let again = unfinished.subtracting(ready.map(\.socket)).map { ($0, SocketPoller.Interest.reading) }
        unfinished = []
        for (socket, interest) in ready + again {
            now = .now
            let before = received
            multi.advance(socket, interest)
            if received != before { unfinished.insert(socket) }
        }
    }

    /// libcurl wants to know of a socket, or no longer.
    func watch(_ socket: Int32, for interest: SocketPoller.Interest) {
        poller.set(socket, interest)
        if interest.isEmpty {
            sockets.remove(socket)
            unfinished.remove(socket)
        } else {
            sockets.insert(socket)
        }
    }

    /// A piece of a head or body has come.
    func noteReceived() { received &+= 1 }

    /// libcurl wants to be called after a time, or not at all if it is negative.
    func setTimer(milliseconds: Int) { timer = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds) }

    /// Sees to it that the transfer is looked at when it is due.
    func watch(_ transfer: Transfer) { nextSweep = min(nextSweep, transfer.due) }

    /// What the reader of a stream does to end it.
    func cancellation(of transfer: Transfer) -> @Sendable () -> Void {
        let id = transfer.id
        return { [engine] in engine.cancel(id) }
    }

    /// The request was handed to a connection.
    func noteSending(_ transfer: Transfer) {
        if transfer.sendings == 1 { connected.append(transfer.id) }
    }

    private func start(_ id: UInt64, _ order: TransferOrder) {
        guard let transfer = Transfer(id: id, order: order, now: now) else {
            order.sink.fail(TransportError(.invalidRequest, "libcurl gives no handle"))
            return
        }
        transfers[id] = CurlCallbacks.Context(transfer, self)
        watch(transfer)
        guard transfer.mayShareConnection else { return admit(id) }
        if gate.enter(id, transfer.server.origin) { admit(id) }
    }

    /// Hands a transfer to libcurl.
    private func admit(_ id: UInt64) {
        guard let context = transfers[id] else { return }
        let transfer = context.transfer
        let address = unsafe Unmanaged.passUnretained(context).toOpaque()
        // A probe verifies nothing, so that no bundle is parsed for it.
        let bundle = transfer.order.probe == nil ? roots.bundle(for: transfer.order.request.connection) : nil
        guard unsafe transfer.configure(context: address, roots: bundle), multi.add(transfer) else {
            return finish(id, TransportError(.invalidRequest, transfer.libraryMessage))
        }
        transfer.isAdmitted = true
    }

    /// Lets the next one through where a request has got its connection, or has ended.
    private func admitNext() {
        for id in connected { transfers[id].map { leaveGate($0.transfer) } }
        connected = []
        // One that libcurl refuses ends at once, and lets its next one through.
        while let id = admissible.popLast() { admit(id) }
    }

    private func leaveGate(_ transfer: Transfer) {
        if let next = gate.leave(transfer.id, transfer.server.origin) { admissible.append(next) }
    }

    /// Takes the transfer out of libcurl and frees it.
    private func remove(_ id: UInt64) -> Transfer? {
        guard let transfer = transfers.removeValue(forKey: id)?.transfer else { return nil }
        if transfer.isAdmitted { multi.remove(transfer) }
        leaveGate(transfer)
        return transfer
    }

    /// Takes a transfer out before its end.
    ///
    /// What libcurl keeps for it may hold back others of its connection, and they are not woken when it is gone. libcurl
    /// does not say which socket that is.
    private func breakOff(_ id: UInt64) -> Transfer? {
        let transfer = remove(id)
        if transfer?.mayHaveArrived == true { unfinished.formUnion(sockets) }
        return transfer
    }

    private func finish(_ id: UInt64, _ error: TransportError?) {
        remove(id)?.finish(error)
    }

    /// Hands out what libcurl has finished.
    private func collect() {
        while let (transfer, result) = multi.nextFinished() {
            let error = CurlFailure.error(of: transfer, result)
            finish(transfer.id, error)
        }
    }

    /// Fails what is overdue, and sends a reminder where an end is missing. This is the one authority on time: libcurl's
    /// timers do not run for a request that waits for another one's connection, and a connect timer that fires a moment
    /// early never fires again (7.88).
    private func sweep() {
        guard now >= nextSweep else { return }
        for (id, transfer) in transfers.map({ ($0.key, $0.value.transfer) }) {
            if let error = transfer.overdue(now) {
                // A connection that swallowed a request is not used for the next one.
                if error.mayHaveArrived, transfer.order.probe == nil { roots.abandonConnections(to: transfer.server) }
                breakOff(id)?.finish(error)
            } else if let due = transfer.reminderDue, due <= now {
                transfer.reminded = now
                _ = engine.start(transfer.order.reminder)
            }
        }
        nextSweep = transfers.values.map { $0.transfer.due }.min() ?? now + .seconds(3600)
    }
}
