import JSONValue
import KubeModel
import Testing
import YAMLFormat

@testable import AccessPointAPI

@Suite("The samples")
struct SampleTests {
    static func documents(_ file: String) throws -> [JSONValue] {
        try YAML.documents(Array(try Repository.text("samples/\(file)").utf8))
    }

    @Test("are read by the types without an error")
    func decode() throws {
        var counts: [String: Int] = [:]
        for file in try Repository.names(in: "samples") {
            for document in try Self.documents(file) {
                let kind = document["kind"]?.stringValue ?? ""
                counts[kind, default: 0] += 1
                switch kind {
                case "AccessPoint": #expect(throws: Never.self, "\(file)") { try AccessPoint.decode(document) }
                case "NameService": #expect(throws: Never.self, "\(file)") { try NameService.decode(document) }
                case "MemberCluster": #expect(throws: Never.self, "\(file)") { try MemberCluster.decode(document) }
                default: #expect(document["apiVersion"]?.stringValue?.hasPrefix(Names.group) == false, "\(file)")
                }
            }
        }
        #expect(counts["AccessPoint"] == 2)
        #expect(counts["MemberCluster"] == 4)
        #expect(counts["NameService"] == 2)
    }

    @Test("the quickstart has a canary, a VIP, and one override for each of its clusters")
    func quickstart() throws {
        let point = try AccessPoint.decode(try #require(try Self.documents("quickstart.yaml").first))
        #expect(point.metadata.key.description == "shop/checkout")
        #expect(point.spec.policy.rollout.canary.gate == .manual)
        #expect(
            point.spec.trafficTemplate.map { $0.object["kind"]?.stringValue } == [
                "Service", "Gateway", "VirtualService",
            ])
        let clusters = try Self.documents("clusters.yaml").filter { $0["kind"] == "MemberCluster" }
        for cluster in clusters {
            let facts = try MemberCluster.decode(cluster).facts
            #expect(point.spec.chooses(facts))
            #expect(point.spec.overrides.filter { $0.applies(to: facts) }.count == 1)
        }
    }

    @Test("the fuller sample survives being written and read")
    func roundTrip() throws {
        let point = try AccessPoint.decode(try #require(try Self.documents("full.yaml").first))
        #expect(try AccessPointSpec.decode(point.spec.json) == point.spec)
    }
}
