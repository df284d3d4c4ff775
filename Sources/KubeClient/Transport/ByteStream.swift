import Synchronization

/// A bounded pipe of bytes from a transport's thread to one reading task.
///
/// The writer is never made to wait: if the reader falls behind by more than `capacity` bytes, the stream fails with
/// `slowConsumer`, as an API server does to a slow watcher. What was buffered until then can still be read, so that a
/// reader who resumes from there makes progress each time. The reader gets everything that arrived since its last call
/// as one batch.
public final class ByteStream: Sendable {
    private struct State {
        var buffer: [UInt8] = []
        var end: Result<Void, TransportError>?
        var reader: CheckedContinuation<Void, Never>?
    }

    private let capacity: Int
    private let onAbandon: @Sendable () -> Void
    private let state = Mutex(State())

    /// Makes an empty stream.
    /// - Parameters:
    ///   - capacity: the most bytes that may wait for the reader.
    ///   - onAbandon: called at most once, when the reader has no more use for the stream while it is open.
    public init(capacity: Int = 16 << 20, onAbandon: @escaping @Sendable () -> Void = {}) {
        self.capacity = capacity
        self.onAbandon = onAbandon
    }

    deinit {
        if state.withLock({ $0.end == nil }) { onAbandon() }
    }

    /// Adds bytes; false if the stream has ended, by an overflow of just now or earlier.
    public func write(_ bytes: some Collection<UInt8>) -> Bool {
        let (accepted, reader) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            guard state.end == nil else { return (false, nil) }
            guard bytes.count <= capacity - state.buffer.count else {
                let detail = "more than \(capacity) bytes were waiting to be read"
                state.end = .failure(TransportError(.slowConsumer, detail, mayHaveArrived: true))
                return (false, state.reader.take())
            }
            state.buffer += bytes
            return (true, state.reader.take())
        }
        reader?.resume()
        return accepted
    }

    /// Ends the stream, well or with an error; what is buffered can still be read first. Later ends are ignored.
    public func finish(_ error: TransportError? = nil) {
        let reader = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.end == nil else { return nil }
            state.end = error.map { .failure($0) } ?? .success(())
            return state.reader.take()
        }
        reader?.resume()
    }

    /// Everything that has arrived since the last call, at least one byte; nil at the end.
    ///
    /// One task may read at a time. If it is cancelled, the stream is abandoned and `cancelled` is thrown.
    public func next() async throws(TransportError) -> [UInt8]? {
        while true {
            let ready = state.withLock { state -> Result<[UInt8]?, TransportError>? in
                guard state.buffer.isEmpty else {
                    // The reader takes the array itself: no copy, and the writer starts with an empty one.
                    var taken: [UInt8] = []
                    swap(&taken, &state.buffer)
                    return .success(taken)
                }
                return state.end.map { $0.map { nil } }
            }
            if let ready { return try ready.get() }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let proceed = state.withLock { state -> Bool in
                        guard state.buffer.isEmpty, state.end == nil, state.reader == nil else { return true }
                        state.reader = continuation
                        return false
                    }
                    if proceed { continuation.resume() }
                }
            } onCancel: {
                abandon()
            }
        }
    }

    /// Ends the stream from the reader's side and frees what is behind it.
    public func abandon() {
        let (reader, wasOpen) = state.withLock { state -> (CheckedContinuation<Void, Never>?, Bool) in
            state.buffer = []
            guard state.end == nil else { return (nil, false) }
            state.end = .failure(TransportError(.cancelled, mayHaveArrived: true))
            return (state.reader.take(), true)
        }
        reader?.resume()
        if wasOpen { onAbandon() }
    }
}
