import JSONValue
import KubeModel

/// The verbs of one API server.
///
/// Every call ends within `timeout`, asks for JSON, and throws an `APIError` whose `disposition` says what to do next.
/// Nothing is retried here but one thing: after a 401 the credentials are renewed and the request is sent once more.
public struct KubeClient: Sendable {
    /// How to connect and who to be.
    public let endpoint: ClusterEndpoint
    /// The name of the cluster in messages.
    public let clusterName: String
    /// The time for a whole answer. Watches are not bound by it once their head is there.
    public var timeout: Duration = .seconds(30)

    private(set) var transport: any HTTPTransport
    let userAgent: String

    /// Makes a client; several may share one transport.
    public init(
        endpoint: ClusterEndpoint, transport: any HTTPTransport, clusterName: String, userAgent: String
    ) {
        self.endpoint = endpoint
        self.transport = transport
        self.clusterName = clusterName
        self.userAgent = userAgent
    }

    /// The same client with another time limit.
    public func with(timeout: Duration) -> KubeClient {
        var client = self
        client.timeout = timeout
        return client
    }

    /// The same client on what `wrap` makes of its transport.
    public func through(_ wrap: (any HTTPTransport) -> any HTTPTransport) -> KubeClient {
        var client = self
        client.transport = wrap(transport)
        return client
    }
}

extension KubeClient {
    /// The content types of request bodies.
    enum Content: String {
        case json = "application/json"
        case apply = "application/apply-patch+yaml"
        case mergePatch = "application/merge-patch+json"
        case jsonPatch = "application/json-patch+json"
    }

    /// Sends one request and gives back a success, 200 to 299.
    func perform(
        _ operation: APIOperation, _ method: HTTPRequest.Method, _ target: String,
        body: (Content, JSONValue)? = nil
    ) async throws(APIError) -> HTTPResponse {
        var request = request(method, target)
        if let (content, value) = body {
            request.headers.append(HTTPField("Content-Type", content.rawValue))
            request.body = value.bytes()
        }
        let response = try await authenticated(operation, request) { (request) async throws(TransportError) in
            let response = try await transport.send(request)
            return (response.head, response)
        }
        guard (200..<300).contains(response.head.status) else {
            throw failure(operation, response.head, body: response.body)
        }
        return response
    }

    func request(_ method: HTTPRequest.Method, _ target: String) -> HTTPRequest {
        HTTPRequest(
            method, target, connection: endpoint.connection,
            headers: [HTTPField("Accept", "application/json"), HTTPField("User-Agent", userAgent)]
                + (endpoint.impersonation?.headers ?? []),
            timeout: timeout)
    }

    /// Runs `attempt` with credentials; after a 401 once more with renewed ones, if there are any.
    ///
    /// A 401 is given before the server acts, so this never repeats a write that happened.
    func authenticated<Answer>(
        _ operation: APIOperation, _ request: HTTPRequest,
        _ attempt: (HTTPRequest) async throws(TransportError) -> (HTTPHead, Answer)
    ) async throws(APIError) -> Answer {
        do throws(TransportError) {
            let grant: CredentialGrant
            do {
                grant = try await endpoint.credentials.current()
            } catch {
                throw TransportError(.credentials, error.description)
            }
            var request = request
            request.credentials = grant.credentials
            let (head, answer) = try await attempt(request)
            guard head.status == 401, let fresh = await endpoint.credentials.renewed(after: grant) else {
                return answer
            }
            request.credentials = fresh.credentials
            return try await attempt(request).1
        } catch {
            throw APIError(operation, cluster: clusterName, .transport(error))
        }
    }

    /// The error for an answer that is no success.
    func failure(_ operation: APIOperation, _ head: HTTPHead, body: [UInt8]) -> APIError {
        let status = (try? JSONValue(parsing: body)).flatMap { APIStatus($0) }
            .map { endpoint.credentials.removed(from: $0) }
        let retryAfter = head["Retry-After"].flatMap { Int($0) }
        return APIError(
            operation, cluster: clusterName, .response(code: head.status, status, retryAfter: retryAfter))
    }

    /// The JSON of a success, which must be an object.
    func json(_ operation: APIOperation, _ response: HTTPResponse) throws(APIError) -> JSONValue {
        do {
            let value = try JSONValue(parsing: response.body)
            guard value.objectValue != nil else { throw malformed(operation, response, "the answer is no JSON object") }
            return value
        } catch let error as APIError {
            throw error
        } catch {
            throw malformed(operation, response, "the answer is no JSON")
        }
    }

    /// The object of a success, which must be the one that was named.
    func object(_ operation: APIOperation, _ response: HTTPResponse) throws(APIError) -> KubeObject {
        let value = try json(operation, response)
        guard let object = try? KubeObject(value), object.kind != "Status" else {
            throw malformed(operation, response, "the answer is no Kubernetes object")
        }
        if let name = operation.name, object.name != name {
            throw malformed(operation, response, "the answer is another object than was asked for")
        }
        return object
    }

    func malformed(_ operation: APIOperation, _ response: HTTPResponse, _ fault: String) -> APIError {
        APIError(operation, cluster: clusterName, .malformedReply(code: response.head.status, fault))
    }
}
