import JSONValue
import KubeModel
import Testing

@testable import AccessPointAPI

@Suite("Status")
struct StatusTests {
    /// A value with every field that the table names, so that none can be lost unseen.
    static func full(_ table: FieldTable) -> JSONValue {
        .object(JSONObject(table.fields.map { ($0.name, full($0.node)) }))
    }

    static func full(_ node: FieldTable.Node) -> JSONValue {
        switch node {
        case .value(let shape): value(shape)
        case .list(let item, _): [full(item)]
        case .object(let table): full(table)
        case .labels: ["a": "b"]
        }
    }

    static func value(_ shape: FieldShape) -> JSONValue {
        if let choice = shape.choices.last { return choice }
        return switch shape.kind {
        case .string:
            switch shape.pattern {
            case .conditionType?, .conditionReason?: "Ready"
            case .pointer?: "/a"
            default: "word"
            }
        case .integer: 7
        case .boolean: true
        case .time: "2026-11-20T22:14:05.250000Z"
        case .intOrPercent: "50%"
        case .freeObject: ["a": 1]
        case .any: 1
        }
    }

    @Test("every field of a status is read and written: none is lost")
    func roundTrip() throws {
        let json = Self.full(FieldTable(of: AccessPointStatus.self))
        #expect(try AccessPointStatus.decode(json).json == json)
        let member = Self.full(FieldTable(of: MemberClusterStatus.self))
        #expect(try MemberClusterStatus.decode(member).json == member)
        let target: JSONValue = [
            "spec": Self.full(FieldTable(of: AccessPointTargetSpec.self)),
            "status": Self.full(FieldTable(of: AccessPointTargetStatus.self)),
        ]
        let read = try AccessPointTarget.decode(target)
        #expect(["spec": read.spec.json, "status": read.status.json] as JSONValue == target)
    }

    @Test("a status that says nothing is an empty object")
    func empty() throws {
        #expect(AccessPointStatus().json == [:])
        #expect(try AccessPointStatus.decode(nil) == AccessPointStatus())
        #expect(try AccessPointStatus.decode(.null) == AccessPointStatus())
    }

    @Test("counts of zero and a false are written: they are knowledge")
    func zero() {
        var row = ClusterRow(name: "k1", phase: .available)
        row.updated = false
        row.routes = RouteCounts(total: 0, programmed: 0)
        var status = AccessPointStatus()
        status.clusters = [row]
        #expect(
            status.json == [
                "clusters": [
                    ["name": "k1", "phase": "Available", "updated": false, "routes": ["total": 0, "programmed": 0]]
                ]
            ])
    }

    @Test("fields of a newer version are passed over, wrong values are not")
    func lenient() throws {
        let status = try AccessPointStatus.decode(["rollout": ["epoch": 3, "later": 1], "later": [1]])
        #expect(status.rollout.epoch == 3)
        #expect { try AccessPointStatus.decode(["rollout": ["epoch": "3"]]) } throws: {
            "\($0)" == "status.rollout.epoch: must be an integer, found a string"
        }
    }

    @Test("a text that is too long is cut at a character, so that the API server takes the status")
    func longTexts() throws {
        var status = AccessPointStatus()
        status.clusters = [ClusterRow(name: "k1", phase: .failed)]
        status.clusters[0].message = String(repeating: "é", count: 300)
        let message = try #require(status.json["clusters"]?[0]?["message"]?.stringValue)
        #expect(message.unicodeScalars.count == 256)
        #expect(message.hasSuffix("é…"))
    }

    @Test("the place of a step is shown as kubectl get wants it")
    func step() {
        #expect(StepPosition(index: 1, total: 3, name: "canary").display == "1/3 canary")
    }

    @Test("times keep their fraction: a soak must not begin earlier because it was stored")
    func times() throws {
        var status = AccessPointStatus()
        status.rollout.pauseTime = Timestamp("2026-11-20T22:14:05.25Z")
        #expect(try AccessPointStatus.decode(status.json).rollout.pauseTime == status.rollout.pauseTime)
    }
}
