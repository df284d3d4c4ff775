import AccessPointAPI
import JSONValue
import KubeModel
import KubeRuntime
import Rendering
import Rollout
import Synchronization
import Testing
import TrafficModel

@testable import Operator

@Suite("Deleting from a member")
struct MemberRemovalTests {
    static let routes = "/apis/networking.istio.io/v1/virtualservices"
    static let route = MemberWriterTests.route
    static let success: (Int, JSONValue) = (200, ["kind": "Status", "status": "Success"])

    func list(_ objects: [KubeObject] = []) -> (Int, JSONValue) {
        (
            200,
            [
                "apiVersion": "networking.istio.io/v1", "kind": "VirtualServiceList",
                "metadata": ["resourceVersion": "90"], "items": .array(objects.map(\.json)),
            ]
        )
    }

    func held() throws -> KubeObject { Rendered.stored(try Rendered.set([Rendered.route()]).objects[0]) }

    @Test("what the set no longer has is deleted on a quorum list, under its uid and resourceVersion")
    func prunes() async throws {
        let full = try Rendered.set([Rendered.service, Rendered.route()])
        let rest = try Rendered.set([Rendered.service])
        let live = full.objects.map { Rendered.stored($0) }
        let gone = try #require(live.first { $0.kind == "VirtualService" })
        let fresh = Rendered.stored(try #require(full.objects.first { $0.kind == .virtualService }), version: "77")
        let member = ScriptedMember([list([fresh]), Self.success])
        #expect(await (try member.writer(holding: live)).apply(rest) == nil)
        #expect(member.lines == ["GET \(Self.routes)", "DELETE \(Self.route)"])
        #expect(member.body(1)?.value("preconditions", "uid") == .string(gone.uid ?? ""))
        #expect(member.body(1)?.value("preconditions", "resourceVersion") == "77")
    }

    @Test("everything is looked for in the member itself, also what the cache does not know")
    func uncached() async throws {
        let member = ScriptedMember.holdingOnly(Self.routes, [list([try held()]), Self.success, list()])
        #expect(await (try member.writer()).removeAll() == nil)
        #expect(member.lines == ["GET \(Self.routes)", "DELETE \(Self.route)", "GET \(Self.routes)"])
    }

    @Test("an object that a finalizer holds is not gone: the removal goes on")
    func terminating() async throws {
        var dying = try held()
        dying.json.set("2026-01-31T08:00:00Z", at: ["metadata", "deletionTimestamp"])
        dying.json.set(["example.com/hold"], at: ["metadata", "finalizers"])
        let member = ScriptedMember.holdingOnly(
            Self.routes, [list([try held()]), Self.success, list([dying]), list([dying]), list([dying])])
        let writer = try member.writer()
        for _ in 0..<2 {
            let failure = await writer.removeAll()
            #expect(failure?.reason == .objectTerminating)
            #expect(failure?.mayPass == true)
            #expect(failure?.message.contains("example.com/hold") == true)
        }
        #expect(member.lines.filter { $0.hasPrefix("DELETE") }.count == 1)
    }

    @Test("a listed object that does not carry our uid is left alone, whatever the selector answered")
    func foreign() async throws {
        var foreign = try held()
        foreign.setLabel("accesspoint.io/uid", to: "u2")
        let member = ScriptedMember.holdingOnly(Self.routes, [list([foreign])])
        #expect(await (try member.writer(holding: [try held()])).removeAll() == nil)
        #expect(member.lines == ["GET \(Self.routes)"])
    }

    @Test("a list that fails deletes nothing")
    func failedList() async throws {
        let member = ScriptedMember.holdingOnly(Self.routes, [ScriptedMember.failure(500, "InternalError")])
        let failure = await (try member.writer(holding: [try held()])).removeAll()
        #expect(failure?.reason == .deleteFailed)
        #expect(failure?.mayPass == true)
        #expect(member.lines == ["GET \(Self.routes)"])
    }

    @Test("a kind whose list is not complete is no reason to believe that there is nothing to prune")
    func incomplete() async throws {
        let member = ScriptedMember([])
        let set = try Rendered.set([Rendered.service])
        let cache = MemberCache()
        cache.discovered([.service: "v1", .virtualService: "v1"])
        let stored = set.objects.map { Rendered.stored($0) }.compactMap { cache.stores[.service]?.stored($0) }
        cache.stores[.service]?.apply(.replace(stored, resourceVersion: "1", isRebase: false))
        let client = (try member.writer()).client
        let writer = MemberWriter(connection: { client }, cache: cache, owner: "u1", fence: { true })
        let failure = await writer.apply(set)
        #expect(failure?.reason == .deleteFailed)
        #expect(failure?.message.contains("not complete") == true)
        #expect(member.lines.isEmpty)
    }

    @Test("a kind that is not served holds nothing only if a second look agrees", arguments: [true, false])
    func unserved(_ isServedAgain: Bool) async throws {
        let member = ScriptedMember([]) { line in
            switch line {
            case "GET /readyz": return (200, "ok")
            case "GET /version": return (200, ["major": "1", "minor": "30", "gitVersion": "v1.30.0"])
            case "GET /apis/networking.istio.io/v1" where isServedAgain,
                "GET /apis/networking.istio.io" where isServedAgain:
                return (
                    200,
                    [
                        "kind": "APIResourceList", "groupVersion": "networking.istio.io/v1",
                        "name": "networking.istio.io",
                        "versions": [["groupVersion": "networking.istio.io/v1", "version": "v1"]],
                        "resources": [
                            [
                                "name": "virtualservices", "kind": "VirtualService", "namespaced": true,
                                "verbs": ["get", "list", "watch"],
                            ]
                        ],
                    ]
                )
            case "GET /api": return (200, ["kind": "APIVersions", "versions": ["v1"]])
            case "GET /api/v1":
                let service: JSONValue = [
                    "name": "services", "kind": "Service", "namespaced": true, "verbs": ["list", "watch"],
                ]
                return (200, ["kind": "APIResourceList", "groupVersion": "v1", "resources": [service]])
            case "GET /api/v1/services":
                return (
                    200, ["apiVersion": "v1", "kind": "List", "metadata": ["resourceVersion": "9"], "items": []]
                )
            default: return ScriptedMember.failure(404, "NotFound")
            }
        }
        let cache = MemberCache()
        cache.discovered([.service: "v1"])
        cache.stores[.service]?.apply(.replace([], resourceVersion: "1", isRebase: false))
        let client = (try member.writer()).client
        let writer = MemberWriter(connection: { client }, cache: cache, owner: "u1", fence: { true })
        let failure = await writer.removeAll()
        #expect(failure?.reason == (isServedAgain ? .deleteFailed : nil))
        #expect(failure?.mayPass == (isServedAgain ? true : nil))
    }

    @Test("a changed object is not deleted: the precondition fails and is tried again later")
    func changed() async throws {
        let live = try held()
        let member = ScriptedMember.holdingOnly(Self.routes, [list([live]), ScriptedMember.failure(409, "Conflict")])
        let failure = await (try member.writer(holding: [live])).removeAll()
        #expect(failure?.reason == .deleteFailed)
        #expect(failure?.mayPass == true)
    }

    @Test("an object that is gone when it is updated is looked at anew and created")
    func wentMeanwhile() async throws {
        let live = try held()
        let new = try Rendered.set([Rendered.route("5s")])
        var extra = live
        extra.json.set(["istio-system"], at: ["spec", "exportTo"])
        let made = Rendered.stored(new.objects[0], uid: "a1", version: "50")
        let member = ScriptedMember([ScriptedMember.notFound, ScriptedMember.notFound, (201, made.json)])
        #expect(await (try member.writer(holding: [extra])).apply(new) == nil)
        #expect(member.lines == ["PATCH \(Self.route)", "GET \(Self.route)", "PATCH \(Self.route)"])
        #expect(member.body(2)?.value("metadata", "resourceVersion") == "1")
    }
}

@Suite("Leaving objects behind")
struct MemberReleaseTests {
    static let routes = MemberRemovalTests.routes
    static let route = MemberWriterTests.route

