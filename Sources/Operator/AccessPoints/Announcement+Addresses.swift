import AccessPointAPI
import JSONValue
import KubeModel

extension Announcement {
    /// What two committed statuses say happened to addresses of targets between them: records, firewalls and people
    /// that hold the old one have to follow. The first address of a Service is no change, and what cannot be seen for a
    /// while has not changed either: its row keeps the address, and what it has come back with is compared with that.
    static func addresses(_ old: JSONValue?, _ new: JSONValue?) -> [Announcement] {
        guard let before = old?["clusters"]?.arrayValue, let rows = new?["clusters"]?.arrayValue, before != rows else {
            return []
        }
        let isCut = [old, new].contains { $0?.value("summary", "truncated")?.boolValue ?? false }
        let known = Dictionary(before.map { ($0["name"], $0) }, uniquingKeysWith: { first, _ in first })
        let changes = rows.flatMap { row -> [Announcement] in
            guard let old = known[row["name"]] else { return [] }
            // One beside several, before or after, may be what was left of a list that was cut to fit.
            let counts = [addresses(old), addresses(row)]
            guard !isCut || counts.min() != 1 || counts.max() == 1 else { return [] }
            return Self.changes(in: row["name"]?.stringValue ?? "", old, row)
        }
        guard changes.count > tellableChanges + 1, let next = changes.dropFirst(tellableChanges).first else {
            return changes
        }
        // An object has few Events to spare; the rows have the new addresses.
        var rest = next
        rest.note += ", and \(changes.count - tellableChanges - 1) more Services have another address"
        return changes.prefix(tellableChanges) + [rest]
    }

    /// The most changes of one moment that are told each by itself.
    private static let tellableChanges = 4

    private static func addresses(_ row: JSONValue) -> Int { row["addresses"]?.arrayValue?.count ?? 0 }

    private static func changes(in target: String, _ old: JSONValue, _ new: JSONValue) -> [Announcement] {
        guard old["addresses"] != new["addresses"] else { return [] }
        let (before, after) = (byService(old["addresses"]), byService(new["addresses"]))
        let lostBefore = byService(old["lostAddresses"])
        // A revision that is being written may have other Services; what it no longer has did not lose its address.
        let isWritten = [old, new].contains { $0["phase"]?.stringValue == TargetPhase.applying.rawValue }
        let isWanting =
            !isWritten && new["reason"]?.stringValue.flatMap(ReasonCode.init(rawValue:))?.isWordOfAddress ?? false
        let wasAway =
            isUnreachable(old) || old["reason"]?.stringValue == ReasonCode.observationPending.rawValue
        return Set(before.keys).union(lostBefore.keys).sorted().compactMap { service in
            let had = before[service] ?? []
            let (last, found) = (had.isEmpty ? lostBefore[service] ?? [] : had, after[service] ?? [])
            let (from, to) = (Text.list(last, most: 4), Text.list(found, most: 4))
            let what: String
            if found.isEmpty {
                guard !had.isEmpty, isWanting else { return nil }
                what = "has lost its address \(from)"
            } else if Set(last) == Set(found) {
                guard had.isEmpty else { return nil }
                what = "has its address \(to) again"
            } else {
                // Of what could not be seen one may be all that was left when a status was cut.
                guard !wasAway || last.count > 1 || !Set(last).isSubset(of: found) else { return nil }
                what = "had address \(from) and has \(to) now"
            }
            return Announcement(
                isWarning: Set(last) != Set(found), reason: "AddressChanged", action: "Observe",
                note: "\(target): Service \(service) \(what)", variant: "\(target) \(service) \(from) \(to)")
        }
    }

    private static func byService(_ addresses: JSONValue?) -> [String: [String]] {
        (addresses?.arrayValue ?? []).reduce(into: [:]) { services, address in
            services[address["service"]?.stringValue ?? "", default: []].append(address["value"]?.stringValue ?? "")
        }
    }
}

extension ReasonCode {
    /// Whether a target gives it for having no address that counts, or no Service that could have one.
    fileprivate var isWordOfAddress: Bool {
        self == .addressPending || self == .addressRefused || self == .objectMissing
    }
}
