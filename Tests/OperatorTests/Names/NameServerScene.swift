import AccessPointAPI
import DNSClient
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Synchronization
import TestSupport

@testable import Operator

/// A host with AccessPoints and NameServices, and an API server of a few lines that keeps what is written to it.
final class NameServerScene: Sendable {
    static let now = Timestamp(secondsSince1970: 1_800_000_000)
    static let key = ObjectKey(namespace: "shop", name: "checkout")

    let host = HostStores(secretNamespaces: [])
    let transport: FakeTransport
    let lookup: NameLookup
    private let box = Box()
    private let told = Mutex<[Announcement]>([])

    /// The reasons of the Events about NameServices.
    var events: [String] { told.withLock { $0.map(\.reason) } }
    private let clock = TestClock()

    /// A host that serves DNSEndpoints, or does not; objects by their paths.
    ///
    /// - Parameters:
    ///   - objects: what the API server has, and the watches have brought.
    ///   - unseen: what the API server has and no watch has brought yet.
    ///   - servesEndpoints: whether external-dns' kind is there.
    init(_ objects: [JSONValue] = [], unseen: [JSONValue] = [], servesEndpoints: Bool = true) {
        transport = FakeTransport { [box] request in box.answer(request, servesEndpoints: servesEndpoints) }
        lookup = NameLookup(
            shortest: .seconds(1), now: { Self.now }, resolve: { _ in .failure(.silent("unused")) }, changed: { _ in })
        for object in objects + unseen { box.put(object) }
        func fill(_ store: ObjectStore<KubeObject>, _ kind: String) {
            let objects = objects.filter { $0["kind"]?.stringValue == kind }.compactMap { try? KubeObject($0) }
            store.apply(.replace(objects.map(store.stored), resourceVersion: "9", isRebase: false))
        }
        fill(host.accessPoints, "AccessPoint")
        fill(host.nameServices, "NameService")
    }

    func reconciler(mayWrite: @escaping @Sendable () -> Bool = { true }) throws -> NameServiceReconciler {
        NameServiceReconciler(
            host: host, client: try transport.client(), lookup: lookup, ask: { _ in },
            say: { [self] said, _ in told.withLock { $0.append(said) } }, options: OperatorOptions(identity: "test"),
            pace: ObservationPace(timeline: Timeline(clock)),
            now: { Self.now }, mayWrite: mayWrite)
    }

    /// Reconciles until nothing is left to do at once.
    func settle(_ key: ObjectKey = key) async throws {
        let reconciler = try reconciler()
        for _ in 0..<4 {
            guard case .requeue(after: let wait) = await reconciler.reconcile(key), wait == .zero else { return }
        }
    }

    /// The mutating requests.
    var writes: [String] { transport.lines.filter { !$0.hasPrefix("GET") } }

    /// What the API server has of DNSEndpoints or NameServices.
    func object(_ resource: GroupVersionResource, _ key: ObjectKey = key) -> JSONValue? { box.get(resource.path(key)) }

    var endpoints: [JSONValue]? { object(DNSEndpoint.resource)?.value("spec", "endpoints")?.arrayValue }

    func condition(_ type: String, _ key: ObjectKey = key) -> Condition? {
        ConditionSet(host.nameServices.get(key)?.status?["conditions"])[type]
    }

    /// The answers of a resolver about a name.
    func resolve(_ name: String, _ answer: NameAnswer) { _ = lookup.book.answered([name: answer]) }

    /// Takes an object in as the watch does.
    func bring(_ store: ObjectStore<KubeObject>, _ object: JSONValue) throws {
        store.apply(.changes([.upsert(store.stored(try KubeObject(object)))]))
    }

    static func accessPoint(dns: JSONValue? = ["hostnames": ["x.example.com"]], rows: [JSONValue] = []) -> JSONValue {
        var json: JSONValue = [
            "apiVersion": .string(Names.apiVersion), "kind": "AccessPoint",
            "metadata": ["name": "checkout", "namespace": "shop", "uid": "u1", "resourceVersion": "5"],
            "spec": [
                "scope": ["regions": ["eu"]],
                "trafficTemplate": [
                    ["name": "vip", "object": ["apiVersion": "v1", "kind": "Service", "metadata": ["name": "vip"]]]
                ],
            ], "status": ["clusters": .array(rows)],
        ]
        json["spec"]?["dns"] = dns
        return json
    }

