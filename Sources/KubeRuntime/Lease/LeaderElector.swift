public import KubeModel
import Synchronization

/// Becomes the leader, runs the leader's work, and ends it in time when leadership is lost.
///
/// All decisions are those of ``LeaseMachine``; this performs them.
public final class LeaderElector: Sendable {
    /// What may be worth a line in a log.
    public enum Notice: Sendable, Hashable {
        /// This process leads.
        case acquired
        /// This process leads no more.
        case lost(LeaseMachine.Loss)
        /// Somebody else, or nobody (`""`), was seen to hold the lease.
        case holder(String)
        /// A request failed.
        case failed(LeaseRequestError)
    }

    private struct State {
        var machine: LeaseMachine
        var random: any RandomNumberGenerator & Sendable
        /// When the last lease that was ours runs out.
        var expiry = Moment.start

        init(machine: LeaseMachine, random: any RandomNumberGenerator & Sendable) {
            self.machine = machine
            self.random = random
        }
    }

    private enum End { case workEnded, lost, quiet }

    private let settings: LeaseSettings
    private let leases: any LeaseAccess
    private let timeline: Timeline
    private let date: @Sendable () -> Timestamp
    private let notice: @Sendable (Notice) -> Void
    private let state: Mutex<State>

    /// A candidate that begins when it runs.
    ///
    /// - Parameters:
    ///   - identity: who this is, unique for each process: `hostname_uuid`.
    ///   - settings: the times.
    ///   - leases: the lease.
    ///   - timeline: what time it is.
    ///   - date: the wall clock, written into the lease for people.
    ///   - random: where jitter comes from.
    ///   - notice: called with what may be worth a line in a log.
    public init(
        identity: String, settings: LeaseSettings, leases: any LeaseAccess, timeline: Timeline,
        date: @escaping @Sendable () -> Timestamp,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        notice: @escaping @Sendable (Notice) -> Void = { _ in }
    ) {
        self.settings = settings
        self.leases = leases
        self.timeline = timeline
        self.date = date
        self.notice = notice
        state = Mutex(State(machine: LeaseMachine(identity: identity, settings: settings), random: random))
    }

    /// The present leadership; `nil` when this process does not lead, and from the deadline on.
    public var leadership: Leadership? {
        let now = timeline.now
        return state.withLock { $0.machine.leadership }.flatMap { now < $0.deadline ? $0 : nil }
    }

    /// Until when this process leads unless it renews; `nil` when it does not lead.
    public var leadershipDeadline: Moment? { leadership?.deadline }

    /// Whether a write that ends within `timeout` may be sent now. To be asked right before every write.
    public func permitsWrite(timeout: Duration) -> Bool {
        leadership?.permitsWrite(now: timeline.now, timeout: timeout) ?? false
    }

    /// Waits for leadership, runs `lead` while it lasts, and gives the lease back after `lead` has returned.
    ///
    /// When leadership is lost, `lead` is cancelled at the renew deadline and has the time until the lease runs out.
    ///
    /// - Parameters:
    ///   - overdue: called if `lead` still runs when the lease runs out; the process should end there and then.
    ///   - lead: the leader's work. For a clean end it finishes what it has begun and returns.
    /// - Throws: ``LeadershipLost``, what `lead` throws, or `CancellationError` before this process ever led.
    public func run(
        overdue: @escaping @Sendable () -> Void = {}, _ lead: @escaping @Sendable (Leadership) async throws -> Void
    ) async throws {
        state.withLock { $0.machine = LeaseMachine(identity: $0.machine.identity, settings: settings) }
        let (leadership, next): (Leadership, LeaseMachine.Command)
        do {
            (leadership, next) = try await campaign()
        } catch {
            // A request that was cut off may have made us the holder.
            await giveBack()
            throw error
        }
        let work = Task { try await lead(leadership) }
        let isLost = await attend(work, next: next, overdue: overdue)
        await giveBack()
        if isLost, let loss = state.withLock({ $0.machine.loss }) { throw LeadershipLost(loss: loss) }
        try await work.value
    }

    private func campaign() async throws -> (Leadership, LeaseMachine.Command) {
        var input = LeaseMachine.Input.elapsed
        while true {
            let command = take(input)
            if let leadership { return (leadership, command) }
            input = try await perform(command)
        }
    }

    /// Renews until the work has ended; when leadership is lost, ends the work.
    private func attend(
        _ work: Task<Void, any Error>, next: LeaseMachine.Command, overdue: @escaping @Sendable () -> Void
    ) async -> Bool {
        await withTaskCancellationHandler {
            await withTaskGroup(of: End.self) { group in
                group.addTask {
                    _ = await work.result
                    return .workEnded
                }
                group.addTask { await self.renew(next) }
                var isLost = false
                for await end in group {
                    switch end {
                    case .workEnded: group.cancelAll()
                    case .quiet: break
                    case .lost:
                        isLost = true
                        work.cancel()
                        group.addTask { [timeline, expiry = state.withLock(\.expiry)] in
                            guard (try? await timeline.sleep(until: expiry)) != nil else { return .quiet }
                            overdue()
                            return .quiet
                        }
                    }
                }
                return isLost
            }
        } onCancel: {
            work.cancel()
        }
    }
}

// MARK: - Performing

extension LeaderElector {
    private func renew(_ first: LeaseMachine.Command) async -> End {
        var command = first
        while true {
            guard let input = try? await perform(command) else { return .quiet }
            command = take(input)
            if state.withLock({ $0.machine.leadership == nil }) { return .lost }
        }
    }

    /// Not in the caller's task, which may be cancelled: giving back is what is left to do then.
    private func giveBack() async {
        let task = Task {
            var input = LeaseMachine.Input.release
            while true {
                let command = take(input)
                guard command != .stop, let next = try? await perform(command) else { return }
                input = next
            }
        }
        await task.value
    }

    private func take(_ input: LeaseMachine.Input) -> LeaseMachine.Command {
        let (now, date) = (timeline.now, date())
        let (command, notices) = state.withLock { state in
            let before = (state.machine.leadership, state.machine.holder)
            var random = state.random
            let command = state.machine.handle(input, now: now, date: date, using: &random)
            state.random = random
            if let expiry = state.machine.leadership?.expiry { state.expiry = expiry }
            var notices: [Notice] = []
            switch (before.0, state.machine.leadership) {
            case (nil, _?): notices.append(.acquired)
            case (_?, nil): if input != .release, let loss = state.machine.loss { notices.append(.lost(loss)) }
            default: break
            }
            if let holder = state.machine.holder, holder != before.1, holder != state.machine.identity {
                notices.append(.holder(holder))
            }
            return (command, notices)
        }
        for notice in notices { self.notice(notice) }
        return command
    }

    /// Performs a command; a request in time for the leader to stop.
    private func perform(_ command: LeaseMachine.Command) async throws -> LeaseMachine.Input {
        if case .wait(let duration) = command {
            try await timeline.sleep(for: duration)
            return .elapsed
        }
        var limit = settings.requestTimeout
        if let leadership { limit = min(limit, timeline.now.duration(to: leadership.deadline)) }
        let leases = leases
        do {
            if let input = try await timeline.limit(limit, { try await leases.perform(command) }) { return input }
            notice(.failed(LeaseRequestError("no answer about the lease within \(limit)")))
        } catch let error as LeaseRequestError {
            try Task.checkCancellation()
            notice(.failed(error))
        }
        return .failed
    }
}
