import JSONValue
import KubeClient
import KubeModel
import Synchronization

/// A transport that answers from a closure and remembers what it was asked.
final class FakeTransport: HTTPTransport {
    typealias Answer = @Sendable (HTTPRequest) async -> Result<HTTPResponse, TransportError>

    private let log = Mutex<[HTTPRequest]>([])
    private let answer: Answer

    init(_ answer: @escaping Answer) { self.answer = answer }

    /// Always the same answer.
    convenience init(status: Int, _ body: JSONValue, fields: [HTTPField] = []) {
        self.init { _ in
            .success(HTTPResponse(head: HTTPHead(status: status, fields: fields), body: body.bytes()))
        }
    }

    var requests: [HTTPRequest] { log.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        log.withLock { $0.append(request) }
        return try await answer(request).get()
    }

    func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStream {
        let response = try await send(request)
        let body = ByteStream()
        _ = body.write(response.body)
        body.finish()
        return HTTPStream(head: response.head, body: body)
    }

    func shutdown() async {}
}

extension KubeClient {
    /// A client of a cluster named `eu-1`.
    init(_ transport: FakeTransport, credentials: CredentialSource = .none) throws {
        let connection = ConnectionSettings(server: try ServerURL("https://10.0.0.1:6443"))
        self.init(
            endpoint: ClusterEndpoint(connection: connection, credentials: credentials), transport: transport,
            clusterName: "eu-1", userAgent: "accesspoint-operator/test")
    }
}

extension GroupVersionResource {
    static let services = GroupVersionResource(group: "", version: "v1", resource: "services")
    static let gateways = GroupVersionResource(group: "networking.istio.io", version: "v1beta1", resource: "gateways")
    static let namespaces = GroupVersionResource(group: "", version: "v1", resource: "namespaces")
}

/// A Service in namespace `shop`.
func service(_ name: String, version: String = "1", finalizers: [String] = []) -> JSONValue {
    var object: JSONValue = [
        "apiVersion": "v1", "kind": "Service",
        "metadata": ["name": .string(name), "namespace": "shop", "resourceVersion": .string(version)],
    ]
    if !finalizers.isEmpty { object.set(.array(finalizers.map { .string($0) }), at: ["metadata", "finalizers"]) }
    return object
}

/// The error that `body` throws.
func apiError<Answer>(_ body: () async throws(APIError) -> Answer) async -> APIError? {
    do throws(APIError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}
