import CurlTransport
import Glibc
import KubeClient
import Testing

@Suite("Failures of the network")
struct FailureTests {
    private func error(
        _ request: HTTPRequest, environment: ProxyEnvironment = ProxyEnvironment { _ in nil }
    ) async throws -> TransportError {
        try await withTransport(environment: environment) { transport in
            await failure { () async throws(TransportError) in try await transport.send(request) }
        }
    }

    @Test("nothing listens: connection refused, and the request has not arrived")
    func refused() async throws {
        let (socket, port) = TestServer.listen()
        close(socket)
        let settings = ConnectionSettings(server: try ServerURL("http://127.0.0.1:\(port)"))
        let error = try await error(HTTPRequest(.post, "/", connection: settings, body: []))
        #expect(error.kind == .connectionRefused)
        #expect(!error.mayHaveArrived)
    }

    @Test("the name does not resolve")
    func name() async throws {
        let settings = ConnectionSettings(server: try ServerURL("https://no-such-host.invalid:6443"))
        let error = try await error(HTTPRequest(.get, "/", connection: settings))
        #expect(error.kind == .nameResolution)
        #expect(error.description.contains("no-such-host.invalid"))
    }

    @Test("a server that takes the connection and says nothing: the deadline is kept")
    func silence() async throws {
        let (socket, port) = TestServer.listen()
        defer { close(socket) }
        let settings = ConnectionSettings(server: try ServerURL("http://127.0.0.1:\(port)"))
        let begin = ContinuousClock.now
        let error = try await error(HTTPRequest(.get, "/", connection: settings, timeout: .milliseconds(300)))
        #expect(error.kind == .timeout)
        #expect(error.mayHaveArrived)
        #expect(ContinuousClock.now - begin < .seconds(20))
    }

    @Test("a server that drips bytes for ever: the deadline is for the whole answer")
    func drip() async throws {
        let server = TestServer { exchange in
            exchange.openBody()
            while exchange.write("x") { Glibc.poll(nil, 0, 20) }
            return .close
        }
        let request = HTTPRequest(.get, "/", connection: try server.settings(), timeout: .milliseconds(300))
        #expect(try await error(request).kind == .timeout)
    }

    @Test("a TLS server that never shakes hands: the connect timeout, not the deadline")
    func handshake() async throws {
        let (socket, port) = TestServer.listen()
        defer { close(socket) }
        var settings = ConnectionSettings(server: try ServerURL("https://127.0.0.1:\(port)"))
        settings.connectTimeout = .milliseconds(300)
        let error = try await error(HTTPRequest(.post, "/", connection: settings, body: []))
        #expect(error.kind == .connectTimeout)
        #expect(!error.mayHaveArrived)
    }

    @Test("requests that wait for another one's connection have the same time for it, not one after the other")
    func waitingTogether() async throws {
        let (socket, port) = TestServer.listen()
        defer { close(socket) }
        var settings = ConnectionSettings(server: try ServerURL("https://127.0.0.1:\(port)"))
        settings.connectTimeout = .seconds(1)
        let begin = ContinuousClock.now
        try await withTransport { [settings] transport in
            await withTaskGroup(of: TransportError.Kind.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        await failure { () async throws(TransportError) in
                            try await transport.send(HTTPRequest(.get, "/", connection: settings))
                        }.kind
                    }
                }
                for await kind in group { #expect(kind == .connectTimeout) }
            }
        }
        #expect(ContinuousClock.now - begin < .seconds(7))
    }

    @Test("a plain server where TLS is expected, and one that does not speak HTTP")
    func notTheProtocol() async throws {
        let server = TestServer { exchange in
            exchange.write("SSH-2.0-OpenSSH_9.2\r\n")
            return .close
        }
        var settings = try server.settings()
        #expect(try await error(HTTPRequest(.get, "/", connection: settings)).kind == .malformedReply)
        let talker = TestServer(greeting: "SSH-2.0-OpenSSH_9.2\r\n") { _ in .close }
        settings.server = try ServerURL("https://127.0.0.1:\(talker.port)")
        #expect(try await error(HTTPRequest(.get, "/", connection: settings)).kind == .tls)
    }

    @Test(
        "an answer that breaks off is an error, however it breaks off",
        arguments: ["", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"],
        [true, false])
    func brokenAnswer(text: String, reset: Bool) async throws {
        let server = TestServer { exchange in
            exchange.write(text)
            if reset { exchange.resetOnClose() }
            return .close
        }
        let error = try await error(HTTPRequest(.get, "/", connection: try server.settings()))
        #expect([.connectionClosed, .malformedReply].contains(error.kind), "\(error)")
        #expect(error.mayHaveArrived)
    }

    @Test("a write on a connection that dies is sent once; a read is repeated on a new connection")
    func noRepeatedWrites() async throws {
        for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
            let server = TestServer { exchange in
                if exchange.target == "/first" || exchange.connection > 1 { return exchange.answer() ? .keep : .close }
                return .close
            }
            try await withTransport { transport in
                let settings = try server.settings()
                _ = try await transport.send(HTTPRequest(.get, "/first", connection: settings))
                let request = HTTPRequest(method, "/second", connection: settings, body: method.mutates ? [] : nil)
                if method.mutates {
                    let error = await failure { () async throws(TransportError) in try await transport.send(request) }
                    #expect(error.kind == .connectionClosed)
                    #expect(error.mayHaveArrived)
                } else {
                    #expect(try await transport.send(request).head.status == 200)
                }
            }
            #expect(server.exchanges.filter { $0.target == "/second" }.count == (method.mutates ? 1 : 2))
        }
    }

    @Test("one server that hangs harms no other")
    func isolation() async throws {
        let (socket, port) = TestServer.listen()
        defer { close(socket) }
        let server = TestServer { exchange in
            exchange.answer()
            return .keep
        }
        try await withTransport { transport in
            let hanging = ConnectionSettings(server: try ServerURL("http://127.0.0.1:\(port)"))
            let good = try server.settings()
            await withTaskGroup(of: TransportError.Kind.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        let request = HTTPRequest(.get, "/", connection: hanging)
                        return await failure { () async throws(TransportError) in try await transport.send(request) }
                            .kind
                    }
                }
                for _ in 0..<20 { _ = try? await transport.send(HTTPRequest(.get, "/", connection: good)) }
                // None of the others has ended yet, else it would have timed out.
                group.cancelAll()
                for await kind in group { #expect(kind == .cancelled) }
            }
        }
        #expect(server.exchanges.count == 20)
    }

    @Test("a request that hangs keeps none of the others of its server waiting")
    func concurrency() async throws {
        let server = TestServer { exchange in
            if exchange.target == "/hang" { return exchange.waitForClose() ? .close : .close }
            exchange.answer()
            return .keep
        }
        try await withTransport { transport in
            let settings = try server.settings()
            let hanging = Task { try await transport.send(HTTPRequest(.get, "/hang", connection: settings)) }
            for _ in 0..<3 {
                let request = HTTPRequest(.get, "/", connection: settings, timeout: .seconds(10))
                #expect(try await transport.send(request).head.status == 200)
            }
            hanging.cancel()
        }
    }
}
