import JSONValue
import KubeModel
import Testing

@testable import TrafficModel

@Suite("What Istio says of an object in its status")
struct IstioStatusTests {
    private static func object(_ status: JSONValue?, generation: Int64? = 3) -> KubeObject {
        var object = KubeObject(lenient: ["metadata": ["name": "checkout", "namespace": "shop"]])
        if let generation { object.metadata["generation"] = .integer(generation) }
        object.status = status
        return object
    }

    private static func message(_ level: JSONValue, _ code: JSONValue = "IST0101") -> JSONValue {
        [
            "type": ["code": code], "level": level,
            "documentationUrl": "https://istio.io/latest/docs/reference/config/analysis/ist0101/",
        ]
    }

    @Test(
        "the generation counts, as a number or as a string; what is said of another one tells nothing",
        arguments: [
            (3, true), ("3", true), (2, false), ("2", false), (4, false), (nil, false), ("", false), ("three", false),
            ("99999999999999999999", false), (.null, false), (3.5, false), ([3], false),
        ] as [(JSONValue?, Bool)])
    func generations(_ observed: JSONValue?, _ isRead: Bool) {
        var status: JSONValue = ["validationMessages": [Self.message("ERROR")]]
        status["observedGeneration"] = observed
        let read = IstioStatus(of: Self.object(status))
        #expect((read != nil) == isRead)
        #expect((read?.errors.map(\.code) ?? []) == (isRead ? ["IST0101"] : []))
        #expect(IstioStatus(of: Self.object(status, generation: nil)) == nil)
    }

    @Test("no status, and one that speaks of other things, say nothing")
    func silence() {
        let addresses: JSONValue = ["addresses": [["value": "240.240.0.1"]]]
        for status in [nil, .null, [], "x", [:], addresses] as [JSONValue?] {
            #expect(IstioStatus(of: Self.object(status)) == nil)
        }
    }

    @Test("a status of the present generation without a message is settled")
    func clean() {
        let read = IstioStatus(of: Self.object(["observedGeneration": "3"]))
        #expect(read?.messages == [] && read?.isSettled == true)
        let gone = IstioStatus(of: Self.object(["observedGeneration": 3, "validationMessages": []]))
        #expect(gone == read)
    }

    @Test(
        "a level is a name or a number; what is only worth knowing, or of no level, is passed over",
        arguments: [
            ("ERROR", .error), (3, .error), ("WARNING", .warning), (8, .warning), ("INFO", nil), (12, nil), (0, nil),
            ("Error", nil), (nil, nil), (.null, nil), ([:], nil),
        ] as [(JSONValue?, IstioStatus.Level?)])
    func levels(_ written: JSONValue?, _ level: IstioStatus.Level?) {
        var message: JSONValue = ["type": ["code": "IST0145"]]
        message["level"] = written
        let read = IstioStatus(of: Self.object(["observedGeneration": 3, "validationMessages": [message]]))
        #expect(read?.messages.map(\.level) == (level.map { [$0] } ?? []))
    }

