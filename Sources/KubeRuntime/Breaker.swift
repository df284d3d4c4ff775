/// A circuit breaker for one cluster: after enough transport failures in a row it refuses calls, then lets one probe through.
///
/// Only the lack of an answer counts as a failure; an API error, whatever its code, is an answer and counts as contact.
/// The caller asks ``permit(now:)`` before a call and reports its end with ``answered()``, ``failed(now:using:)`` or, when
/// the call was given up for a reason of its own, ``abandoned(now:)``.
public struct Breaker: Sendable, Hashable {
    /// The numbers of a breaker.
    public struct Settings: Sendable, Hashable {
        /// Transport failures in a row that open the breaker, at least 1.
        public var threshold: Int
        /// How long it stays open, longer with every failed probe.
        public var open: BackoffPolicy
        /// A probe that has not reported after this long no longer holds others back.
        public var probeTimeout: Duration

        /// Five failures (Cluster API's ClusterCache), open for 1 s to 30 s.
        public init(
            threshold: Int = 5, open: BackoffPolicy = BackoffPolicy(base: .seconds(1), cap: .seconds(30), jitter: 0.5),
            probeTimeout: Duration = .seconds(30)
        ) {
            self.threshold = max(threshold, 1)
            self.open = open
            self.probeTimeout = probeTimeout
        }
    }

    /// Where the breaker stands.
    public enum State: Sendable, Hashable {
        /// Calls pass; `failures` have failed in a row.
        case closed(failures: Int)
        /// Calls are refused until `until`.
        case open(until: Moment)
        /// One probe is under way; a second may start at `until` if it never reports.
        case halfOpen(until: Moment)
    }

    /// The answer to a caller who wants to make a call.
    public enum Permission: Sendable, Hashable {
        /// Make the call.
        case call
        /// Make one cheap read (`/readyz` or `/version`), not a write: nobody has reached the cluster for a while.
        case probe
        /// Make no call before `until`.
        case refused(until: Moment)
    }

    /// The numbers.
    public let settings: Settings
    /// Where it stands.
    public private(set) var state: State = .closed(failures: 0)
    private var opened: Backoff

    /// A closed breaker.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
        opened = Backoff(settings.open)
    }

    /// Whether a call may be made at `now`; at most one caller is told to probe.
    public mutating func permit(now: Moment) -> Permission {
        switch state {
        case .closed: return .call
        case .open(let until), .halfOpen(let until):
            guard now >= until else { return .refused(until: until) }
            state = .halfOpen(until: now.advanced(by: settings.probeTimeout))
            return .probe
        }
    }

    /// The cluster answered, with whatever code: the breaker closes.
    public mutating func answered() {
        state = .closed(failures: 0)
        opened.succeed()
    }

    /// A call or probe got no answer.
    ///
    /// While the breaker is open this is a call from before it opened, which tells nothing new.
    public mutating func failed(now: Moment, using random: inout some RandomNumberGenerator) {
        switch state {
        case .closed(let failures):
            let next = failures &+ 1
            guard next >= settings.threshold else {
                state = .closed(failures: next)
                return
            }
        case .open: return
        case .halfOpen: break
        }
        state = .open(until: now.advanced(by: opened.fail(now: now, using: &random)))
    }

    /// A probe ended without a verdict (it was cancelled): the next caller may probe.
    public mutating func abandoned(now: Moment) {
        if case .halfOpen = state { state = .open(until: now) }
    }
}
