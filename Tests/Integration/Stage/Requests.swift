import KubeClient

/// Counts the mutating requests that a server has taken, by its own metrics.
enum Requests {
    private static let mutating: Set<String> = [
        "POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION", "CREATE", "UPDATE",
    ]

    /// Requests by `verb resource`, dry runs and leases left out.
    static func mutating(_ client: KubeClient) async throws -> [String: Int] {
        let text = String(decoding: try await client.getRaw("/metrics"), as: UTF8.self)
        var counts: [String: Int] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("apiserver_request_total{") {
            guard let start = line.firstIndex(of: "{"), let end = line.lastIndex(of: "}") else { continue }
            let labels = labels(line[line.index(after: start)..<end])
            guard let verb = labels["verb"], mutating.contains(verb), labels["dry_run"] ?? "" == "",
                labels["resource"] != "leases",
                let count = Double(line[line.index(after: end)...].trimmingPrefix(" "))
            else { continue }
            // A review asks a question; it stores nothing.
            if labels["resource"]?.hasSuffix("reviews") ?? false { continue }
            counts["\(verb) \(labels["resource"] ?? "")", default: 0] += Int(count)
        }
        return counts
    }

    /// What was added between two counts.
    static func added(_ before: [String: Int], _ after: [String: Int]) -> [String: Int] {
        var added: [String: Int] = [:]
        for (key, count) in after where count > before[key] ?? 0 { added[key] = count - (before[key] ?? 0) }
        return added
    }

    private static func labels(_ text: Substring) -> [String: String] {
        var labels: [String: String] = [:]
        for pair in text.split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            labels[String(parts[0])] = String(parts[1].dropFirst().dropLast())
        }
        return labels
    }
}
