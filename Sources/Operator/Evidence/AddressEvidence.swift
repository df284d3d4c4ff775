import KubeModel
import TrafficModel

/// The addresses of one Service of type LoadBalancer in one target.
struct AddressEvidence: Sendable, Hashable {
    /// The Service.
    var service: ObjectKey
    /// Its usable addresses.
    var values: [Address]
    /// Whether it has one.
    var verdict: Verdict

    /// Judges a live Service; nil: it was not found.
    static func judge(_ service: ObjectKey, live: KubeObject?) -> AddressEvidence {
        let addresses = live.map { Addresses.of(service: $0.json) }
        let values = addresses?.values ?? []
        let refused = Text.list((addresses?.refused ?? []).map { "\($0.field) \($0.reason)" }, most: 2)
        let verdict: Verdict =
            if !values.isEmpty {
                Verdict(
                    .true, .addressesAssigned,
                    refused.isEmpty ? "" : "Service \(service): not all is usable: \(refused)")
            } else if refused.isEmpty {
                Verdict(
                    .unknown, .addressPending,
                    "Service \(service) has no address yet; the cluster's load balancer assigns it")
            } else {
                Verdict(.false, .addressRefused, "Service \(service) has no usable address: \(refused)")
            }
        return AddressEvidence(service: service, values: values, verdict: verdict)
    }
}
