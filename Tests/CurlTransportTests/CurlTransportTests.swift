import CurlTransport
import KubeClient
import Testing

/// Runs a test with a transport of its own and shuts it down.
func withTransport<Result>(
    environment: ProxyEnvironment = ProxyEnvironment { _ in nil },
    _ body: (CurlTransport) async throws -> Result
) async throws -> Result {
    let transport = try CurlTransport(environment: environment)
    do {
        let result = try await body(transport)
        await transport.shutdown()
        return result
    } catch {
        await transport.shutdown()
        throw error
    }
}

/// The error that `body` throws; a success is a failure of the test.
func failure<Answer>(_ body: () async throws(TransportError) -> Answer) async -> TransportError {
    do throws(TransportError) {
        _ = try await body()
        return TransportError(.cancelled, "no error was thrown")
    } catch {
        return error
    }
}

@Suite("Requests over libcurl")
struct CurlTransportTests {
    @Test("method, path, fields and body reach the server; status, fields and body come back")
    func roundTrip() async throws {
        let server = TestServer { exchange in
            exchange.answer(201, "made", fields: ["X-Thing: one", "Retry-After:  7 "])
            return .keep
        }
        let body = [UInt8](repeating: 0x61, count: 200_000)
        let response = try await withTransport { transport in
            try await transport.send(
                HTTPRequest(
                    .patch, "/apis/x/v1/things/a%2Fb?force=true", connection: try server.settings(),
                    credentials: RequestCredentials(bearerToken: Secret("t0ken")),
                    headers: [HTTPField("Content-Type", "application/json")], body: body))
        }
        #expect(response.head.status == 201)
        #expect(response.head["x-thing"] == "one")
        #expect(response.head["retry-after"] == "7")
        #expect(response.body == Array("made".utf8))
        let exchange = try #require(server.exchanges.first)
        #expect(exchange.method == "PATCH")
        #expect(exchange.target == "/apis/x/v1/things/a%2Fb?force=true")
        #expect(exchange["Content-Type"] == "application/json")
        #expect(exchange["Authorization"] == "Bearer t0ken")
        #expect(exchange["Expect"] == nil)
        #expect(exchange["Accept-Encoding"] == "gzip")
        #expect(exchange.body == body)
    }
}
