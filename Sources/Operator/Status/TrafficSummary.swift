import AccessPointAPI
import KubeModel
import TrafficModel

/// What the targets together say about host names, certificates and routes.
///
/// While a target has not been looked at, the lists of the status before stand: a shorter list would be a lie.
struct TrafficSummary {
    private(set) var fqdns: [HostnameStatus] = []
    private(set) var certificates: [CertificateStatus] = []
    private(set) var routes: [RouteStatus] = []
    /// Whether a list had to be cut.
    private(set) var isCut = false

    /// The certificate versions that are not the newest, as said on their rows.
    private(set) var staleness: [String: Verdict] = [:]

    /// The most entries of each list.
    static let limit = 64

    init(_ sights: [TargetSight], previous: AccessPointStatus) {
        let isPending = sights.contains(where: \.isPending)
        let seen = sights.filter { $0.isAssigned && $0.evidence != nil }
        let blind = sights.count { $0.isAssigned && $0.blindness != nil }
        let known = Dictionary(
            previous.certificates.map { ($0.name, $0.version) }, uniquingKeysWith: { first, _ in first })
        let prevailing = isPending ? known : Self.prevailing(seen, known: blind > 0 ? known : [:])
        for sight in seen { staleness[sight.name] = Self.staleness(sight, prevailing) }
        let fqdns = Self.fqdns(seen, blind: blind)
        let certificates = Self.certificates(seen, prevailing)
        let routes = Self.routes(seen)
        isCut = [fqdns.count, certificates.count, routes.count].contains { $0 > Self.limit }
        func standing<Item>(_ items: [Item], _ before: [Item]) -> [Item] {
            (isPending && !before.isEmpty) || (seen.isEmpty && blind > 0) ? before : Array(items.prefix(Self.limit))
        }
        self.fqdns = standing(fqdns, Self.served(previous.fqdns))
        self.certificates = standing(certificates, previous.certificates)
        self.routes = standing(routes, previous.routes)
    }

    // MARK: Host names

    /// Rows of the status before without what NameServices added to them, which they say anew.
    private static func served(_ rows: [HostnameStatus]) -> [HostnameStatus] {
        rows.compactMap { row in
            guard !row.nameService.isEmpty else { return row }
            guard row.targets != nil else { return nil }
            var row = row
            row.nameService = ""
            // Whether targets or names were not ready is not known any more.
            if row.ready != true { (row.ready, row.message) = (nil, "") }
            return row
        }
    }

    private static func fqdns(_ seen: [TargetSight], blind: Int) -> [HostnameStatus] {
        grouped(seen.flatMap { sight in (sight.evidence?.hosts ?? []).map { ($0.hostname, (sight.name, $0)) } }).map {
            name, hosts in
            var status = HostnameStatus(hostname: name)
            status.targets = hosts.count
            let verdicts = hosts.compactMap { host in host.1.verdict.map { (host.0, $0) } }
            let worst = Self.worst(verdicts)
            // What a target that does not answer serves is unknown.
            status.ready = worst.flatMap { $0.1.status == .true && blind > 0 ? nil : $0.1.status.bool }
            if let worst, worst.1.status != .true { status.message = said(worst) }
            return status
        }
    }

    // MARK: Certificates

    private static func certificates(_ seen: [TargetSight], _ prevailing: [String: String]) -> [CertificateStatus] {
        let all = seen.flatMap { sight in (sight.evidence?.certificates ?? []).map { ($0.name, (sight.name, $0)) } }
        return grouped(all).map { name, items in
            var status = CertificateStatus(name: name)
            let targets = Set(items.map(\.0))
            let broken = Set(items.filter { $0.1.isReady != true }.map(\.0))
            status.hosts = Array(sorted(Set(items.flatMap(\.1.hosts))).prefix(8))
            status.version = prevailing[name] ?? ""
            status.serial = items.first { $0.1.version == prevailing[name] }?.1.serial ?? ""
            status.notAfter = items.compactMap(\.1.notAfter).min()
            status.targets = targets.count
            status.ready = targets.subtracting(broken).count
            let stale = items.filter { $0.1.version != nil && $0.1.version != prevailing[name] }
            status.staleClusters = Array(sorted(Set(stale.map(\.0))).prefix(10))
            let verdicts = items.map { ($0.0, $0.1.warning ?? $0.1.verdict) }
            if let worst = worst(verdicts), worst.1.status != .true { status.message = said(worst) }
            return status
        }
    }

