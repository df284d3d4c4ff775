/// What a scrape of `/metrics` shows, read by the letter of Prometheus' text format 0.0.4.
struct Exposition: Sendable {
    struct Series: Hashable, Sendable {
        var name: String
        var labels: [String: String]
    }

    /// The type of each family.
    private(set) var types: [String: String] = [:]
    private(set) var values: [Series: Double] = [:]

    /// Reads a scrape.
    ///
    /// - Throws: a `StageError` with the line where it is not what a scraper takes: each family once and with its help,
    ///   no series twice, labels quoted and escaped, histograms whose buckets grow and end with their count.
    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw StageError("the exposition does not end with a newline") }
        var family = ""
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            do {
                if let match = line.wholeMatch(of: /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)/) {
                    family = String(match.1)
                    guard types[family] == nil else { throw StageError("a second time") }
                } else if let match = line.wholeMatch(of: /# TYPE ([^ ]+) (counter|gauge|histogram)/) {
                    guard match.1 == family else { throw StageError("TYPE of another family than HELP") }
                    types[family] = String(match.2)
                } else {
                    try read(line, of: family)
                }
            } catch let error as StageError {
                throw StageError("\(error) in line: \(line)")
            }
        }
        for (family, type) in types where type == "histogram" { try checkHistogram(family) }
    }

    private mutating func read(_ line: Substring, of family: String) throws {
        guard let match = line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)/) else {
            throw StageError("no sample")
        }
        let suffixes = types[family] == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard suffixes.contains(where: { match.1 == family + $0 }) else { throw StageError("not of family \(family)") }
        guard let value = Self.number(match.3) else { throw StageError("no number") }
        if types[family] == "counter", !(value >= 0) { throw StageError("a counter below 0") }
        let series = Series(name: String(match.1), labels: try Self.labels(match.2 ?? ""))
        guard values.updateValue(value, forKey: series) == nil else { throw StageError("a series twice") }
    }

    private static func number(_ text: Substring) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        default: text.wholeMatch(of: /-?[0-9]+(\.[0-9]+)?(e[-+][0-9]+)?/) == nil ? nil : Double(text)
        }
    }

    private static func labels(_ text: Substring) throws -> [String: String] {
        var labels: [String: String] = [:]
        var rest = text
        while !rest.isEmpty {
            guard let match = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/) else {
                throw StageError("labels '\(rest)'")
            }
            let value = match.2.replacing("\\\"", with: "\"").replacing("\\n", with: "\n").replacing("\\\\", with: "\\")
            guard labels.updateValue(String(value), forKey: String(match.1)) == nil else {
                throw StageError("label \(match.1) twice")
            }
            rest = rest[match.range.upperBound...]
        }
        return labels
    }

    private func checkHistogram(_ family: String) throws {
        var buckets: [[String: String]: [(bound: Double, count: Double)]] = [:]
        for (series, value) in values where series.name == family + "_bucket" {
            guard let bound = series.labels["le"].flatMap({ Self.number($0[...]) }) else {
                throw StageError("\(family): a bucket without a bound")
            }
            buckets[series.labels.filter { $0.key != "le" }, default: []].append((bound, value))
        }
        for (labels, unsorted) in buckets {
            let sorted = unsorted.sorted { $0.bound < $1.bound }
            let counts = sorted.map(\.count)
            guard counts == counts.sorted(), sorted.last?.bound == .infinity,
                counts.last == self[family + "_count", labels], self[family + "_sum", labels] != nil
            else { throw StageError("\(family)\(labels): buckets, sum and count do not fit") }
        }
        guard values.keys.filter({ $0.name == family + "_count" }).count == buckets.count else {
            throw StageError("\(family): counts without buckets")
        }
    }

    /// The value of one series.
    subscript(name: String, labels: [String: String]) -> Double? { values[Series(name: name, labels: labels)] }

    /// The sum of all series of a metric that have these labels, whatever others they have.
    func sum(_ name: String, _ labels: [String: String] = [:]) -> Double {
        values.filter { series, _ in
            series.name == name && labels.allSatisfy { series.labels[$0.key] == $0.value }
        }.values.reduce(0, +)
    }
}
