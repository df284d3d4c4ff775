import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import Testing

@testable import Operator

@Suite("The finalizer of an object of the host", .timeLimit(.minutes(1)))
struct FinalizerTests {
    let key = ObjectKey(namespace: "shop", name: "checkout")

    func object(_ version: String) -> KubeObject {
        var object = KubeObject(Names.accessPoint, key)
        object.json.set(.string(version), at: ["metadata", "resourceVersion"])
        return object
    }

    @Test("it is added under the version that was read")
    func added() async throws {
        let host = ScriptedMember([(200, object("8").json)])
        let patched = try await host.writer().client.keepFinalizer(present: true, on: object("7"), Names.accessPoints)
        #expect(patched?.resourceVersion == "8")
        #expect(
            host.body(0)?.arrayValue?.first
                == ["op": "test", "path": "/metadata/resourceVersion", "value": "7"])
    }

    @Test("where the object has changed meanwhile it is read anew, and that is no error", arguments: [422, 409])
    func changed(_ code: Int) async throws {
        let host = ScriptedMember([ScriptedMember.failure(code, "Invalid"), (200, object("9").json)])
        let present = try await host.writer().client.keepFinalizer(present: true, on: object("7"), Names.accessPoints)
        #expect(present?.resourceVersion == "9")
        #expect(host.lines.last?.hasPrefix("GET ") ?? false)
    }

    @Test(
        "a refusal of an object that has not changed is told, so that nobody asks again and again at once",
        arguments: ["7", "6", ""])
    func refused(_ present: String) async throws {
        let host = ScriptedMember([ScriptedMember.failure(422, "Invalid"), (200, object(present).json)])
        let client = try host.writer().client
        await #expect(throws: APIError.self) {
            try await client.keepFinalizer(present: true, on: object("7"), Names.accessPoints)
        }
    }
}
