extension MetricFamily {
    /// The family in Prometheus' text format 0.0.4; one without series shows that it exists.
    var exposition: String {
        var text = "# HELP \(name) \(Self.escaped(help, quote: false))\n# TYPE \(name) \(kind.rawValue)\n"
        for (values, series) in sorted {
            let pairs = zip(labels, values).map { Self.pair($0, $1) }
            func add(_ value: String, suffix: String = "", _ more: [String] = []) {
                let all = (pairs + more).joined(separator: ",")
                text += "\(name)\(suffix)\(all.isEmpty ? "" : "{\(all)}") \(value)\n"
            }
            guard kind == .histogram else {
                add(Self.number(series.value))
                continue
            }
            var count: UInt64 = 0
            for (bound, own) in zip(buckets + [.infinity], series.counts) {
                count &+= own
                add("\(count)", suffix: "_bucket", [Self.pair("le", Self.number(bound))])
            }
            add(Self.number(series.value), suffix: "_sum")
            add("\(count)", suffix: "_count")
        }
        return text
    }

    private static func pair(_ name: String, _ value: String) -> String { "\(name)=\"\(escaped(value, quote: true))\"" }

    /// A number as Go's ParseFloat reads it, whole ones without a fraction.
    private static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return "\(whole)" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value.isNaN ? "NaN" : "\(value)"
    }

    private static func escaped(_ text: String, quote: Bool) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped.append(contentsOf: "\\\\".unicodeScalars)
            case "\n": escaped.append(contentsOf: "\\n".unicodeScalars)
            case "\"" where quote: escaped.append(contentsOf: "\\\"".unicodeScalars)
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}
