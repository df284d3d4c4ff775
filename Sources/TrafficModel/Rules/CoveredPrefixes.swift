/// Finds byte strings that begin with another one, in one sorted sweep instead of a comparison of all pairs.
enum CoveredPrefixes {
    /// A byte string, and whether longer ones that begin with it are covered by it.
    struct Entry {
        let bytes: [UInt8]
        let isOpen: Bool
    }

    /// For each entry that another one covers: its index, and the least index of those that cover it.
    ///
    /// An entry is covered by an open one whose bytes begin its own, and by any entry that is equal in both parts and
    /// comes before it. The answers are in the order of the indices.
    static func pairs(_ entries: [Entry]) -> [(covered: Int, by: Int)] {
        let order = entries.indices.sorted { left, right in
            let (one, other) = (entries[left], entries[right])
            if one.bytes != other.bytes { return one.bytes.lexicographicallyPrecedes(other.bytes) }
            return one.isOpen != other.isOpen ? one.isOpen : left < right
        }
        // The open entries that begin the present one, outermost first, each with the least index down to it.
        var path: [(entry: Int, least: Int)] = []
        var twin: Int?
        var pairs: [(covered: Int, by: Int)] = []
        for index in order {
            let entry = entries[index]
            while let last = path.last, !entry.bytes.starts(with: entries[last.entry].bytes) { path.removeLast() }
            if let twin, !entry.isOpen, !entries[twin].isOpen, entries[twin].bytes == entry.bytes {
                pairs.append((index, min(twin, path.last?.least ?? twin)))
            } else if let least = path.last?.least {
                pairs.append((index, least))
            }
            if entry.isOpen {
                path.append((index, min(index, path.last?.least ?? index)))
            } else if twin.map({ entries[$0].bytes != entry.bytes }) ?? true {
                twin = index
            }
        }
        return pairs.sorted { $0.covered < $1.covered }
    }
}

extension HostName {
    /// For each host that another one of the list covers: its index, and the index of that one.
    static func covered(_ hosts: [HostName]) -> [(covered: Int, by: Int)] {
        CoveredPrefixes.pairs(
            hosts.map { host in
                let name = host.isWildcard ? host.text.utf8.dropFirst() : host.text.utf8[...]
                return CoveredPrefixes.Entry(bytes: name.reversed(), isOpen: host.isWildcard)
            })
    }
}
