import AccessPointAPI
import JSONValue
import KubeModel
import KubeRuntime

/// What the NameServices of an AccessPoint show, as far as it concerns the AccessPoint's own status.
struct NamesSeen: Sendable, Hashable {
    /// Whether all names that are asked for resolve to what is published.
    var verdict: Verdict
    /// The names, with the NameService of each.
    var hostnames: [(nameService: String, state: NameState)] = []

    static func == (left: NamesSeen, right: NamesSeen) -> Bool {
        left.verdict == right.verdict && left.hostnames.elementsEqual(right.hostnames, by: ==)
    }

    func hash(into hasher: inout Hasher) { hasher.combine(verdict) }

    /// Makes it out of the verdict alone.
    init(_ verdict: Verdict) { self.verdict = verdict }

    /// Reads it; nil where no name is asked for.
    init?(_ accessPoint: KubeObject, host: HostStores) {
        let services = host.nameServices(of: accessPoint.key)
        var verdicts = services.map(Self.verdict)
        if let dns = accessPoint.spec?["dns"], !dns.isNull {
            switch host.nameServices.get(accessPoint.key) {
            case nil: verdicts.append(Verdict(.unknown, .recordsPending, "its NameService is being made"))
            case let present? where present.ownerUID != accessPoint.uid:
                verdicts.append(
                    Verdict(
                        .false, .nameServiceForeign,
                        "NameService \(accessPoint.key) was not made for spec.dns and stays as it is: delete it, or remove"
                            + " spec.dns"))
            case _?: break
            }
        }
        guard let worst = Verdict.worst(verdicts) else { return nil }
        verdict = worst
        hostnames = services.flatMap { service in
            let status = try? NameServiceStatus.decode(service.status)
            return (status?.hostnames ?? []).map { (service.name, $0) }
        }
    }

    private static func verdict(_ service: KubeObject) -> Verdict {
        guard let ready = ConditionSet(service.status?["conditions"])["Ready"],
            ready.observedGeneration == service.generation
        else { return Verdict(.unknown, .observationPending, "NameService \(service.name) has not been looked at yet") }
        return Verdict(
            ready.status, .named(ready.reason, else: .observationPending),
            "NameService \(service.name): \(ready.message)")
    }

    /// The host names that targets serve, with what is known of their resolution, and those that are published besides.
    func merged(into served: [HostnameStatus]) -> [HostnameStatus] {
        var rows = served
        for (service, state) in hostnames {
            let index = rows.firstIndex { $0.hostname == state.hostname } ?? rows.endIndex
            if index == rows.endIndex {
                rows.append(HostnameStatus(hostname: state.hostname))
                rows[index].ready = true
            }
            rows[index].nameService = service
            // False beats unknown, and unknown beats true.
            guard rows[index].ready != false, state.ready != true else { continue }
            guard state.ready == false || rows[index].ready == true else { continue }
            rows[index].ready = state.ready
            rows[index].message = Text.cut(state.message, to: 256)
        }
        return Array(
            rows.sorted { $0.hostname.utf8.lexicographicallyPrecedes($1.hostname.utf8) }.prefix(TrafficSummary.limit))
    }
}
