/// How many new Events an object may still have: a bucket that refills slowly.
struct Burst: Sendable {
    private var tokens: Int
    private var refilled: Moment

    init(_ settings: EventLog.Settings, now: Moment) {
        tokens = settings.burst
        refilled = now
    }

    /// Whether it is as if the object never had any.
    func isFull(_ settings: EventLog.Settings, now: Moment) -> Bool {
        var copy = self
        copy.refill(settings, now: now)
        return copy.tokens >= settings.burst
    }

    mutating func take(_ settings: EventLog.Settings, now: Moment) -> Bool {
        refill(settings, now: now)
        guard tokens > 0 else { return false }
        tokens -= 1
        return true
    }

    private mutating func refill(_ settings: EventLog.Settings, now: Moment) {
        while tokens < settings.burst, refilled.duration(to: now) >= settings.refill {
            tokens += 1
            refilled = refilled.advanced(by: settings.refill)
        }
        if tokens >= settings.burst { refilled = now }
    }
}
