/// Reads times as Go's `time.ParseDuration` and, with it, Istio and CEL do: `1h30m`, `1.5s`, `250ms`.
enum GoDuration {
    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("ns", 1), ("us", 1000), ("µs", 1000), ("μs", 1000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    /// The nanoseconds; nil if the text is no duration, or one of more than 292 years.
    static func nanoseconds(_ text: String) -> Int64? {
        var rest = text.utf8[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        if rest.elementsEqual("0".utf8) { return 0 }
        guard !rest.isEmpty, text.utf8.count <= 64 else { return nil }
        var total: Int64 = 0
        while !rest.isEmpty {
            let whole = rest.prefix(while: isDigit)
            rest = rest[whole.endIndex...]
            var fraction = rest[rest.startIndex..<rest.startIndex]
            if rest.first == UInt8(ascii: ".") {
                fraction = rest.dropFirst().prefix(while: isDigit)
                rest = rest[fraction.endIndex...]
            }
            guard !whole.isEmpty || !fraction.isEmpty else { return nil }
            let name = rest.prefix { !isDigit($0) && $0 != UInt8(ascii: ".") }
            rest = rest[name.endIndex...]
            guard let unit = units.first(where: { $0.name.utf8.elementsEqual(name) })?.nanoseconds,
                let part = value(whole, fraction, unit)
            else { return nil }
            let (sum, overflows) = total.addingReportingOverflow(part)
            guard !overflows else { return nil }
            total = sum
        }
        return isNegative ? -total : total
    }

    private static func value(
        _ whole: Substring.UTF8View, _ fraction: Substring.UTF8View, _ unit: Int64
    ) -> Int64? {
        var value: Int64 = 0
        for digit in whole {
            let (shifted, overflowsShift) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowsSum) = shifted.addingReportingOverflow(Int64(digit & 15))
            guard !overflowsShift, !overflowsSum else { return nil }
            value = sum
        }
        let (scaled, overflows) = value.multipliedReportingOverflow(by: unit)
        guard !overflows else { return nil }
        var part: Int64 = 0
        var weight = unit
        // Each digit is worth a tenth of the one before; below a nanosecond nothing is left.
        for digit in fraction {
            weight /= 10
            part += weight * Int64(digit & 15)
        }
        let (sum, overflowsSum) = scaled.addingReportingOverflow(part)
        return overflowsSum ? nil : sum
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
