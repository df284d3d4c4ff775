/// Requests that the servers have taken, by their own metrics; leases and what servers do for themselves left out.
struct Counts: Equatable {
    private static let mutating: Set<String> = [
        "POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION", "CREATE", "UPDATE",
    ]
    private static let onHost: Set<String> = [
        "accesspoints", "accesspointtargets", "controllerrevisions", "events", "memberclusters",
    ]
    private static let inMembers = Set(Part.allCases.map(\.resource.resource))

    private(set) var values: [String: Int] = [:]

    subscript(name: String) -> Int { values[name] ?? 0 }

    /// Adds the counters of one server.
    mutating func add(_ metrics: [UInt8], isHost: Bool) {
        let wanted = isHost ? Self.onHost : Self.inMembers
        for line in String(decoding: metrics, as: UTF8.self).split(separator: "\n") {
            guard line.hasPrefix("apiserver_request_total{"), let start = line.firstIndex(of: "{"),
                let end = line.lastIndex(of: "}")
            else { continue }
            let labels = Self.labels(line[line.index(after: start)..<end])
            guard let resource = labels["resource"], wanted.contains(resource), let verb = labels["verb"],
                let count = Double(line[line.index(after: end)...].drop { $0 == " " })
            else { continue }
            guard let name = Self.name(isHost, verb, resource, labels) else { continue }
            values[name, default: 0] += Int(count)
        }
    }

    private static func name(_ isHost: Bool, _ verb: String, _ resource: String, _ labels: [String: String]) -> String?
    {
        guard mutating.contains(verb) else { return verb == "GET" ? (isHost ? "host reads" : "member reads") : nil }
        if !(labels["code"] ?? "").hasPrefix("2") { return isHost ? "host refused" : "member refused" }
        if !isHost { return (labels["dry_run"] ?? "").isEmpty ? "member writes" : "member dry runs" }
        let subresource = labels["subresource"] ?? ""
        return "host \(resource)" + (subresource.isEmpty ? "" : "/\(subresource)")
    }

    /// What was added since an earlier count.
    func since(_ before: Counts) -> Counts {
        var added = Counts()
        for (name, count) in values where count != before[name] { added.values[name] = count - before[name] }
        return added
    }

    /// Takes away what the benchmark itself has sent.
    mutating func discount(_ name: String, _ count: Int) {
        values[name, default: 0] -= count
        if values[name] == 0 { values[name] = nil }
    }

    /// Writes to the host in all.
    var hostWrites: Int {
        values.filter { $0.key.hasPrefix("host ") && $0.key != "host reads" && $0.key != "host refused" }
            .values.reduce(0, +)
    }

    var text: String {
        values.isEmpty
            ? "none" : values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
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
