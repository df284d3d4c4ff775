import JSONValue
import KubeModel
import KubeRuntime
import Testing

@Suite("Finalizer machine")
struct FinalizerMachineTests {
    private let machine = FinalizerMachine(finalizer: "accesspoint.io/clean-up")

    private func object(_ finalizers: [String], deleting: Bool = false, uid: String? = "u1") -> KubeObject {
        var metadata: JSONObject = ["name": "web", "namespace": "shop"]
        if !finalizers.isEmpty { metadata["finalizers"] = .array(finalizers.map { .string($0) }) }
        if deleting { metadata["deletionTimestamp"] = "2026-01-31T08:00:00Z" }
        metadata["uid"] = uid.map { .string($0) }
        return KubeObject(lenient: ["apiVersion": "v1", "kind": "Service", "metadata": .object(metadata)])
    }

    @Test("an object without finalizers gets ours by a patch that fails when it has some by now")
    func addsFirst() throws {
        guard case .add(let patch) = machine.step(for: object([])) else {
            Issue.record("no addition")
            return
        }
        #expect(
            patch.json == [
                ["op": "test", "path": "/metadata/uid", "value": "u1"],
                ["op": "test", "path": "/metadata/finalizers", "value": .null],
                ["op": "add", "path": "/metadata/finalizers", "value": ["accesspoint.io/clean-up"]],
            ])
        #expect(throws: JSONPatchError.self) { try patch.applied(to: object(["other"]).json) }
    }

    @Test("an object with finalizers of others gets ours behind them, and the patch fails when they have changed")
    func addsToOthers() throws {
        guard case .add(let patch) = machine.step(for: object(["a", "b"])) else {
            Issue.record("no addition")
            return
        }
        let patched = KubeObject(lenient: try patch.applied(to: object(["a", "b"]).json))
        #expect(patched.finalizers == ["a", "b", "accesspoint.io/clean-up"])
        #expect(throws: JSONPatchError.self) { try patch.applied(to: object(["a"]).json) }
        #expect(throws: JSONPatchError.self) { try patch.applied(to: object(["a", "b"], uid: "u2").json) }
    }

    @Test("an object with ours is applied until its deletion is asked for, then cleaned up and released")
    func appliesThenCleansUp() throws {
        #expect(machine.step(for: object(["a", "accesspoint.io/clean-up"])) == .apply)
        let deleted = object(["a", "accesspoint.io/clean-up"], deleting: true)
        guard case .cleanUp(let patch) = machine.step(for: deleted) else {
            Issue.record("no clean-up")
            return
        }
        let patched = KubeObject(lenient: try patch.applied(to: deleted.json))
        #expect(patched.finalizers == ["a"])
        let moved = object(["accesspoint.io/clean-up", "a"], deleting: true)
        #expect(throws: JSONPatchError.self) { try patch.applied(to: moved.json) }
    }

    @Test("an object that goes away without ours is left alone", arguments: [[], ["a"]])
    func leavesAlone(_ finalizers: [String]) {
        #expect(machine.step(for: object(finalizers, deleting: true)) == .nothing)
    }

    @Test("a deletion time that cannot be read is a deletion all the same")
    func unreadableTime() {
        var object = object(["accesspoint.io/clean-up"])
        object.metadata["deletionTimestamp"] = "soon"
        guard case .cleanUp = machine.step(for: object) else {
            Issue.record("no clean-up")
            return
        }
    }
}
