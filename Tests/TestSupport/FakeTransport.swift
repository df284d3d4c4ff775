package import JSONValue
package import KubeClient
import KubeModel
import Synchronization

/// A transport that answers from a closure and remembers what it was asked.
package final class FakeTransport: HTTPTransport {
    package struct Answer: Sendable {
        package var status: Int
        package var body: [UInt8]
        /// How a stream ends after the body.
        package var end: TransportError?
        /// Whether a stream goes on after the body, without a word.
        package var staysOpen: Bool
        package var fields: [HTTPField]

        package init(
            status: Int = 200, body: [UInt8] = [], end: TransportError? = nil, staysOpen: Bool = false,
            fields: [HTTPField] = []
        ) {
            (self.status, self.body, self.end, self.staysOpen, self.fields) = (status, body, end, staysOpen, fields)
        }

        package static func json(_ body: JSONValue, status: Int = 200) -> Answer {
            Answer(status: status, body: body.bytes())
        }

        package static func status(_ code: Int, _ reason: String, _ message: String = "", name: String = "x") -> Answer
        {
            var status = APIStatus(status: "Failure", code: code, reason: reason, message: message)
            status.details = APIStatus.Details()
            status.details?.name = name
            return json(status.json, status: code)
        }
    }

    package let requests = Recorded<HTTPRequest>()
    private let answer: @Sendable (HTTPRequest) async throws(TransportError) -> Answer

    package init(_ answer: @escaping @Sendable (HTTPRequest) async throws(TransportError) -> Answer) {
        self.answer = answer
    }

    /// Method and target of each request.
    package var lines: [String] { requests.all.map { "\($0.method.rawValue) \($0.target)" } }

    /// The body of request number `index`.
    package func body(_ index: Int) -> JSONValue? {
        guard index < requests.all.count else { return nil }
        return requests.all[index].body.flatMap { try? JSONValue(parsing: $0) }
    }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        requests.add(request)
        let answer = try await answer(request)
        return HTTPResponse(head: HTTPHead(status: answer.status, fields: answer.fields), body: answer.body)
    }

    package func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStream {
        requests.add(request)
        let answer = try await answer(request)
        let body = ByteStream()
        _ = body.write(answer.body)
        if !answer.staysOpen { body.finish(answer.end) }
        return HTTPStream(head: HTTPHead(status: answer.status, fields: answer.fields), body: body)
    }

    package func shutdown() async {}

    /// A client of a cluster named `eu-1`.
    package func client() throws -> KubeClient {
        let connection = ConnectionSettings(server: try ServerURL("https://10.0.0.1:6443"))
        return KubeClient(
            endpoint: ClusterEndpoint(connection: connection), transport: self, clusterName: "eu-1",
            userAgent: "accesspoint-operator/test")
    }
}
