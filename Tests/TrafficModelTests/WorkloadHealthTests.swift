import JSONValue
import KubeModel
import Testing

@testable import TrafficModel

@Suite("Whether Istio sends to a WorkloadEntry")
struct WorkloadHealthTests {
    private static func object(_ status: JSONValue?, annotation: JSONValue? = "true") -> KubeObject {
        var json: JSONValue = ["metadata": ["name": "up", "namespace": "shop"]]
        let path = ["metadata", "annotations", "proxy.istio.io/health-checks-enabled"]
        if let annotation { json.set(annotation, at: path) }
        json["status"] = status
        return KubeObject(lenient: json)
    }

    private static func conditions(_ conditions: JSONValue...) -> JSONValue { ["conditions": .array(conditions)] }

    /// A status, and whether the entry is an endpoint by it.
    private static let statuses: [(JSONValue?, Condition.Status)] = [
        (conditions(["type": "Healthy", "status": "True"]), .true),
        (conditions(["type": "Ready", "status": "False"], ["type": "Healthy", "status": "True"]), .true),
        (conditions(["type": "Healthy", "status": "False", "reason": "RegionExit"]), .false),
        // The first counts.
        (conditions(["type": "Healthy", "status": "False"], ["type": "Healthy", "status": "True"]), .false),
        (conditions(["type": "Healthy", "status": "Unknown"]), .unknown),
        (conditions(["type": "Healthy", "status": "true"]), .unknown),
        (conditions(["type": "Healthy", "status": true]), .unknown),
        (conditions(["type": "healthy", "status": "True"]), .unknown),
        (conditions("Healthy"), .unknown),
        (["conditions": "Healthy"], .unknown),
        ([:], .unknown),
        (nil, .unknown),
    ]

    @Test("with the annotation only the condition Healthy with status True makes it an endpoint", arguments: statuses)
    func watched(_ status: JSONValue?, _ expected: Condition.Status) throws {
        let health = try #require(WorkloadHealth(of: Self.object(status)))
        #expect(health.status == expected)
        let finding = health.finding(in: ObjectKey(namespace: "shop", name: "up"))
        #expect((finding == nil) == (expected == .true))
        #expect(finding.map { $0.severity == .warning && $0.rule == "WorkloadLeftOut" && !$0.remedy.isEmpty } ?? true)
        // What is kept of the status says the same.
        let kept = status.flatMap { IstioStatus.reduced($0, of: .workloadEntry) }
        #expect(WorkloadHealth(of: Self.object(kept)) == health)
    }

    @Test("without the annotation it is an endpoint, whatever its status says", arguments: statuses)
    func unwatched(_ status: JSONValue?, _: Condition.Status) {
        for annotation in [nil, "false", "yes", "0", "", true] as [JSONValue?] {
            #expect(WorkloadHealth(of: Self.object(status, annotation: annotation)) == nil)
        }
        for annotation in ["1", "t", "T", "true", "TRUE", "True"] as [JSONValue] {
            #expect(WorkloadHealth(of: Self.object(status, annotation: annotation)) != nil)
        }
    }

    @Test("the finding names the field, who says so, and what to do")
    func words() throws {
        let key = ObjectKey(namespace: "shop", name: "up")
        let condition: JSONValue = ["type": "Healthy", "status": "False", "reason": "RegionExit"]
        let out = try #require(WorkloadHealth(of: Self.object(Self.conditions(condition)))?.finding(in: key))
        #expect(
            out.description
                == "WorkloadEntry shop/up metadata.annotations[\"proxy.istio.io/health-checks-enabled\"]: Istio sends"
                + " nothing there, as its condition Healthy is False (RegionExit); nothing, where that is meant; else see who"
                + " writes its status (AP-WorkloadLeftOut WorkloadLeftOut)")
        let unsaid = try #require(WorkloadHealth(of: Self.object(nil))?.finding(in: key))
        #expect(unsaid.message.contains("nobody says so") && unsaid.remedy.contains("remove the annotation"))
    }

    @Test("what is kept of a status is bounded, and does not move with the times of probes")
    func reduction() throws {
        let long = JSONValue.string(String(repeating: "é", count: 10_000))
        let condition: JSONValue = [
            "type": "Healthy", "status": "False", "reason": long, "message": long, "lastProbeTime": long,
        ]
        let kept = try #require(
            IstioStatus.reduced(["conditions": .array(Array(repeating: condition, count: 500))], of: .workloadEntry))
        #expect(kept.text().utf8.count < 512 && !kept.text().contains("lastProbeTime"))
        #expect(IstioStatus.reduced(["conditions": [condition]], of: .gateway) == nil)
    }
}
