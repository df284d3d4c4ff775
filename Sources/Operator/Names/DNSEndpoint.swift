import AccessPointAPI
import JSONValue
import KubeModel

/// The object of external-dns by which records reach a DNS provider.
///
/// Source: kubernetes-sigs/external-dns `config/crd/standard/dnsendpoints.externaldns.k8s.io.yaml`.
enum DNSEndpoint {
    static let kind = GroupVersionKind(group: "externaldns.k8s.io", version: "v1alpha1", kind: "DNSEndpoint")
    static let resource = GroupVersionResource(
        group: "externaldns.k8s.io", version: "v1alpha1", resource: "dnsendpoints")

    /// The most entries of `spec.endpoints`, and the most targets of an entry, that its schema takes.
    static let limit = 1000

    /// `spec.endpoints`, in an order that depends on nothing but its content.
    ///
    /// - Parameters:
    ///   - records: what each name leads to.
    ///   - hostnames: the names.
    ///   - ttlSeconds: for how long an answer may be remembered.
    ///   - provider: whether targets have record sets of their own.
    /// - Returns: the entries, none without records.
    static func endpoints(
        _ records: [NameRecord], hostnames: [String], ttlSeconds: Int, provider: NameProvider
    ) -> [JSONValue] {
        hostnames.sorted().flatMap { hostname -> [JSONValue] in
            func endpoint(_ type: NameRecord.Form, _ values: [String]) -> JSONValue {
                [
                    "dnsName": .string(hostname), "recordType": .string(type.rawValue),
                    "recordTTL": .integer(Int64(ttlSeconds)), "targets": .array(values.map { .string($0) }),
                ]
            }
            guard let property = provider.weightProperty else {
                return NameRecord.Form.allCases.compactMap { type in
                    let values = Set(records.filter { $0.type == type }.flatMap(\.values)).sorted()
                    return values.isEmpty ? nil : endpoint(type, values)
                }
            }
            return records.map { record in
                var json = endpoint(record.type, record.values)
                json["setIdentifier"] = .string(record.target)
                json["providerSpecific"] = [["name": .string(property), "value": .string(String(record.weight))]]
                return json
            }
        }
    }
}