    @Test("errors come before warnings, with Istio's name, ours, or none, and the page that explains them")
    func words() {
        let read = IstioStatus(
            of: Self.object([
                "observedGeneration": 3,
                "validationMessages": [
                    Self.message("WARNING", "IST0132"), Self.message("ERROR"),
                    [
                        "type": ["code": "IST0999", "name": "SomethingNew"], "level": 3,
                        "documentationUrl": "file:///x",
                    ],
                    ["level": "ERROR"],
                ],
            ]))
        #expect(
            read?.messages.map(\.description) == [
                "IST0101 ReferencedResourceNotFound: something that it refers to is not in this cluster; see "
                    + "https://istio.io/latest/docs/reference/config/analysis/ist0101/",
                "IST0999 SomethingNew", "",
                "IST0132 VirtualServiceHostNotFoundInGateway: a host of it is none of its Gateway's; see "
                    + "https://istio.io/latest/docs/reference/config/analysis/ist0101/",
            ])
    }

    @Test("a subset without pods is a warning, for they may be in another cluster, or WorkloadEntries")
    func subsets() {
        let read = IstioStatus(
            of: Self.object(["observedGeneration": 3, "validationMessages": [Self.message("ERROR", "IST0173")]]))
        #expect(read?.errors == [] && read?.warnings.map(\.code) == ["IST0173"])
    }

    @Test("only errors that a reference is missing can be for want of another cluster")
    func missingReferences() {
        func read(_ codes: JSONValue...) -> Bool? {
            let messages = codes.map { Self.message("ERROR", $0) } + [Self.message("WARNING", "IST0132")]
            let status: JSONValue = ["observedGeneration": 3, "validationMessages": .array(messages)]
            return IstioStatus(of: Self.object(status))?.missesReferencesAlone
        }
        #expect(read("IST0101") == true && read("IST0101", "IST0101") == true)
        #expect(read("IST0101", "IST0145") == false && read() == false)
    }

    @Test(
        "a condition counts by its own generation, else by that of the status; one that is False is a warning",
        arguments: [
            (["type": "ZtunnelAccepted", "status": "False", "observedGeneration": "3"], nil, true),
            (["type": "ZtunnelAccepted", "status": "False", "observedGeneration": 2], 3, false),
            (["type": "WaypointAccepted", "status": "False"], 3, true),
            (["type": "WaypointAccepted", "status": "False"], 2, false),
            (["type": "WaypointAccepted", "status": "True"], 3, false),
            (["type": "istio.io/WaypointBound", "status": "False"], 3, false),
            (["type": "Healthy", "status": "False"], 3, false),
        ] as [(JSONValue, JSONValue?, Bool)])
    func conditions(_ condition: JSONValue, _ observed: JSONValue?, _ isWarning: Bool) {
        var condition = condition
        condition["reason"] = "UnsupportedValue"
        condition["message"] = "ztunnel does not support dry-run\u{1b}[2J"
        var status: JSONValue = ["conditions": [condition]]
        status["observedGeneration"] = observed
        let read = IstioStatus(of: Self.object(status))
        let type = condition["type"]?.stringValue ?? ""
        #expect(
            (read?.messages.map(\.description) ?? [])
                == (isWarning
                    ? [
                        "IST0171 NegativeConditionStatus: \(type) is False: UnsupportedValue: "
                            + "ztunnel does not support dry-run?[2J"
                    ] : []))
        #expect(read?.errors.isEmpty ?? true)
    }

    @Test("while an old Istio hands the object on to its proxies it is not settled")
    func reconciled() {
        func isSettled(_ status: String) -> Bool? {
            let condition: JSONValue = [
                "type": "Reconciled", "status": .string(status), "message": "1/2 proxies up to date.",
            ]
            return IstioStatus(of: Self.object(["observedGeneration": 3, "conditions": [condition]]))?.isSettled
        }
        #expect(isSettled("True") == true && isSettled("False") == false)
        let early = IstioStatus(of: Self.object(["conditions": [["type": "Reconciled", "status": "False"]]]))
        #expect(early == nil)
    }

    @Test("what is kept of a status reads as the whole of it, without what changes and tells nothing")
    func reduction() throws {
        let many = (0..<40).map { Self.message("INFO", .string("IST0\($0)")) }
        let status: JSONValue = [
            "observedGeneration": "3", "addresses": [["value": "240.240.0.1"]],
            "validationMessages": .array(many + [Self.message("WARNING", "IST0132"), Self.message("ERROR")]),
            "conditions": [
                ["type": "Healthy", "status": "True", "lastProbeTime": "2026-11-28T06:00:00Z"],
                [
                    "type": "ZtunnelAccepted", "status": "False", "reason": "UnsupportedValue",
                    "lastTransitionTime": "2026-11-28T06:00:00Z",
                ],
            ],
        ]
        let kept = try #require(IstioStatus.reduced(status, of: .gateway))
        #expect(IstioStatus(of: Self.object(kept)) == IstioStatus(of: Self.object(status)))
        #expect(IstioStatus(of: Self.object(kept))?.messages.count == 3)
        for word in ["240.240", "Healthy", "lastProbeTime", "lastTransitionTime", "INFO"] {
            #expect(!kept.text().contains(word))
        }
        #expect(IstioStatus.reduced(["addresses": []], of: .gateway) == nil)
        #expect(IstioStatus.reduced("x", of: .gateway) == nil)
    }

    @Test("a status of any size and shape is read within bounds")
    func bounds() {
        let long = JSONValue.string(String(repeating: "é", count: 10_000))
        let message: JSONValue = [
            "type": ["code": long, "name": long], "level": "ERROR",
            "documentationUrl": .string("https://" + String(repeating: "a", count: 10_000)),
        ]
        let condition: JSONValue = ["type": "XAccepted", "status": "False", "reason": long, "message": long]
        let status: JSONValue = [
            "observedGeneration": 3, "validationMessages": .array(Array(repeating: message, count: 500)),
            "conditions": .array(Array(repeating: condition, count: 500)),
        ]
        let read = IstioStatus(of: Self.object(status))
        #expect(read?.messages.count == 32)
        #expect(read?.messages.allSatisfy { $0.description.utf8.count < 512 } == true)
        let kept = IstioStatus.reduced(status, of: .gateway)
        #expect(kept.map { IstioStatus(of: Self.object($0)) } == read)
        #expect((kept?.bytes().count ?? .max) < 16_384)
        for broken in [
            ["validationMessages": 7], ["conditions": "x"], ["validationMessages": [7, .null, ["type": 1]]],
        ]
            as [JSONValue]
        {
            var status = broken
            status["observedGeneration"] = 3
            #expect(IstioStatus(of: Self.object(status))?.messages == [])
        }
    }
}
