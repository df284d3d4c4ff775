import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Rendering
import Synchronization
import Testing
import TrafficModel

@testable import Operator

/// Each guard of the member writes with a story that ends well with it and does harm without it.
@Suite("Every guard of the member writes is missed when it is gone")
struct WriteGuardTests {
    @Test("with the guard a member is safe, without it harm is done there", arguments: WriteGuards.Guard.allCases)
    func missed(guarded: WriteGuards.Guard) async throws {
        #expect(try await Self.harm(of: guarded, with: .full) == nil)
        let harm = try await Self.harm(of: guarded, with: WriteGuards(without: guarded))
        #expect(harm != nil)
        print("without \(guarded.rawValue): \(harm ?? "no harm")")
    }

    private static func harm(of guarded: WriteGuards.Guard, with guards: WriteGuards) async throws -> String? {
        switch guarded {
        case .uid: try await uid(guards)
        case .resourceVersion: try await resourceVersion(guards)
        case .deleteProof: try await deleteProof(guards)
        case .lease: try await lease(guards)
        }
    }

    /// The member was restored from a backup: another object of the name stands there, at the version that was read.
    private static func uid(_ guards: WriteGuards) async throws -> String? {
        let story = try Story(guards)
        var foreign = story.known
        foreign.json.set("another", at: ["metadata", "uid"])
        foreign.json.set(nil, at: ["metadata", "labels"])
        return await story.apply(over: foreign) ? "an object of somebody else was overwritten" : nil
    }

    /// Somebody has taken the object over since it was read.
    private static func resourceVersion(_ guards: WriteGuards) async throws -> String? {
        let story = try Story(guards)
        var taken = story.known
        taken.json.set("42", at: ["metadata", "resourceVersion"])
        taken.json.set(nil, at: ["metadata", "labels"])
        return await story.apply(over: taken) ? "a change that was never read was overwritten" : nil
    }

    /// The list shows an object that does not carry our uid.
    private static func deleteProof(_ guards: WriteGuards) async throws -> String? {
        let story = try Story(guards)
        var foreign = story.known
        foreign.setLabel("accesspoint.io/uid", to: "u2")
        let member = StrictMember(foreign, server: story.server)
        _ = await story.writer(member).removeAll()
        return member.live == nil ? "an object of somebody else was deleted" : nil
    }

    /// The process was stopped for so long that another may lead by now.
    private static func lease(_ guards: WriteGuards) async throws -> String? {
        let story = try Story(guards, isLeading: false)
        return await story.apply(over: story.known) ? "a process wrote that may no longer lead" : nil
    }
}

extension WriteGuardTests {
    /// A route of ours that is known, and is to be changed.
    private struct Story {
        let known: KubeObject
        let wanted: RenderedSet
        let guards: WriteGuards
        let isLeading: Bool
        let server: ServerURL

        init(_ guards: WriteGuards, isLeading: Bool = true) throws {
            known = Rendered.stored(try Rendered.set([Rendered.route("3s")]).objects[0])
            wanted = try Rendered.set([Rendered.route("5s")])
            server = try ServerURL("https://member.example.com")
            (self.guards, self.isLeading) = (guards, isLeading)
        }

        /// Applies the change to a member that holds something else than what is known; says whether it was changed.
        func apply(over live: KubeObject) async -> Bool {
            let member = StrictMember(live, server: server)
            _ = await writer(member).apply(wanted)
            return member.live?.json["spec"] != live.json["spec"]
        }

        func writer(_ member: StrictMember) -> MemberWriter {
            let cache = MemberCache()
            var served: [TrafficKind: String] = [:]
            for kind in TrafficKind.allCases { served[kind] = "v1" }
            cache.discovered(served)
            cache.version = MemberCache.Version(major: 1, minor: 20)
            for (kind, store) in cache.stores {
                let own = kind.kind == known.kind ? [store.stored(known)] : []
                store.apply(.replace(own, resourceVersion: "1", isRebase: false))
            }
            let endpoint = ClusterEndpoint(connection: ConnectionSettings(server: member.server))
            let client = KubeClient(endpoint: endpoint, transport: member, clusterName: "eu-1", userAgent: "test")
            let isLeading = isLeading
            var writer = MemberWriter(connection: { client }, cache: cache, owner: "u1", fence: { isLeading })
            writer.guards = guards
            return writer
        }
    }

    /// A member with one route, which insists on uid and resourceVersion where a request names them, as API servers do
    /// (measured on 1.20 and 1.36: apply with another uid or an old version 409, deletion with either wrong 409).
    private final class StrictMember: HTTPTransport {
        private let object: Mutex<KubeObject?>
        let server: ServerURL

        init(_ object: KubeObject, server: ServerURL) {
            self.object = Mutex(object)
            self.server = server
        }

        var live: KubeObject? { object.withLock { $0 } }

        func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
            let (status, body) = answer(request)
            return HTTPResponse(head: HTTPHead(status: status), body: body.bytes())
        }

        private func answer(_ request: HTTPRequest) -> (Int, JSONValue) {
            let isRoute = request.target.contains("virtualservices")
            let isOne = request.target.contains("virtualservices/checkout")
            let body = request.body.flatMap { try? JSONValue(parsing: $0) }
            return object.withLock { object in
                switch request.method.rawValue {
                case "GET" where isOne: return object.map { (200, $0.json) } ?? ScriptedMember.notFound
                case "GET":
                    let items: [JSONValue] = isRoute ? object.map { [$0.json] } ?? [] : []
                    return (
                        200,
                        [
                            "apiVersion": "v1", "kind": "List", "metadata": ["resourceVersion": "90"],
                            "items": .array(items),
                        ]
                    )
                case "PATCH":
                    guard Self.fits(body?["metadata"], object) else { return ScriptedMember.failure(409, "Conflict") }
                    var json = body ?? .null
                    json.set(.string(object?.uid ?? "new"), at: ["metadata", "uid"])
                    json.set("99", at: ["metadata", "resourceVersion"])
                    object = KubeObject(lenient: json)
                    return (200, json)
                default:
                    guard Self.fits(body?["preconditions"], object) else {
                        return ScriptedMember.failure(409, "Conflict")
                    }
                    object = nil
                    return (200, ["kind": "Status", "status": "Success"])
                }
            }
        }

        private static func fits(_ named: JSONValue?, _ object: KubeObject?) -> Bool {
            let (uid, version) = (named?["uid"]?.stringValue, named?["resourceVersion"]?.stringValue)
            return (uid == nil || uid == object?.uid) && (version == nil || version == object?.resourceVersion)
        }

        func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStream {
            throw TransportError(.connectionRefused, "nothing is watched here")
        }

        func shutdown() async {}
    }
}