    func list(_ objects: [KubeObject] = []) -> (Int, JSONValue) { MemberRemovalTests().list(objects) }

    func held(adopted: String? = nil) throws -> KubeObject {
        var object = try MemberRemovalTests().held()
        object.setAnnotation(Names.Annotation.adopted, to: adopted)
        object.setLabel("team", to: "web")
        object.json.set(
            [
                ["manager": "kubectl", "operation": "Apply"],
                ["manager": "accesspoint-operator", "operation": "Apply"],
                ["manager": "accesspoint-operator", "operation": "Update"],
                ["manager": "accesspoint-operator", "operation": "Update", "subresource": "status"],
            ], at: ["metadata", "managedFields"])
        return object
    }

    @Test("an orphaned object keeps everything but our marks, under the uid and resourceVersion that were read")
    func orphan() async throws {
        let said = Mutex<[Announcement]>([])
        let member = ScriptedMember.holdingOnly(Self.routes, [list([try held()]), (200, try held().json), list()])
        var writer = try member.writer()
        writer.say = { announcement in said.withLock { $0.append(announcement) } }
        #expect(await writer.releaseAll() == nil)
        #expect(member.lines == ["GET \(Self.routes)", "PATCH \(Self.route)", "GET \(Self.routes)"])
        let operations = member.body(1)?.arrayValue ?? []
        #expect(operations.first == ["op": "test", "path": "/metadata/uid", "value": "9f"])
        #expect(operations.dropFirst().first == ["op": "test", "path": "/metadata/resourceVersion", "value": "41"])
        let patch = try JSONPatch(.array(operations))
        let left = KubeObject(lenient: try patch.applied(to: try held().json))
        #expect(left.labels.keys == ["team"])
        #expect(left.annotations.isEmpty)
        #expect(left.spec == (try held()).spec)
        #expect(
            left.json.value("metadata", "managedFields") == [
                ["manager": "kubectl", "operation": "Apply"],
                ["manager": "accesspoint-operator", "operation": "Update", "subresource": "status"],
            ])
        #expect(said.withLock { $0.map(\.reason) } == ["ObjectsOrphaned"])
    }

