import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Synchronization
import Testing
import TrafficModel

@testable import Operator

/// A member that holds nothing, takes everything, and remembers the queries of the writes.
private final class TakingMember: HTTPTransport {
    private let writes = Mutex<[String]>([])

    var queries: [String] { writes.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        guard let body = request.body else {
            return HTTPResponse(head: HTTPHead(status: 404), body: ScriptedMember.notFound.1.bytes())
        }
        writes.withLock { $0.append(String(request.target.drop { $0 != "?" }.dropFirst())) }
        return HTTPResponse(head: HTTPHead(status: 201), body: body)
    }

    func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStream {
        throw TransportError(.connectionRefused, "nothing is watched here")
    }

    func shutdown() async {}
}

@Suite("Strict field validation")
struct FieldValidationTests {
    @Test(
        "a misspelt field is refused by servers that know how, 1.25 and newer, at the dry run and at the write",
        arguments: [(20, nil), (24, nil), (25, "Strict"), (36, "Strict")] as [(Int, String?)])
    func query(minor: Int, validation: String?) async throws {
        let member = TakingMember()
        let cache = MemberCache()
        cache.discovered([.virtualService: "v1"])
        cache.version = MemberCache.Version(major: 1, minor: minor)
        for store in cache.stores.values { store.apply(.replace([], resourceVersion: "1", isRebase: false)) }
        let client = KubeClient(
            endpoint: ClusterEndpoint(
                connection: ConnectionSettings(server: try ServerURL("https://member.example.com"))),
            transport: member, clusterName: "eu-1", userAgent: "test")
        let writer = MemberWriter(connection: { client }, cache: cache, owner: "u1", fence: { true })
        let set = try Rendered.set([Rendered.route()])
        #expect(await writer.preflight(set) == [])
        #expect(await writer.apply(set) == nil)
        #expect(member.queries.count == 2)
        for query in member.queries {
            let found = query.split(separator: "&").first { $0.hasPrefix("fieldValidation=") }
            #expect(found.map(String.init) == validation.map { "fieldValidation=\($0)" }, "\(query)")
        }
    }
}
