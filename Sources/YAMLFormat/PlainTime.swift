/// The plain scalars that YAML 1.1 takes for a time.
enum PlainTime {
    /// Whether `bytes` has the shape of yaml.org/type/timestamp, whose parts have one or two digits.
    static func isTime(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        guard take(&rest, digits: 4...4), take(&rest, "-"), take(&rest, digits: 1...2), take(&rest, "-"),
            take(&rest, digits: 1...2)
        else { return false }
        if rest.isEmpty { return true }
        guard take(&rest, "T") || take(&rest, "t") || takeBlanks(&rest) else { return false }
        guard take(&rest, digits: 1...2), take(&rest, ":"), take(&rest, digits: 1...2), take(&rest, ":"),
            take(&rest, digits: 1...2)
        else { return false }
        if take(&rest, ".") { rest = rest.drop(while: PlainNumber.isDigit) }
        _ = takeBlanks(&rest)
        return rest.isEmpty || isZone(rest)
    }

    /// `Z`, `+5` or `-05:30`.
    private static func isZone(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        if take(&rest, "Z") || take(&rest, "z") { return rest.isEmpty }
        guard take(&rest, "+") || take(&rest, "-"), take(&rest, digits: 1...2) else { return false }
        guard !rest.isEmpty else { return true }
        return take(&rest, ":") && take(&rest, digits: 2...2) && rest.isEmpty
    }

    private static func take(_ rest: inout ArraySlice<UInt8>, _ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func take(_ rest: inout ArraySlice<UInt8>, digits: ClosedRange<Int>) -> Bool {
        let found = rest.prefix(while: PlainNumber.isDigit)
        guard digits.contains(found.count) else { return false }
        rest = rest.dropFirst(found.count)
        return true
    }

    private static func takeBlanks(_ rest: inout ArraySlice<UInt8>) -> Bool {
        let blanks = rest.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        rest = rest.dropFirst(blanks.count)
        return !blanks.isEmpty
    }
}
