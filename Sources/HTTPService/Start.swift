import Synchronization

/// The one answer to whether a server listens, which may come before or after somebody waits for it.
final class Start: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Int?, any Error>)
        case over(Result<Int?, any Error>)
    }

    private let state = Mutex(State.open)

    /// It listens.
    func succeed(port: Int?) { end(.success(port)) }

    /// It cannot listen.
    func fail(_ error: any Error) { end(.failure(error)) }

    /// Waits for the answer; one task may.
    func port() async throws -> Int? {
        try await withCheckedThrowingContinuation { continuation in
            let result = state.withLock { state -> Result<Int?, any Error>? in
                if case .over(let result) = state { return result }
                state = .awaited(continuation)
                return nil
            }
            if let result { continuation.resume(with: result) }
        }
    }

    private func end(_ result: Result<Int?, any Error>) {
        let waiting = state.withLock { state -> CheckedContinuation<Int?, any Error>? in
            switch state {
            case .over: return nil
            case .open:
                state = .over(result)
                return nil
            case .awaited(let continuation):
                state = .over(result)
                return continuation
            }
        }
        waiting?.resume(with: result)
    }
}