    static func row(_ name: String, _ address: String, inService: Bool? = true) -> JSONValue {
        var row: JSONValue = [
            "name": .string(name), "phase": "Available",
            "addresses": [["type": "IPAddress", "value": .string(address)]],
        ]
        row["inService"] = inService.map { .bool($0) }
        return row
    }

    static func nameService(
        _ spec: JSONValue, name: String = "checkout", uid: String = "n1", of owner: String? = "u1", age: Int = 0,
        status: JSONValue = [:]
    ) -> JSONValue {
        var json: JSONValue = [
            "apiVersion": .string(Names.apiVersion), "kind": "NameService",
            "metadata": [
                "name": .string(name), "namespace": "shop", "uid": .string(uid), "resourceVersion": "7",
                "generation": 1, "creationTimestamp": .string(now.adding(seconds: Int64(-age)).rfc3339),
            ], "spec": spec, "status": status,
        ]
        if let owner {
            json["metadata"]?["labels"] = [
                Names.Label.managedBy: .string(Names.managedBy), Names.Label.uid: .string(owner),
            ]
        }
        return json
    }
}

/// Objects by path: apply, merge patch of the status, and delete, as far as these tests need them.
private final class Box: Sendable {
    private let state = Mutex<(objects: [String: JSONValue], version: Int64)>(([:], 100))

    func get(_ path: String) -> JSONValue? { state.withLock { $0.objects[path] } }

    func put(_ json: JSONValue) {
        guard let object = try? KubeObject(json) else { return }
        let resource = [
            "AccessPoint": Names.accessPoints, "NameService": Names.nameServices, "DNSEndpoint": DNSEndpoint.resource,
        ][object.kind]
        guard let path = resource?.path(object.key) else { return }
        state.withLock { $0.objects[path] = json }
    }

    func answer(_ request: HTTPRequest, servesEndpoints: Bool) -> FakeTransport.Answer {
        var path = String(request.target.prefix { $0 != "?" })
        if !servesEndpoints, path.contains("dnsendpoints") {
            return FakeTransport.Answer(status: 404, body: Array("404 page not found\n".utf8))
        }
        let isStatus = path.hasSuffix("/status")
        if isStatus { path.removeLast("/status".count) }
        let body = request.body.flatMap { try? JSONValue(parsing: $0) }
        return state.withLock { state in
            let present = state.objects[path]
            switch request.method {
            case .get:
                return present.map { .json($0) } ?? .status(404, "NotFound")
            case .delete:
                guard present != nil else { return .status(404, "NotFound") }
                state.objects[path] = nil
                return .json(["kind": "Status", "apiVersion": "v1", "status": "Success"])
            default:
                guard let body else { return .status(400, "BadRequest") }
                let version = body.value("metadata", "resourceVersion")
                guard version == (present?.value("metadata", "resourceVersion") ?? "1") else {
                    return .status(409, "Conflict")
                }
                var next = isStatus ? present ?? body : body
                if isStatus { next["status"] = (present?["status"] ?? [:]).mergePatched(with: body["status"] ?? [:]) }
                if let status = present?["status"], !isStatus { next["status"] = status }
                // Newer than all that came from elsewhere.
                let before = version?.stringValue.flatMap { Int64($0) } ?? 0
                state.version = max(state.version, before) + 1
                next.set(.string(String(state.version)), at: ["metadata", "resourceVersion"])
                next.set(present?.value("metadata", "uid") ?? .string("n\(state.version)"), at: ["metadata", "uid"])
                next.set(present?.value("metadata", "generation") ?? 1, at: ["metadata", "generation"])
                state.objects[path] = next
                return .json(next, status: present == nil ? 201 : 200)
            }
        }
    }
}
