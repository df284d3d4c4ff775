import JSONValue
import KubeModel
import Testing

@Suite struct APIStatusTests {
    static let conflict: JSONValue = [
        "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
        "message": "Apply failed with 1 conflict", "reason": "Conflict", "code": 409,
        "details": [
            "name": "web", "group": "networking.istio.io", "kind": "virtualservices", "uid": "u",
            "retryAfterSeconds": 3,
            "causes": [
                ["reason": "FieldManagerConflict", "message": "conflict with \"kubectl\"", "field": ".spec.hosts"]
            ],
        ],
    ]

    @Test("a Status gives all its members and writes them back")
    func reads() throws {
        let status = try #require(APIStatus(Self.conflict))
        #expect(status.status == "Failure")
        #expect(status.code == 409)
        #expect(status.reason == "Conflict")
        #expect(status.details?.name == "web")
        #expect(status.details?.group == "networking.istio.io")
        #expect(status.details?.kind == "virtualservices")
        #expect(status.details?.uid == "u")
        #expect(status.details?.retryAfterSeconds == 3)
        #expect(status.details?.causes.map(\.field) == [".spec.hosts"])
        #expect(status.description == "409 Conflict: Apply failed with 1 conflict")
        #expect(status.json == Self.conflict)
    }

    @Test(
        "what is not a Status is none",
        arguments: [.null, "Status", [:], ["kind": "Status"], ["kind": "Status", "apiVersion": "x/v1"]] as [JSONValue])
    func none(json: JSONValue) { #expect(APIStatus(json) == nil) }

    @Test("members of wrong types read as missing")
    func lenient() throws {
        let json: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "code": "409", "reason": 1,
            "details": ["causes": "x", "retryAfterSeconds": -1, "name": []],
        ]
        let status = try #require(APIStatus(json))
        #expect(status.code == nil)
        #expect(status.reason == "")
        #expect(status.details == APIStatus.Details())
        #expect(status.description == "")
    }
}
