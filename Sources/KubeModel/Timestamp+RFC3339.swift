extension Timestamp: CustomStringConvertible, LosslessStringConvertible {
    /// Reads an RFC 3339 date-time, or gives nil.
    ///
    /// Any offset is taken; a fraction has 1 to 9 digits, of which six are kept. A leap second (`23:59:60` UTC) reads
    /// as the second after it. Dates that do not exist, other separators and surrounding blanks are refused.
    public init?(_ text: some StringProtocol) {
        var scanner = DateScanner(bytes: Array(text.utf8))
        guard
            let year = scanner.number(digits: 4), scanner.skip("-"),
            let month = scanner.number(digits: 2), scanner.skip("-"),
            let day = scanner.number(digits: 2), scanner.skip("T") || scanner.skip("t"),
            let hour = scanner.number(digits: 2), scanner.skip(":"),
            let minute = scanner.number(digits: 2), scanner.skip(":"),
            let second = scanner.number(digits: 2), let fraction = scanner.fraction(),
            let offset = scanner.offset(), scanner.isAtEnd,
            Calendar.exists(year, month, day), hour < 24, minute < 60, second <= 60
        else { return nil }
        let midnight = Calendar.days(year, month, day) * 86_400
        let seconds = midnight + hour * 3600 + minute * 60 + second - offset * 60
        if second == 60 {
            // RFC 3339 section 5.6 and appendix D: a leap second ends a UTC day.
            guard seconds % 86_400 == 0 else { return nil }
        }
        guard (Timestamp.earliest.secondsSince1970...Timestamp.latest.secondsSince1970).contains(seconds)
        else { return nil }
        self.init(secondsSince1970: seconds, microseconds: fraction)
    }

    /// Whole seconds in UTC, as `metav1.Time` writes them: `2026-01-31T08:00:00Z`.
    public var rfc3339: String { dateAndTime + "Z" }

    /// Six digits of fraction in UTC, as `metav1.MicroTime` writes them: `2026-01-31T08:00:00.000000Z`.
    public var rfc3339Micro: String { "\(dateAndTime).\(padded(microsecondOfSecond, 6))Z" }

    /// The shortest of the two RFC 3339 forms that says exactly this instant.
    public var description: String { microsecondOfSecond == 0 ? rfc3339 : rfc3339Micro }

    private var dateAndTime: String {
        let seconds = secondsSince1970
        let second = (seconds % 86_400 + 86_400) % 86_400
        let (year, month, day) = Calendar.date(days: (seconds - second) / 86_400)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
            + "T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    }

    private func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

/// The proleptic Gregorian calendar as arithmetic on days since 1970-01-01.
///
/// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil` and `civil_from_days`. All
/// inputs come from a range-checked `Timestamp` or from at most four digits, so nothing here can overflow.
private enum Calendar {
    static func exists(_ year: Int64, _ month: Int64, _ day: Int64) -> Bool {
        guard (1...12).contains(month) else { return false }
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let length: Int64 =
            switch month {
            case 2: leap ? 29 : 28
            case 4, 6, 9, 11: 30
            default: 31
            }
        return (1...length).contains(day)
    }

    static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

/// Walks over the bytes of a date-time.
private struct DateScanner {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func digit() -> Int64? {
        guard position < bytes.count, ASCII.isDigit(bytes[position]) else { return nil }
        defer { position += 1 }
        return Int64(bytes[position] - UInt8(ascii: "0"))
    }

    mutating func number(digits: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// Microseconds; 0 without a fraction, nil with an empty one or one of more than nine digits.
    mutating func fraction() -> Int64? {
        guard skip(".") else { return 0 }
        var (value, count): (Int64, Int) = (0, 0)
        while let digit = digit() {
            count += 1
            if count <= 6 { value = value * 10 + digit }
        }
        guard (1...9).contains(count) else { return nil }
        for _ in count..<max(count, 6) { value *= 10 }
        return value
    }

    /// Minutes east of UTC.
    mutating func offset() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let west = skip("-")
        guard west || skip("+") else { return nil }
        guard let hours = number(digits: 2), skip(":"), let minutes = number(digits: 2), hours < 24, minutes < 60
        else { return nil }
        return (hours * 60 + minutes) * (west ? -1 : 1)
    }
}
