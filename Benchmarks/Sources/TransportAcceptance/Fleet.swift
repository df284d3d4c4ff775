import CurlTransport
import Glibc
import JSONValue
import KubeClient
import KubeModel
import Synchronization

/// Real API servers and what is done to them.
struct Fleet {
    static let configMaps = GroupVersionResource(group: "", version: "v1", resource: "configmaps")
    static let watched = ["configmaps", "services", "endpoints", "serviceaccounts"].map {
        GroupVersionResource(group: "", version: "v1", resource: $0)
    }

    let endpoints: [ClusterEndpoint]
    let transport: CurlTransport

    init(kubeconfigs: [String], transport: CurlTransport) throws {
        endpoints = try kubeconfigs.map { try Kubeconfig(paths: [$0]).endpoint() }
        self.transport = transport
    }

    func client(_ endpoint: ClusterEndpoint, _ name: String = "eu-1") -> KubeClient {
        KubeClient(endpoint: endpoint, transport: transport, clusterName: name, userAgent: "transport-acceptance")
    }

    /// The same server as a cluster of its own, at another address of loopback: it must listen on 0.0.0.0.
    func distinct(_ number: Int) throws -> ClusterEndpoint {
        var endpoint = endpoints[0]
        let server = endpoint.connection.server
        endpoint.connection.tlsServerName = try TLSServerName(server.host)
        endpoint.connection.server = try ServerURL(
            scheme: .https, host: "127.0.\(1 + number / 250).\(1 + number % 250)", port: server.port)
        return endpoint
    }

    static func configMap(_ name: String, _ value: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "namespace": "default"],
            "data": ["value": .string(value)],
        ]
    }

    func apply(_ client: KubeClient, _ name: String, _ value: String) async throws -> KubeObject {
        try await client.apply(
            Self.configMap(name, value), resource: Self.configMaps,
            key: ObjectKey(namespace: "default", name: name), fieldManager: "acceptance", force: true
        ).object
    }

    /// Measures `body` and prints its time.
    func timed<Value>(_ body: () async throws -> Value) async rethrows -> (Value, Duration) {
        let begin = ContinuousClock.now
        let value = try await body()
        return (value, ContinuousClock.now - begin)
    }
}

/// Values from many tasks.
final class Samples<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])

    func add(_ value: Value) { values.withLock { $0.append(value) } }
    var all: [Value] { values.withLock { $0 } }
}

/// Counts from many tasks.
final class Tally: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    func add(_ name: String, _ count: Int = 1) { counts.withLock { $0[name, default: 0] += count } }
    func get(_ name: String) -> Int { counts.withLock { $0[name] ?? 0 } }
    var text: String { counts.withLock { $0.sorted { $0.key < $1.key }.map { "\($0) \($1)" }.joined(separator: ", ") } }
}
