public import KubeModel

/// Leader election over a Lease, as a value: no I/O, no clock.
///
/// Rules (client-go `tools/leaderelection`):
/// - Remote clocks are never trusted. A lease has run out when its content has not changed for its duration by the local
///   monotonic clock, counted from when this process first saw that content: a newcomer waits a full duration.
/// - A lease without holder is free at once. One that was seen held and is gone (deleted by hand) counts as held until it
///   would have run out, because its holder does not know yet.
/// - Every write carries the version that was read: of two candidates one gets a conflict.
/// - The leader renews every retry period. Without success it stops leading when the renew deadline has passed since it
///   *sent* its last successful renewal, and at once when it sees another holder.
public struct LeaseMachine: Sendable {
    /// What the outside world reports.
    public enum Input: Sendable, Hashable {
        /// Begin, or the wait is over.
        case elapsed
        /// The lease that was read; `nil` when it does not exist.
        case read(LeaseRecord?)
        /// The lease as it was stored by our write.
        case written(LeaseRecord)
        /// The write was refused: the lease has changed, exists already, or does not exist any more.
        case conflict
        /// The read failed, or nobody knows whether the write happened.
        case failed
        /// The work has ended: give the lease back.
        case release
    }

    /// What to do next; its result is the next input. Each request must end within ``LeaseSettings/requestTimeout`` and
    /// before ``Leadership/deadline``.
    public enum Command: Sendable, Hashable {
        /// Read the lease.
        case read
        /// Create the lease.
        case create(LeaseRecord)
        /// Replace the lease, insisting on the record's version.
        case update(LeaseRecord)
        /// Do nothing for so long.
        case wait(Duration)
        /// Nothing more to do: the lease is given back, or will run out.
        case stop
    }

    /// Why leadership ended.
    public enum Loss: Sendable, Hashable {
        /// Somebody else holds the lease.
        case takenOver(by: String)
        /// No renewal succeeded in time.
        case notRenewed
    }

    private enum Mode { case electing, releasing }

    /// The times.
    public let settings: LeaseSettings
    /// Who we are: unique for each process.
    public let identity: String
    /// Set while this process is the leader.
    public private(set) var leadership: Leadership?
    /// Why the last leadership ended.
    public private(set) var loss: Loss?

    private var mode = Mode.electing
    private var observed: (record: LeaseRecord, at: Moment)?
    private var mustRead = true
    /// Whether the lease may be ours, acknowledged or not.
    private var hasWritten = false
    private var conflicts = 0
    private var sent = Moment.start

    /// A candidate.
    public init(identity: String, settings: LeaseSettings) {
        self.identity = identity
        self.settings = settings
    }

    /// The holder that was seen last.
    public var holder: String? { observed?.record.holder }

    /// Takes an input and says what follows from it.
    ///
    /// - Parameters:
    ///   - input: what happened.
    ///   - now: the local monotonic time.
    ///   - date: the wall clock, written into the lease for people.
    ///   - random: where jitter comes from.
    /// - Returns: what to do next.
    public mutating func handle(
        _ input: Input, now: Moment, date: Timestamp, using random: inout some RandomNumberGenerator
    ) -> Command {
        if let leadership, now >= leadership.deadline { lose(.notRenewed) }
        if case .conflict = input { conflicts += 1 } else if case .read = input {} else { conflicts = 0 }
        switch (mode, input) {
        case (_, .release):
            mode = .releasing
            leadership = nil
            guard hasWritten else { return .stop }
            guard !mustRead, let record = observed?.record else { return .read }
            return record.holder == identity ? release(record, now: now, date: date) : .stop
        case (.releasing, .read(let record?)) where record.holder == identity:
            return release(record, now: now, date: date)
        case (.releasing, .conflict) where conflicts < 3:
            return .read
        case (.releasing, _):
            return .stop
        case (.electing, .elapsed):
            guard leadership != nil, !mustRead, let record = observed?.record else { return .read }
            return hold(record, now: now, date: date)
        case (.electing, .read(let record)):
            return decide(on: record, now: now, date: date, using: &random)
        case (.electing, .written(let record)):
            return written(record, now: now)
        case (.electing, .conflict):
            mustRead = true
            // At once, to learn who else writes; but not for ever.
            return conflicts < 3 ? .read : pause(now: now, using: &random)
        case (.electing, .failed):
            mustRead = true
            return pause(now: now, using: &random)
        }
    }
}

