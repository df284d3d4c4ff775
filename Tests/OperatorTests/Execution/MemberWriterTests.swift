import JSONValue
import KubeClient
import KubeModel
import Rendering
import Testing
import TrafficModel

@testable import Operator

@Suite("Writing into a member")
struct MemberWriterTests {
    static let route = "/apis/networking.istio.io/v1/namespaces/shop/virtualservices/checkout"
    static let vip = "/api/v1/namespaces/istio-ingress/services/vip"

    @Test("what is not there is created under the condition that it is still not there")
    func create() async throws {
        let set = try Rendered.set([Rendered.route()])
        let made = Rendered.stored(set.objects[0])
        let member = ScriptedMember([ScriptedMember.notFound, (201, made.json)])
        #expect(await (try member.writer()).apply(set) == nil)
        #expect(member.lines == ["GET \(Self.route)", "PATCH \(Self.route)"])
        #expect(member.body(1)?.value("metadata", "resourceVersion") == "1")
    }

    @Test("somebody who was quicker is not overwritten: the conflict leads to a read and a refusal")
    func quicker() async throws {
        let set = try Rendered.set([Rendered.route()])
        var foreign = Rendered.stored(set.objects[0])
        foreign.json.set(nil, at: ["metadata", "labels"])
        let member = ScriptedMember([
            ScriptedMember.notFound, ScriptedMember.failure(409, "Conflict"), (200, foreign.json),
        ])
        let failure = await (try member.writer()).apply(set)
        #expect(failure?.reason == .objectExists)
        #expect(member.lines == ["GET \(Self.route)", "PATCH \(Self.route)", "GET \(Self.route)"])
    }

    @Test("what is ours is updated under the uid and resourceVersion that were read, and by force")
    func update() async throws {
        let old = try Rendered.set([Rendered.route("3s")])
        let new = try Rendered.set([Rendered.route("5s")])
        let member = ScriptedMember([(200, Rendered.stored(new.objects[0], version: "42").json)])
        let writer = try member.writer(holding: [Rendered.stored(old.objects[0])])
        #expect(await writer.apply(new) == nil)
        #expect(member.lines == ["PATCH \(Self.route) force=true"])
        #expect(member.body(0)?.value("metadata", "uid") == "9f")
        #expect(member.body(0)?.value("metadata", "resourceVersion") == "41")
    }

    @Test("an equal object costs no request at all")
    func equal() async throws {
        let set = try Rendered.set([Rendered.route(), Rendered.service])
        let member = ScriptedMember([])
        let writer = try member.writer(holding: set.objects.map { Rendered.stored($0) })
        #expect(await writer.apply(set) == nil)
        #expect(member.lines.isEmpty)
    }

    @Test("three conflicts in a row end the attempt, which may pass later")
    func conflicts() async throws {
        let old = try Rendered.set([Rendered.route("3s")])
        let new = try Rendered.set([Rendered.route("5s")])
        let live = Rendered.stored(old.objects[0])
        let conflict = ScriptedMember.failure(409, "Conflict")
        let member = ScriptedMember([conflict, (200, live.json), conflict, (200, live.json), conflict])
        let failure = await (try member.writer(holding: [live])).apply(new)
        #expect(failure?.reason == .applyConflict)
        #expect(failure?.mayPass == true)
        #expect(member.lines.filter { $0.hasPrefix("PATCH") }.count == 3)
    }

    @Test("where old servers cannot guard a Service, an answer other than 201 gives the fields back")
    func service() async throws {
        let set = try Rendered.set([Rendered.service])
        let made = Rendered.stored(set.objects[0])
        let absent = ScriptedMember.failure(404, "NotFound", kind: "services", name: "vip")
        let member = ScriptedMember([absent, (200, made.json), (200, made.json)])
        let failure = await (try member.writer(minor: 20)).apply(set)
        #expect(failure?.reason == .objectExists)
        #expect(member.lines == ["GET \(Self.vip)", "PATCH \(Self.vip)", "PATCH \(Self.vip)"])
        #expect(member.body(1)?.value("metadata", "resourceVersion") == nil)
        #expect(member.body(2)?["spec"] == nil)
        #expect(member.body(2)?.value("metadata", "labels") == nil)
    }

