/// A point in time to the microsecond, between the years 0000 and 9999 (UTC): what RFC 3339 can write.
///
/// Arithmetic saturates at the ends of that range and never traps. There is no "now" here: the caller brings time in.
public struct Timestamp: Sendable, Hashable {
    /// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let microsecondsSince1970: Int64

    /// 0000-01-01T00:00:00Z, the earliest instant.
    public static let earliest = Timestamp(clamping: -62_167_219_200_000_000)
    /// 9999-12-31T23:59:59.999999Z, the latest instant.
    public static let latest = Timestamp(clamping: 253_402_300_799_999_999)

    private init(clamping microseconds: Int64) {
        microsecondsSince1970 = min(max(microseconds, -62_167_219_200_000_000), 253_402_300_799_999_999)
    }

    /// Makes an instant from microseconds since 1970; outside the years 0000 to 9999 the nearest end of the range.
    public init(microsecondsSince1970 microseconds: Int64) { self.init(clamping: microseconds) }

    /// Makes an instant from seconds since 1970 and microseconds; outside the years 0000 to 9999 the nearest end.
    public init(secondsSince1970 seconds: Int64, microseconds: Int64 = 0) {
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let whole = overflow ? (seconds < 0 ? Int64.min : Int64.max) : scaled
        self.init(clamping: whole.addingClamped(microseconds))
    }

    /// Whole seconds since 1970, rounded towards the past.
    public var secondsSince1970: Int64 {
        let (quotient, remainder) = microsecondsSince1970.quotientAndRemainder(dividingBy: 1_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The part of the current second that has passed, 0 to 999,999.
    public var microsecondOfSecond: Int64 {
        let remainder = microsecondsSince1970 % 1_000_000
        return remainder < 0 ? remainder + 1_000_000 : remainder
    }

    /// The same instant without its fraction of a second, which is what `metav1.Time` keeps.
    public var wholeSeconds: Timestamp { Timestamp(secondsSince1970: secondsSince1970) }
}

extension Timestamp: Comparable {
    /// Whether `left` is earlier.
    public static func < (left: Self, right: Self) -> Bool {
        left.microsecondsSince1970 < right.microsecondsSince1970
    }

    /// The instant `seconds` later, or earlier if negative.
    public func adding(seconds: Int64) -> Timestamp {
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        return Timestamp(
            clamping: microsecondsSince1970.addingClamped(overflow ? (seconds < 0 ? .min : .max) : scaled))
    }

    /// The instant `duration` later; what is finer than a microsecond is dropped.
    public static func + (left: Timestamp, duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        // Both steps saturate on the same side, since the two components of a duration have the same sign.
        return Timestamp(
            clamping: left.adding(seconds: seconds).microsecondsSince1970.addingClamped(attoseconds / 1_000_000_000_000)
        )
    }

    /// The instant `duration` earlier; what is finer than a microsecond is dropped.
    public static func - (left: Timestamp, duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let opposite = seconds == .min ? .max : -seconds
        return Timestamp(
            clamping: left.adding(seconds: opposite).microsecondsSince1970
                .addingClamped(-(attoseconds / 1_000_000_000_000)))
    }

    /// The time from `right` to `left`, negative if `left` is earlier.
    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        // Both lie within 10,000 years, so neither the difference nor its scaling can overflow.
        .microseconds(left.microsecondsSince1970 - right.microsecondsSince1970)
    }
}

extension Int64 {
    /// The sum, or the nearest representable number.
    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