    @Test("where nobody else owns a field, the list of owners is reset: a server takes an empty one for not sent")
    func onlyOwner() throws {
        var object = try held()
        object.json.set(
            [["manager": "accesspoint-operator", "operation": "Apply"]], at: ["metadata", "managedFields"])
        let operations = MemberWriter.release(of: object).arrayValue ?? []
        #expect(operations.last == ["op": "replace", "path": "/metadata/managedFields", "value": [[:]]])
    }

    @Test("what still carries our uid is not released")
    func notReleased() async throws {
        let member = ScriptedMember.holdingOnly(
            Self.routes, [list([try held()]), (200, try held().json), list([try held()])])
        let failure = await (try member.writer()).releaseAll()
        #expect(failure?.mayPass == true)
    }

    @Test("nothing is released once this process may no longer lead")
    func fence() async throws {
        let member = ScriptedMember.holdingOnly(Self.routes, [list([try held()])])
        let failure = await (try member.writer(fence: { false })).releaseAll()
        #expect(failure?.message.contains("no longer leads") == true)
        #expect(member.lines == ["GET \(Self.routes)"])
    }

    @Test(
        "what was taken over is deleted only once a revision with it was completed",
        arguments: [(nil, false), ("3-aaaaaaaaaa", false), ("4-aaaaaaaaaa", true), ("5-aaaaaaaaaa", true)])
    func onLoan(_ completed: String?, _ isDeleted: Bool) async throws {
        let said = Mutex<[Announcement]>([])
        let member = ScriptedMember.holdingOnly(
            Self.routes,
            [list([try held(adopted: "4-bbbbbbbbbb")]), (200, try held().json), list()])
        var writer = try member.writer()
        writer.revisions.completed = completed.flatMap { .init($0) }
        writer.say = { announcement in said.withLock { $0.append(announcement) } }
        #expect(await writer.removeAll() == nil)
        #expect(member.lines.dropFirst().first == "\(isDeleted ? "DELETE" : "PATCH") \(Self.route)")
        #expect(said.withLock { $0.map(\.reason) } == (isDeleted ? [] : ["ObjectsReturned"]))
    }
}
