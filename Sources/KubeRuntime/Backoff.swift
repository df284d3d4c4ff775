/// How long to wait after the n-th failure in a row: `base * 2^n`, at most `cap`, plus up to `jitter` of that at random.
public struct BackoffPolicy: Sendable, Hashable {
    /// The wait after the first failure, before jitter.
    public var base: Duration
    /// The longest wait, before jitter.
    public var cap: Duration
    /// The random share that is added: 1 doubles the wait at most. It spreads clients that failed together.
    public var jitter: Double
    /// After this long without a failure the count starts again; `nil`: only a success resets it.
    public var resetAfter: Duration?

    /// A policy; a negative `base` or `cap` counts as zero and `jitter` is held within 0...1.
    public init(base: Duration, cap: Duration, jitter: Double = 0, resetAfter: Duration? = nil) {
        self.base = max(base, .zero)
        self.cap = max(cap, .zero)
        self.jitter = jitter.isNaN ? 0 : min(max(jitter, 0), 1)
        self.resetAfter = resetAfter
    }

    /// Reading from an API server: 0.8 s to 30 s, forgotten after 2 quiet minutes (client-go's and kube-rs's reflector).
    public static let watch = BackoffPolicy(
        base: .milliseconds(800), cap: .seconds(30), jitter: 1, resetAfter: .seconds(120))

    /// Retrying one key: 5 ms (client-go) to 2 min (kinder than its 1000 s).
    public static let reconcile = BackoffPolicy(base: .milliseconds(5), cap: .seconds(120), jitter: 0.5)

    /// The wait after `failures` failures in a row that came before this one.
    public func delay(afterFailures failures: Int, using random: inout some RandomNumberGenerator) -> Duration {
        var delay = min(base, cap)
        var left = failures
        while left > 0, delay != .zero, cap > delay {
            delay = min(delay + delay, cap)
            left -= 1
        }
        guard jitter > 0 else { return delay }
        return delay + delay * Double.random(in: 0...jitter, using: &random)
    }
}

/// Counts failures in a row and says how long to wait after each.
public struct Backoff: Sendable, Hashable {
    /// The rule.
    public let policy: BackoffPolicy
    /// Failures since the last success or quiet period.
    public private(set) var failures = 0
    private var lastFailure: Moment?

    /// A backoff with no failure yet.
    public init(_ policy: BackoffPolicy) { self.policy = policy }

    /// Records a failure at `now` and returns the wait that it costs.
    public mutating func fail(now: Moment, using random: inout some RandomNumberGenerator) -> Duration {
        if let quiet = policy.resetAfter, let last = lastFailure, last.duration(to: now) >= quiet { failures = 0 }
        lastFailure = now
        let delay = policy.delay(afterFailures: failures, using: &random)
        if failures < Int.max { failures += 1 }
        return delay
    }

    /// Records a success: the next failure is the first.
    public mutating func succeed() {
        failures = 0
        lastFailure = nil
    }
}
