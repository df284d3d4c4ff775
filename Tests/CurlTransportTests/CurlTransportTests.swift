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

/// The error that `body` throws; a success reads as an error of its own.
func failure<Answer>(_ body: () async throws(TransportError) -> Answer) async -> TransportError {
    do throws(TransportError) {
        _ = try await body()
        return TransportError(.invalidRequest, "no error was thrown")
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
                    headers: [
                        HTTPField("Content-Type", "application/json"), HTTPField("Impersonate-Extra-a%2Fb", "c"),
                    ], body: body))
        }
        #expect(response.head.status == 201)
        #expect(response.head["x-thing"] == "one")
        #expect(response.head["retry-after"] == "7")
        #expect(response.body == Array("made".utf8))
        let exchange = try #require(server.exchanges.first)
        #expect(exchange.method == "PATCH")
        #expect(exchange.target == "/apis/x/v1/things/a%2Fb?force=true")
        #expect(exchange["Content-Type"] == "application/json")
        #expect(exchange["Impersonate-Extra-a%2Fb"] == "c")
        #expect(exchange["Authorization"] == "Bearer t0ken")
        #expect(exchange["Expect"] == nil)
        #expect(exchange["Accept-Encoding"] == "gzip")
        #expect(exchange.body == body)
    }

    @Test(
        "each method arrives as itself, with a body or without",
        arguments: [HTTPRequest.Method.get, .post, .put, .patch, .delete], [nil, [], [0x7B, 0x7D]] as [[UInt8]?])
    func methods(method: HTTPRequest.Method, body: [UInt8]?) async throws {
        let server = TestServer { exchange in
            exchange.answer()
            return .keep
        }
        try await withTransport { transport in
            _ = try await transport.send(HTTPRequest(method, "/", connection: try server.settings(), body: body))
        }
        #expect(server.exchanges.map(\.method) == [method.rawValue])
        #expect(server.exchanges.map(\.body) == [body ?? []])
    }

    @Test("the server's base path stands before the target, and dots in it stay as they are")
    func basePath() async throws {
        let server = TestServer { exchange in
            exchange.answer()
            return .keep
        }
        var settings = try server.settings()
        settings.server = try ServerURL("http://127.0.0.1:\(server.port)/k8s/clusters/c-1/")
        try await withTransport { [settings] transport in
            _ = try await transport.send(HTTPRequest(.get, "/api/v1/x/%2E%2E", connection: settings))
        }
        #expect(server.exchanges.map(\.target) == ["/k8s/clusters/c-1/api/v1/x/%2E%2E"])
    }

    @Test("requests one after the other share a connection")
    func reuse() async throws {
        let server = TestServer { exchange in
            exchange.answer()
            return .keep
        }
        try await withTransport { transport in
            for _ in 0..<5 { _ = try await transport.send(HTTPRequest(.get, "/", connection: try server.settings())) }
        }
        #expect(server.connections == 1)
    }

    @Test("a compressed answer is unpacked, a chunked one put together, an interim head skipped")
    func encodings() async throws {
        let packed: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 202, 206, 204, 75, 81, 178, 82, 10, 46, 73, 44, 41, 45, 86, 170,
            173, 30, 21, 160, 84, 0, 0, 19, 56, 255, 61, 84, 1, 0, 0,
        ]
        let server = TestServer { exchange in
            switch exchange.target {
            case "/gzip":
                exchange.write(
                    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n")
                exchange.write(packed)
            default:
                exchange.write("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n")
                exchange.write("HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\nX-Late: 1\r\n\r\n")
                exchange.write("3\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n")
            }
            return .keep
        }
        try await withTransport { transport in
            let settings = try server.settings()
            let unpacked = try await transport.send(HTTPRequest(.get, "/gzip", connection: settings))
            #expect(
                String(decoding: unpacked.body, as: UTF8.self) == String(repeating: "{\"kind\":\"Status\"}", count: 20))
            let chunked = try await transport.send(HTTPRequest(.get, "/chunked", connection: settings))
            #expect(chunked.body == Array("abcde".utf8))
            #expect(chunked.head.status == 202)
            #expect(chunked.head["X-Late"] == "1")
            #expect(chunked.head["X-Early"] == nil)
            #expect(chunked.head["X-Trailer"] == nil)
        }
    }

    @Test("a redirect is an answer like any other: no request, and so no token, goes to where it points")
    func redirect() async throws {
        let trap = TestServer { exchange in
            exchange.answer()
            return .keep
        }
        let server = TestServer { [port = trap.port] exchange in
            exchange.answer(302, fields: ["Location: http://127.0.0.1:\(port)/"])
            return .keep
        }
        let response = try await withTransport { transport in
            try await transport.send(
                HTTPRequest(
                    .get, "/", connection: try server.settings(),
                    credentials: RequestCredentials(bearerToken: Secret("canary"))))
        }
        #expect(response.head.status == 302)
        #expect(trap.connections == 0)
    }

    @Test("an answer beyond the cap breaks off, also if only unpacking makes it that large")
    func bodyCap() async throws {
        let server = TestServer { exchange in
            exchange.answer(200, String(repeating: "x", count: 4096))
            return .keep
        }
        try await withTransport { transport in
            var request = HTTPRequest(.get, "/", connection: try server.settings())
            request.bodyLimit = 4096
            #expect(try await transport.send(request).body.count == 4096)
            request.bodyLimit = 4095
            let error = await failure { () async throws(TransportError) in try await transport.send(request) }
            #expect(error.kind == .responseTooLarge)
        }
    }

    @Test("a head without end breaks off")
    func headCap() async throws {
        let server = TestServer { exchange in
            exchange.write("HTTP/1.1 200 OK\r\n")
            while exchange.write("X-Filler: \(String(repeating: "y", count: 4000))\r\n") {}
            return .close
        }
        try await withTransport { transport in
            let request = HTTPRequest(.get, "/", connection: try server.settings())
            let error = await failure { () async throws(TransportError) in try await transport.send(request) }
            #expect(error.kind == .responseTooLarge)
        }
    }

    @Test(
        "a value that would add a header line is refused, and not repeated in the error",
        arguments: ["a\r\nX-Evil: 1", "a\nb", "a\u{0}b"])
    func headerInjection(value: String) async throws {
        let server = TestServer { exchange in
            exchange.answer()
            return .keep
        }
        try await withTransport { transport in
            let settings = try server.settings()
            let byToken = HTTPRequest(
                .get, "/", connection: settings, credentials: RequestCredentials(bearerToken: Secret(value)))
            let byField = HTTPRequest(.get, "/", connection: settings, headers: [HTTPField("User-Agent", value)])
            let first = await failure { () async throws(TransportError) in try await transport.send(byToken) }
            let second = await failure { () async throws(TransportError) in try await transport.send(byField) }
            #expect(first.kind == .credentials)
            #expect(second.kind == .invalidRequest)
            #expect(!"\(first) \(second)".contains(value))
        }
        #expect(server.exchanges.isEmpty)
    }

    @Test("a blank value is refused with the name of its header: libcurl leaves it out", arguments: ["", " ", "  "])
    func blankHeader(value: String) async throws {
        let server = TestServer { exchange in
            exchange.answer()
            return .keep
        }
        try await withTransport { transport in
            let request = HTTPRequest(
                .get, "/", connection: try server.settings(), headers: [HTTPField("Impersonate-User", value)])
            let error = await failure { () async throws(TransportError) in try await transport.send(request) }
            #expect(error.kind == .invalidRequest)
            #expect("\(error)".contains("the value of the header Impersonate-User is blank"))
        }
        #expect(server.exchanges.isEmpty)
    }

    @Test(
        "a password goes out as Basic (RFC 7617)",
        arguments: [("a:b", "YTpi"), ("u:", "dTo="), ("", ""), ("abcd", "YWJjZA==")])
    func basic(password: String, encoded: String) async throws {
        let server = TestServer { exchange in
            exchange.answer()
            return .keep
        }
        try await withTransport { transport in
            _ = try await transport.send(
                HTTPRequest(
                    .get, "/", connection: try server.settings(),
                    credentials: RequestCredentials(basic: Secret(password))))
        }
        #expect(server.exchanges.first?["Authorization"] == "Basic \(encoded)")
    }
}
