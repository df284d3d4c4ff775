public import JSONValue

/// A count, given as such or as a share of a total that is known only later.
public enum IntOrPercent: Sendable, Hashable {
    /// A count, at least 0.
    case count(Int)
    /// A share, 0 to 100.
    case percent(Int)

    /// Reads a non-negative integer, or a string such as `"25%"` (0 to 100) or `"3"`; nil for anything else.
    public init?(_ json: JSONValue) {
        if let text = json.stringValue {
            self.init(text)
        } else if let count = json.integerValue.flatMap(Int.init(exactly:)), count >= 0 {
            self = .count(count)
        } else {
            return nil
        }
    }

    /// Reads `25%` or `3`: decimal digits without a sign, a percentage of at most 100.
    public init?(_ text: String) {
        let isPercent = text.utf8.last == UInt8(ascii: "%")
        let digits = isPercent ? text.utf8.dropLast() : text.utf8[...]
        guard digits.allSatisfy(ASCII.isDigit), let number = Int(Substring(digits)) else { return nil }
        guard isPercent else {
            self = .count(number)
            return
        }
        guard number <= 100 else { return nil }
        self = .percent(number)
    }

    /// The count that this means for `total`: a share is rounded down, a count is taken as it is.
    ///
    /// Callers that must make progress add their own minimum of one.
    public func resolve(of total: Int) -> Int {
        switch self {
        case .count(let count): count
        // Split so that no product can overflow.
        case .percent(let percent): total / 100 * percent + total % 100 * percent / 100
        }
    }

    /// The value as a manifest writes it.
    public var json: JSONValue {
        switch self {
        case .count(let count): .integer(Int64(count))
        case .percent(let percent): .string("\(percent)%")
        }
    }
}

extension IntOrPercent: CustomStringConvertible {
    /// `3` or `25%`.
    public var description: String {
        switch self {
        case .count(let count): "\(count)"
        case .percent(let percent): "\(percent)%"
        }
    }
}
