import JSONValue
import KubeModel
import TrafficModel

/// The addresses of one Service of type LoadBalancer in one target.
struct AddressEvidence: Sendable, Hashable {
    /// The Service.
    var service: ObjectKey
    /// Its usable addresses.
    var values: [Address]
    /// Whether it has one, and no other that its cluster may not have.
    var verdict: Verdict

    /// Judges a live Service.
    ///
    /// - Parameters:
    ///   - service: its key.
    ///   - live: the Service; nil: it was not found.
    ///   - ranges: the blocks in which the addresses of its cluster lie; empty: anywhere.
    ///   - allowsLoopback: whether a loopback address counts.
    ///   - facts: what was read in the member.
    /// - Returns: the addresses with the verdict on them; a refused one is in the verdict alone.
    static func judge(
        _ service: ObjectKey, live: KubeObject?, ranges: [AddressRange] = [], allowsLoopback: Bool = false,
        facts: [FactQuery: FactAnswer] = [:]
    ) -> AddressEvidence {
        let addresses = live.map { Addresses.of(service: $0.json, ranges: ranges, allowsLoopback: allowsLoopback) }
        let values = addresses?.values ?? []
        let refusals = addresses?.refused ?? []
        let refused = Text.list(refusals.map { "\($0.field) \($0.reason)" }, most: 2)
        let stray = refusals.compactMap(\.stray).map(\.value)
        let verdict: Verdict =
            if !stray.isEmpty {
                // Beside a good address too: who shows it wants traffic to go elsewhere.
                Verdict(
                    .false, .addressRefused,
                    "Service \(service) has \(Text.list(stray.map { Text.cut($0, to: 64) }, most: 2)), outside"
                        + " spec.addressRanges of its MemberCluster (\(Text.list(ranges.map(\.description), most: 3)))"
                        + "; find out who gave it that, or add its range there")
            } else if !values.isEmpty {
                Verdict(
                    .true, .addressesAssigned,
                    refused.isEmpty ? "" : "Service \(service): not all is usable: \(refused)")
            } else if refused.isEmpty {
                Verdict(
                    .unknown, .addressPending,
                    live == nil
                        ? "Service \(service) is not there, and has no address"
                        : "Service \(service) has no address yet; the cluster's load balancer assigns it"
                            + (live.flatMap { Self.told($0, facts[.events(service: service)]) }.map { ": \($0)" } ?? "")
                )
            } else {
                Verdict(.false, .addressRefused, "Service \(service) has no usable address: \(refused)")
            }
        return AddressEvidence(service: service, values: values, verdict: verdict)
    }

    /// Whether it is to be asked what the Events of a Service say: while it waits for an address.
    static func waits(_ service: KubeObject?) -> Bool {
        service.map { Addresses.of(service: $0.json).state == .pending } ?? false
    }

    /// What the cluster says of a Service without an address, by its conditions that are not met or tell of an error,
    /// and else by its last Event, a warning first. Who may not read Events is not told more.
    private static func told(_ service: KubeObject, _ events: FactAnswer?) -> String? {
        var told = ConditionSet(service.status?["conditions"]).conditions.filter { condition in
            condition.status == (condition.type.hasSuffix("Error") ? .true : .false)
        }.map { "\($0.reason)\($0.message.isEmpty ? "" : ": \(Text.cut(Text.clean($0.message), to: 120))")" }
        if told.isEmpty, case .objects(let said)? = events {
            told = said.map { event in
                let words = [event["reason"]?.stringValue ?? "", event["message"]?.stringValue ?? ""]
                return words.map { Text.cut(Text.clean($0), to: 160) }.filter { !$0.isEmpty }.joined(separator: ": ")
            }
        }
        return told.isEmpty ? nil : Text.list(told, most: 2, by: "; ")
    }
}
