import KubeRuntime
import Synchronization

/// A wish that may be raised at any time and is waited for by one task; several wishes are one.
final class Signal: Sendable {
    private struct State {
        var isRaised = false
        var count: UInt64 = 0
        var waiter: (id: UInt64, continuation: CheckedContinuation<Void, Never>)?
        var ids: UInt64 = 0
    }

    private let state = Mutex(State())

    /// How often it has been raised.
    var count: UInt64 { state.withLock { $0.count } }

    /// Ends the present wait, or the next one.
    func raise() {
        let waiter = state.withLock { state in
            state.count &+= 1
            guard let waiter = state.waiter else {
                state.isRaised = true
                return nil as CheckedContinuation<Void, Never>?
            }
            state.waiter = nil
            return waiter.continuation
        }
        waiter?.resume()
    }

    /// Waits until the signal is raised, the time is over or the task is cancelled.
    func wait(atMost limit: Duration, _ timeline: Timeline) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await timeline.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Waits until the signal is raised or the task is cancelled.
    func wait() async {
        let id = state.withLock { state in
            state.ids &+= 1
            return state.ids
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isRaised || Task.isCancelled {
                        state.isRaised = false
                        return true
                    }
                    state.waiter = (id, continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            lapse(id)
        }
    }

    private func lapse(_ id: UInt64) {
        let waiter = state.withLock { state in
            guard let waiter = state.waiter, waiter.id == id else {
                return nil as CheckedContinuation<Void, Never>?
            }
            state.waiter = nil
            return waiter.continuation
        }
        waiter?.resume()
    }
}