    /// The version of each certificate that was issued last, of those that may serve if any does: what was renewed is
    /// never what is stale, in however few targets. Of several the one that most targets have, and then the one that ends
    /// last.
    ///
    /// - Parameters:
    ///   - seen: the targets that can be looked into.
    ///   - known: the versions so far, where targets are away: one that only they have is the newest still.
    /// - Returns: the version by the name of each certificate.
    private static func prevailing(_ seen: [TargetSight], known: [String: String]) -> [String: String] {
        func rank(_ items: [CertificateEvidence]) -> (Int, Timestamp, Int, Timestamp) {
            let (begin, end) = (items.first?.notBefore ?? .earliest, items.first?.notAfter ?? .earliest)
            // A look that came to nothing, as after a restart, makes nobody's certificate worse.
            return (items.contains { $0.isReady != false } ? 1 : 0, begin, items.count, end)
        }
        let all = seen.flatMap { sight in (sight.evidence?.certificates ?? []).map { ($0.name, $0) } }
        let best = grouped(all).compactMap { name, items -> (String, String)? in
            let versions = grouped(items.compactMap { item in item.version.map { ($0, item) } })
            if let version = known[name], !version.isEmpty, !versions.contains(where: { $0.0 == version }) {
                return (name, version)
            }
            return versions.max { left, right in
                let (one, other) = (rank(left.1), rank(right.1))
                return one == other ? left.0 < right.0 : one < other
            }.map { (name, $0.0) }
        }
        return Dictionary(best, uniquingKeysWith: { first, _ in first })
    }

    private static func staleness(_ sight: TargetSight, _ prevailing: [String: String]) -> Verdict? {
        for certificate in sight.evidence?.certificates ?? [] {
            guard let version = certificate.version, let other = prevailing[certificate.name], !other.isEmpty,
                version != other
            else { continue }
            return Verdict(
                .false, .certificateStale, "\(certificate.name) is version \(version), others have \(other)")
        }
        return nil
    }

    // MARK: Routes

    private static func routes(_ seen: [TargetSight]) -> [RouteStatus] {
        grouped(seen.flatMap { sight in (sight.evidence?.routes ?? []).map { ($0.template, (sight.name, $0)) } }).map {
            name, items in
            var status = RouteStatus(template: name)
            status.kind = TrafficKind.virtualService.kind
            status.name = items.first?.1.key.name ?? ""
            status.targets = items.count
            status.programmed = items.count { $0.1.verdict.status == .true }
            let levels = items.compactMap(\.1.level)
            status.evidence = levels.count < items.count && !levels.isEmpty ? .stored : levels.min()
            if let worst = worst(items.map { ($0.0, $0.1.verdict) }), worst.1.status != .true {
                status.message = said(worst)
            }
            return status
        }
    }

    // MARK: Parts

    private static func worst(_ verdicts: [(String, Verdict)]) -> (String, Verdict)? {
        verdicts.first { $0.1.status == .false } ?? verdicts.first { $0.1.status == .unknown } ?? verdicts.first
    }

    private static func said(_ worst: (String, Verdict)) -> String {
        Text.cut(Text.clean("\(worst.0): \(worst.1.message)"), to: 256)
    }

    private static func sorted(_ names: Set<String>) -> [String] {
        names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The values by key, the keys in byte order.
    private static func grouped<Value>(_ pairs: [(String, Value)]) -> [(String, [Value])] {
        var groups: [String: [Value]] = [:]
        for (key, value) in pairs { groups[key, default: []].append(value) }
        return sorted(Set(groups.keys)).map { ($0, groups[$0] ?? []) }
    }
}
