import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Rendering
import Synchronization
import TrafficModel

@testable import Operator

/// A member whose answers are written down beforehand, for races that a real server cannot be made to show at will.
final class ScriptedMember: HTTPTransport {
    /// One expected request and its answer.
    struct Exchange {
        var request: String
        var status: Int
        var body: JSONValue
    }

    struct Seen: Sendable {
        var line: String
        var body: JSONValue?
    }

    private let script: Mutex<[(status: Int, body: JSONValue)]>
    private let requests = Mutex<[Seen]>([])
    /// What is answered without being counted, by the line of the request.
    private let aside: @Sendable (String) -> (status: Int, body: JSONValue)?

    init(
        _ answers: [(status: Int, body: JSONValue)],
        aside: @escaping @Sendable (String) -> (status: Int, body: JSONValue)? = { _ in nil }
    ) {
        script = Mutex(answers)
        self.aside = aside
    }

    /// A member whose lists are empty but for those of one resource.
    static func holdingOnly(_ path: String, _ answers: [(status: Int, body: JSONValue)]) -> ScriptedMember {
        ScriptedMember(answers) { line in
            guard line.utf8.starts(with: "GET /".utf8), line != "GET \(path)", !line.hasPrefix("GET \(path)/") else {
                return nil
            }
            return (200, ["apiVersion": "v1", "kind": "List", "metadata": ["resourceVersion": "90"], "items": []])
        }
    }

    /// What was asked, one line each: method and target without the query.
    var lines: [String] { requests.withLock { $0.map(\.line) } }

    /// The body of the n-th request.
    func body(_ index: Int) -> JSONValue? { requests.withLock { $0.indices.contains(index) ? $0[index].body : nil } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let path = request.target.prefix { $0 != "?" }
        let query = request.target.dropFirst(path.count)
        let marks = ["force=true", "dryRun=All"].filter { query.contains($0) }.map { " \($0)" }.joined()
        let seen = Seen(
            line: "\(request.method.rawValue) \(path)\(marks)",
            body: request.body.flatMap { try? JSONValue(parsing: $0) })
        if let answer = aside(seen.line) {
            return HTTPResponse(head: HTTPHead(status: answer.status), body: answer.body.bytes())
        }
        requests.withLock { $0.append(seen) }
        guard let answer = script.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
            throw TransportError(.connectionRefused, "the script is at its end")
        }
        return HTTPResponse(head: HTTPHead(status: answer.status), body: answer.body.bytes())
    }

    func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStream {
        throw TransportError(.connectionRefused, "nothing is watched here")
    }

    func shutdown() async {}
}

extension ScriptedMember {
    static func failure(_ code: Int, _ reason: String, kind: String = "", name: String = "") -> (Int, JSONValue) {
        (
            code,
            [
                "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": .string(reason),
                "message": .string(reason), "code": .integer(Int64(code)),
                "details": ["kind": .string(kind), "name": .string(name)],
            ]
        )
    }

    static let notFound = failure(404, "NotFound", kind: "virtualservices", name: "checkout")

    /// A writer for AccessPoint `u1` whose member serves every kind and is known to hold these objects.
    func writer(holding live: [KubeObject] = [], minor: Int = 20, fence: @escaping @Sendable () -> Bool = { true })
        throws -> MemberWriter
    {
        let cache = MemberCache()
        var served: [TrafficKind: String] = [:]
        for kind in TrafficKind.allCases { served[kind] = "v1" }
        cache.discovered(served)
        cache.version = MemberCache.Version(major: 1, minor: minor)
        for (kind, store) in cache.stores {
            let own = live.filter { $0.kind == kind.kind }.map(store.stored)
            store.apply(.replace(own, resourceVersion: "1", isRebase: false))
        }
        let endpoint = ClusterEndpoint(
            connection: ConnectionSettings(server: try ServerURL("https://member.example.com")))
        let client = KubeClient(endpoint: endpoint, transport: self, clusterName: "eu-1", userAgent: "test")
        return MemberWriter(connection: { client }, cache: cache, owner: "u1", fence: fence)
    }
}

/// Rendered sets of AccessPoint shop/checkout, uid u1.
enum Rendered {
    static func set(_ objects: [JSONValue]) throws -> RenderedSet {
        let entries = objects.enumerated().map { TemplateEntry(name: "t\($0.offset)", object: $0.element) }
        let renderer = Renderer(
            identity: RenderIdentity(namespace: "shop", name: "checkout", uid: "u1", hub: "h"),
            spec: AccessPointSpec(scope: Scope(), trafficTemplate: entries),
            options: RenderOptions(gatewayNamespaces: ["istio-ingress"]))
        let rendering = renderer.render(TargetFacts(name: "eu-1", region: "eu", availabilityZone: "eu-az1"))
        guard let set = rendering.set else { throw Unrenderable(problems: rendering.problems) }
        return set
    }

    struct Unrenderable: Error { var problems: [RenderProblem] }

    static func route(_ timeout: String = "3s") -> JSONValue {
        [
            "apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": ["name": "checkout"],
            "spec": [
                "hosts": ["checkout.example.com"],
                "http": [["timeout": .string(timeout), "route": [["destination": ["host": "checkout"]]]]],
            ],
        ]
    }

    static let service: JSONValue = [
        "apiVersion": "v1", "kind": "Service", "metadata": ["name": "vip", "namespace": "istio-ingress"],
        "spec": ["type": "LoadBalancer", "ports": [["name": "https", "port": 443]], "selector": ["istio": "ingress"]],
    ]

    /// A rendered object as a member stores it.
    static func stored(_ object: RenderedObject, uid: String = "9f", version: String = "41") -> KubeObject {
        var json = object.body
        json.set(.string(uid), at: ["metadata", "uid"])
        json.set(.string(version), at: ["metadata", "resourceVersion"])
        return KubeObject(lenient: json)
    }
}