extension LeaseMachine {
    private mutating func lose(_ reason: Loss) {
        guard leadership != nil else { return }
        leadership = nil
        loss = reason
        mustRead = true
    }

    /// Decides on what was read.
    private mutating func decide(
        on record: LeaseRecord?, now: Moment, date: Timestamp, using random: inout some RandomNumberGenerator
    ) -> Command {
        guard let record else {
            guard leadership != nil || isFree(now: now) else { return pause(now: now, using: &random) }
            sent = now
            hasWritten = true
            return .create(held(after: observed?.record, now: now, date: date))
        }
        // The version is part of the content: a renewal by a holder with a stopped wall clock counts too.
        if observed?.record != record { observed = (record, now) }
        mustRead = false
        if record.holder == identity || isFree(now: now) { return hold(record, now: now, date: date) }
        lose(.takenOver(by: record.holder))
        return pause(now: now, using: &random)
    }

    private mutating func hold(_ record: LeaseRecord, now: Moment, date: Timestamp) -> Command {
        sent = now
        hasWritten = true
        var next = held(after: record, now: now, date: date)
        next.resourceVersion = record.resourceVersion
        return .update(next)
    }

    private func held(after record: LeaseRecord?, now: Moment, date: Timestamp) -> LeaseRecord {
        // A renewal that changed nothing would be no renewal in the eyes of others, whatever our wall clock does.
        let renewed = max(date, record?.renewed.map { $0 + .microseconds(1) } ?? date)
        let isOurs = record?.holder == identity
        let before = record?.transitions ?? 0
        return LeaseRecord(
            holder: identity, duration: settings.leaseDuration, acquired: isOurs ? record?.acquired ?? date : date,
            renewed: renewed, transitions: isOurs || record == nil || before == .max ? before : before + 1)
    }

    private mutating func written(_ record: LeaseRecord, now: Moment) -> Command {
        observed = (record, now)
        mustRead = false
        let deadline = sent.advanced(by: settings.renewDeadline)
        guard now < deadline else {
            // The answer took so long that it is worth nothing.
            return .wait(.zero)
        }
        leadership = Leadership(
            acquired: leadership?.acquired ?? now, renewed: sent, deadline: deadline,
            expiry: sent.advanced(by: settings.leaseDuration), transitions: record.transitions)
        return .wait(min(settings.retryPeriod, now.duration(to: deadline)))
    }

    private mutating func release(_ record: LeaseRecord, now: Moment, date: Timestamp) -> Command {
        mustRead = true
        var freed = held(after: record, now: now, date: date)
        freed.holder = ""
        freed.duration = .seconds(1)
        freed.resourceVersion = record.resourceVersion
        return .update(freed)
    }

    private var observedExpiry: Moment? {
        observed.map { $0.at.advanced(by: $0.record.duration ?? settings.leaseDuration) }
    }

    private func isFree(now: Moment) -> Bool {
        guard let observed, let observedExpiry, !observed.record.holder.isEmpty else { return true }
        return now >= observedExpiry
    }

    /// Until the next look: the leader's at its pace, others' with jitter, but not past the moment that matters.
    private func pause(now: Moment, using random: inout some RandomNumberGenerator) -> Command {
        let period = settings.retryPeriod
        if let leadership { return .wait(min(period, max(now.duration(to: leadership.deadline), .zero))) }
        var pause = period * Double.random(in: 1...2.2, using: &random)
        if let expiry = observedExpiry, holder?.isEmpty == false, expiry > now {
            pause = min(pause, now.duration(to: expiry) + period * Double.random(in: 0...0.2, using: &random))
        }
        return .wait(pause)
    }
}
