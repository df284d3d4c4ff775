import AccessPointAPI
import JSONValue
import KubeModel
import KubeRuntime

/// What is to be published for one NameService: a pure function of what the host holds.
struct NameScene: Sendable {
    let object: KubeObject
    let status: NameServiceStatus
    /// The spec; nil where it cannot be read.
    private(set) var spec: NameServiceSpec?
    private(set) var provider = NameProvider(weightProperty: nil)
    /// What the records come to; nil: those that are there are left alone.
    private(set) var plan: NamePlan?
    /// The hostnames that belong to it.
    private(set) var hostnames: [String] = []
    /// Who has the others.
    private(set) var taken: [String: ObjectKey] = [:]
    /// Why nothing is published anew, or not all; nil: all is well so far.
    private(set) var problem: Verdict?

    init(_ object: KubeObject, host: HostStores, providers: [String: NameProvider]) {
        self.object = object
        status = (try? NameServiceStatus.decode(object.status)) ?? NameServiceStatus()
        let spec: NameServiceSpec
        do {
            spec = try NameService.decode(object.json).spec
        } catch {
            problem = Verdict(.false, .invalid, "\(error)")
            return
        }
        self.spec = spec
        for hostname in spec.names.hostnames {
            if let holder = host.holder(of: hostname, other: object) {
                taken[hostname] = holder
            } else {
                hostnames.append(hostname)
            }
        }
        guard let provider = providers[spec.names.provider] else {
            let known = Text.list(providers.keys.sorted(), most: 8)
            problem = Verdict(
                .false, .providerUnknown,
                "the operator knows no provider \(spec.names.provider), but \(known); see its flag --dns-providers")
            return
        }
        self.provider = provider
        var targets = NameTarget.targets(of: spec)
        if let reference = spec.targetRef {
            let key = ObjectKey(namespace: object.namespace, name: reference.name)
            guard let accessPoint = host.accessPoints.get(key) else {
                problem = Verdict(
                    .false, .accessPointNotFound,
                    "there is no AccessPoint \(key); the records that are published stay")
                return
            }
            guard let seen = try? AccessPointStatus.decode(accessPoint.status) else {
                problem = Verdict(
                    .unknown, .statusUnreadable, "the status of AccessPoint \(key) cannot be read; the records stay")
                return
            }
            targets = NameTarget.targets(of: seen, spec.names)
        }
        let plan = NamePlan(targets: targets, held: status.records, isWeighted: provider.weightProperty != nil)
        let endpoints = endpoints(plan.records)
        let longest = endpoints.map { $0["targets"]?.arrayValue?.count ?? 0 }.max() ?? 0
        guard max(endpoints.count, longest) <= DNSEndpoint.limit else {
            problem = Verdict(
                .false, .recordsTooMany,
                endpoints.count > DNSEndpoint.limit
                    ? "\(endpoints.count) records are more than the \(DNSEndpoint.limit) that a DNSEndpoint takes; the"
                        + " records that are published stay: use fewer hostnames, or a provider without weights"
                    : "\(longest) addresses are more than the \(DNSEndpoint.limit) that one record takes; the records"
                        + " that are published stay: use a provider with weights, which has a record for each target")
            return
        }
        self.plan = plan
        problem = Self.verdict(plan, taken: taken)
    }

    /// What the DNSEndpoint holds for these records.
    func endpoints(_ records: [NameRecord]) -> [JSONValue] {
        guard let spec else { return [] }
        return DNSEndpoint.endpoints(
            records, hostnames: hostnames, ttlSeconds: spec.names.ttlSeconds, provider: provider)
    }

    /// The records that names have: those that are planned, or else those that stay.
    var records: [NameRecord] { plan?.records ?? status.records }

    /// Whether the records, or the names that have them, are others than before.
    var isChanged: Bool {
        let before = status.hostnames.filter { $0.reason != ReasonCode.hostnameTaken.rawValue }.map(\.hostname)
        return records != status.records || !Set(hostnames).isSubset(of: before)
    }

    private static func verdict(_ plan: NamePlan, taken: [String: ObjectKey]) -> Verdict? {
        if let (hostname, holder) = taken.min(by: { $0.key < $1.key }) {
            return Verdict(
                .false, .hostnameTaken,
                "\(hostname) belongs to NameService \(holder): use another name, or take it out there first"
                    + (taken.count > 1 ? " (and \(taken.count - 1) more)" : ""))
        }
        if plan.isHeld {
            return Verdict(
                .false, .recordsHeld, "no target is in service: the last records stay, so that the names lead somewhere"
            )
        }
        if plan.records.isEmpty {
            return Verdict(.false, .recordsPending, "no target in service has had an address yet")
        }
        guard plan.leftOut.isEmpty else {
            return Verdict(
                .false, .recordsConflict,
                "\(Text.list(plan.leftOut, most: 4)) is left out, as a name can have no CNAME record beside other"
                    + " records: give all targets IP addresses, or all a host name and a provider with weights")
        }
        return nil
    }
}