    @Test(
        "where old servers cannot guard a Service, one that only we have written is a late creation of our own",
        arguments: [
            (#"[{"manager": "accesspoint-operator", "operation": "Apply", "fieldsV1": {"f:spec": {}}}]"#, true),
            (
                #"[{"manager": "accesspoint-operator", "operation": "Apply", "fieldsV1": {"f:spec": {}}}, {"manager": "cloud", "operation": "Update", "fieldsV1": {"f:status": {}}}]"#,
                true
            ),
            (
                #"[{"manager": "accesspoint-operator", "operation": "Apply", "fieldsV1": {"f:spec": {}}}, {"manager": "kubectl-create", "operation": "Update", "fieldsV1": {"f:spec": {}}}]"#,
                false
            ),
            (
                #"[{"manager": "accesspoint-operator", "operation": "Apply", "fieldsV1": {"f:spec": {}}}, {"manager": "before-first-apply", "operation": "Update"}]"#,
                false
            ),
            (#"[{"manager": "accesspoint-operator", "operation": "Update", "fieldsV1": {"f:spec": {}}}]"#, false),
            (#"[{"manager": "cloud", "operation": "Update", "fieldsV1": {"f:status": {}}}]"#, false), ("[]", false),
        ])
    func lateService(managers: String, isOurs: Bool) async throws {
        let set = try Rendered.set([Rendered.service])
        var found = Rendered.stored(set.objects[0])
        found.json.set(try JSONValue(parsing: managers), at: ["metadata", "managedFields"])
        let absent = ScriptedMember.failure(404, "NotFound", kind: "services", name: "vip")
        let member = ScriptedMember([absent, (200, found.json), (200, found.json)])
        let failure = await (try member.writer(minor: 20)).apply(set)
        #expect(failure?.reason == (isOurs ? nil : .objectExists))
        #expect(member.lines.count == (isOurs ? 2 : 3))
    }

    @Test("newer servers guard the creation of a Service like any other")
    func guardedService() async throws {
        let set = try Rendered.set([Rendered.service])
        let made = Rendered.stored(set.objects[0])
        let absent = ScriptedMember.failure(404, "NotFound", kind: "services", name: "vip")
        let member = ScriptedMember([absent, (201, made.json)])
        #expect(await (try member.writer(minor: 30)).apply(set) == nil)
        #expect(member.body(1)?.value("metadata", "resourceVersion") == "1")
    }

    @Test("nothing is sent once this process may no longer lead")
    func fence() async throws {
        let set = try Rendered.set([Rendered.route()])
        let member = ScriptedMember([ScriptedMember.notFound])
        let failure = await (try member.writer(fence: { false })).apply(set)
        #expect(failure?.message.contains("no longer leads") == true)
        #expect(member.lines == ["GET \(Self.route)"])
    }

    @Test("objects go in apply order, and nothing follows the first that fails")
    func order() async throws {
        let set = try Rendered.set([Rendered.route(), Rendered.service])
        let absent = ScriptedMember.failure(404, "NotFound", kind: "services", name: "vip")
        let member = ScriptedMember([absent, ScriptedMember.failure(422, "Invalid")])
        let failure = await (try member.writer()).apply(set)
        #expect(failure?.kind == "Service")
        #expect(failure?.reason == .applyFailed)
        #expect(failure?.mayPass == false)
        #expect(member.lines.allSatisfy { $0.contains("/services/") })
    }

    @Test("a missing namespace is named with the command that mends it")
    func namespace() async throws {
        let set = try Rendered.set([Rendered.route()])
        let member = ScriptedMember([
            ScriptedMember.notFound, ScriptedMember.failure(404, "NotFound", kind: "namespaces", name: "shop"),
        ])
        let failures = await (try member.writer()).preflight(set)
        #expect(failures.map(\.reason) == [.namespaceMissing])
        #expect(failures.first?.message.contains("kubectl create namespace shop") == true)
        #expect(member.lines.last == "PATCH \(Self.route) dryRun=All")
    }

    @Test(
        "a 403 of a dry run is told apart by what the server says: quota, permission, webhook, a namespace that goes",
        arguments: [
            (#"services "vip" is forbidden: exceeded quota: vips, requested: services=1"#, "", .quotaExceeded),
            (#"User "o" cannot patch resource "services" in API group "" in the namespace "s""#, "", .forbidden),
            (#"admission webhook "w" denied the request: no"#, "", .dryRunFailed),
            (#"services "vip" is forbidden: it is being terminated"#, "NamespaceTerminating", .namespaceMissing),
        ] as [(String, String, ObjectFailure.Reason)])
    func denials(message: String, cause: String, reason: ObjectFailure.Reason) async throws {
        let refusal: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden", "code": 403,
            "message": .string(message), "details": ["causes": [["reason": .string(cause)]]],
        ]
        let absent = ScriptedMember.failure(404, "NotFound", kind: "services", name: "vip")
        let member = ScriptedMember([absent, (403, refusal)])
        let failures = await (try member.writer()).preflight(try Rendered.set([Rendered.service]))
        #expect(failures.map(\.reason) == [reason])
        #expect(failures.first?.mayPass == false)
        #expect(failures.first?.message.contains(message) == true)
    }

    @Test("a webhook that cannot be asked refuses: the server has answered, and would store nothing")
    func webhookDown() async throws {
        let said = #"Internal error occurred: failed calling webhook "w": failed to call webhook: connection refused"#
        for (message, reason) in [(said, .dryRunFailed), ("etcd is gone", .clusterUnreachable)]
            as [(String, ObjectFailure.Reason)]
        {
            let fault: JSONValue = [
                "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "InternalError", "code": 500,
                "message": .string(message),
            ]
            let absent = ScriptedMember.failure(404, "NotFound", kind: "services", name: "vip")
            let member = ScriptedMember([absent, (500, fault)])
            let failures = await (try member.writer()).preflight(try Rendered.set([Rendered.service]))
            #expect(failures.map(\.reason) == [reason])
            #expect(failures.first?.mayPass == (reason == .clusterUnreachable))
            #expect(failures.first?.message.contains("start the webhook there") == (reason == .dryRunFailed))
            // A write is tried again, and its outcome is known: nothing was stored.
            let writing = ScriptedMember([absent, (500, fault)])
            let failure = await (try writing.writer()).apply(try Rendered.set([Rendered.service]))
            #expect(failure?.reason == (reason == .dryRunFailed ? .webhookUnavailable : .outcomeUnknown))
            #expect(failure?.mayPass == true)
        }
    }

    @Test("a dry run tells of every object that is refused, not only of the first")
    func allFailures() async throws {
        let set = try Rendered.set([Rendered.route(), Rendered.service])
        let member = ScriptedMember([
            ScriptedMember.failure(404, "NotFound", kind: "services", name: "vip"),
            ScriptedMember.failure(422, "Invalid"), ScriptedMember.notFound, ScriptedMember.failure(422, "Invalid"),
        ])
        let failures = await (try member.writer()).preflight(set)
        #expect(failures.map(\.kind) == ["Service", "VirtualService"])
    }
}
