import JSONValue
import KubeModel
import Testing

@testable import TrafficModel

@Suite("What clusters of one zone have in common")
struct ZoneCheckTests {
    private static let kept =
        "Service web: {type: ClusterIP, selector: {app: web}, ports: [{name: http, port: 80}, {name: admin, port: 81}]}"

    @Test(
        "a Service of one name is one Service: type, headless and ports are the same in every cluster",
        arguments: [
            ("type: ClusterIP, ", "type: LoadBalancer, ", "/spec/type"),
            ("type: ClusterIP, ", "clusterIP: None, ", "/spec/clusterIP"),
            ("port: 81", "port: 82", "/spec/ports"), ("name: admin", "name: other", "/spec/ports"),
            ("port: 81", "port: 81, protocol: UDP", "/spec/ports"),
            ("port: 81", "port: 81, appProtocol: grpc", "/spec/ports"),
        ])
    func differs(was: String, becomes: String, place: String) throws {
        let found = ZoneCheck.findings([
            ("k1", try SetPair.objects(Self.kept)),
            ("k2", try SetPair.objects(Self.kept.replacing(was, with: becomes))),
            ("k3", try SetPair.objects(Self.kept)),
        ])
        #expect(found.map(\.cluster) == ["k2"])
        let finding = try #require(found.first?.finding)
        #expect(finding.pointer.description == place)
        #expect(finding.code == "IST0170" && finding.severity == .warning)
        #expect(finding.message.contains("in k1"))
    }

    @Test(
        "order, what is implied, and where a cluster sends to are no difference",
        arguments: [
            ("type: ClusterIP, ", ""), ("port: 81", "port: 81, protocol: TCP"), ("app: web", "app: other"),
            ("{name: http, port: 80}, {name: admin, port: 81}", "{name: admin, port: 81}, {name: http, port: 80}"),
            ("port: 81", "port: 81, targetPort: 8081"), ("Service web:", "Service other:"),
        ])
    func same(was: String, becomes: String) throws {
        let found = ZoneCheck.findings([
            ("k1", try SetPair.objects(Self.kept)),
            ("k2", try SetPair.objects(Self.kept.replacing(was, with: becomes))),
        ])
        #expect(found.isEmpty)
    }
}
