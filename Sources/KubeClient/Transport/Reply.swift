import Synchronization

/// A place for one result that another thread delivers; the first delivery wins, and one task may wait for it.
///
/// Cancellation of the waiting task counts as a delivery, so it resumes at once.
public final class Reply<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case waiting(CheckedContinuation<Result<Value, TransportError>, Never>)
        case done(Result<Value, TransportError>)
        /// Handed out, and no longer held: the value may have a life of its own that its holders end.
        case taken
    }

    private let state = Mutex(State.empty)

    /// Makes an empty place.
    public init() {}

    /// Delivers the result; false if there was one already.
    @discardableResult
    public func resolve(_ result: Result<Value, TransportError>) -> Bool {
        let (waiter, isFirst) = state.withLock {
            state -> (CheckedContinuation<Result<Value, TransportError>, Never>?, Bool) in
            switch state {
            case .empty:
                state = .done(result)
                return (nil, true)
            case .waiting(let continuation):
                state = .taken
                return (continuation, true)
            case .done, .taken:
                return (nil, false)
            }
        }
        waiter?.resume(returning: result)
        return isFirst
    }

    /// Waits for the result; `onCancel` runs if the task is cancelled before it is there.
    public func value(onCancel: @escaping @Sendable () -> Void) async throws(TransportError) -> Value {
        let result = await withTaskCancellationHandler {
            // The continuation is made before the lock is taken, never under it (swiftlang/swift#85668).
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state -> Result<Value, TransportError>? in
                    switch state {
                    case .done(let result):
                        state = .taken
                        return result
                    case .empty:
                        state = .waiting(continuation)
                        return nil
                    case .waiting, .taken:
                        return .failure(TransportError(.invalidRequest, "two tasks wait for one answer"))
                    }
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            if resolve(.failure(TransportError(.cancelled, mayHaveArrived: true))) { onCancel() }
        }
        return try result.get()
    }
}
