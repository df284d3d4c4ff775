import JSONValue
import KubeModel
import Testing

@testable import AccessPointAPI

@Suite("NameServices and spec.dns")
struct NameServiceTests {
    private static func nameService(_ spec: String) throws -> JSONValue {
        try Fixture.json(
            """
            {"apiVersion": "accesspoint.io/v1alpha1", "kind": "NameService", "metadata": {"name": "n", "namespace": "shop"},
             "spec": \(spec)}
            """)
    }

    private static func errors(_ spec: String) throws -> [String] {
        do {
            _ = try NameService.decode(try nameService(spec))
            return []
        } catch let error as FieldErrors {
            return error.errors.map(\.description)
        }
    }

    @Test("are read with their defaults, and survive being written")
    func decode() throws {
        let service = try NameService.decode(
            try Self.nameService(#"{"hostnames": ["*.shop.example.com"], "targetRef": {"name": "checkout"}}"#))
        #expect(
            service.spec.names
                == NameRecords(hostnames: ["*.shop.example.com"], ttlSeconds: 60, provider: "external-dns"))
        #expect(service.spec.targetRef?.name == "checkout")
        let json = try Fixture.changed(
            "spec.dns", to: #"{"hostnames": ["a.b"], "weights": [{"regions": ["eu"], "weight": 0}]}"#)
        let spec = try AccessPoint.decode(json).spec
        #expect(spec.dns?.weights.first?.weight == 0)
        #expect(try AccessPointSpec.decode(spec.json) == spec)
    }

    @Test(
        "what could not work is refused",
        arguments: [
            (#"{"targetRef": {"name": "a"}}"#, "spec: hostnames must be set"),
            (#"{"hostnames": ["a.b"]}"#, "spec: exactly one of targetRef and addresses must be set"),
            (
                #"{"hostnames": ["a.b"], "targetRef": {"name": "a"}, "addresses": [{"name": "a", "value": "198.51.100.1"}]}"#,
                "spec: exactly one of targetRef and addresses must be set"
            ),
            (#"{"hostnames": ["shop"], "targetRef": {"name": "a"}}"#, "spec.hostnames[0]: must be a full DNS name"),
            (#"{"hostnames": ["1.2.3.4"], "targetRef": {"name": "a"}}"#, "spec.hostnames[0]: must be a full DNS name"),
            (#"{"hostnames": ["A.b"], "targetRef": {"name": "a"}}"#, "spec.hostnames[0]: must be a full DNS name"),
            (#"{"hostnames": ["a.b", "a.b"], "targetRef": {"name": "a"}}"#, "spec.hostnames[1]: duplicate entry"),
            (
                #"{"hostnames": ["a.b"], "ttlSeconds": 0, "targetRef": {"name": "a"}}"#,
                "spec.ttlSeconds: must be between"
            ),
            (
                #"{"hostnames": ["a.b"], "weights": [{"weight": 256}], "targetRef": {"name": "a"}}"#,
                "spec.weights[0].weight: must be between 0 and 255"
            ),
            (
                #"{"hostnames": ["a.b"], "addresses": [{"name": "a", "value": "127.0.0.1"}]}"#,
                "spec.addresses: must hold IP addresses"
            ),
            (
                #"{"hostnames": ["a.b"], "addresses": [{"name": "a", "value": "*.a.b"}]}"#,
                "spec.addresses: must hold IP addresses"
            ),
        ])
    func refused(spec: String, message: String) throws {
        let errors = try Self.errors(spec)
        #expect(errors.count == 1)
        #expect(errors.first?.hasPrefix(message) == true, "\(errors)")
    }

    @Test("the first weight that matches a target counts, and 100 where none does")
    func weights() {
        let names = NameRecords(
            hostnames: ["a.b"],
            weights: [
                .init(clusters: ["k1"], weight: 1), .init(regions: ["eu"], availabilityZones: ["eu-1"], weight: 2),
            ])
        func weight(_ name: String, _ region: String, _ zone: String) -> Int {
            names.weight(of: TargetFacts(name: name, region: region, availabilityZone: zone))
        }
        #expect(weight("k1", "eu", "eu-1") == 1)
        #expect(weight("k2", "eu", "eu-1") == 2)
        #expect(weight("k2", "eu", "eu-2") == 100)
    }
}
