import CurlTransport
import Glibc
import KubeClient
import Testing

@Suite("Cancellation and shutdown")
struct CancellationTests {
    @Test("hundreds of cancelled requests return at once")
    func promptness() async throws {
        let (socket, port) = TestServer.listen(backlog: 1024)
        defer { close(socket) }
        try await withTransport { transport in
            let settings = ConnectionSettings(server: try ServerURL("http://127.0.0.1:\(port)"))
            let tasks = (0..<300).map { _ in
                Task {
                    await failure { () async throws(TransportError) in
                        try await transport.send(HTTPRequest(.get, "/", connection: settings))
                    }.kind
                }
            }
            // The first answer that anybody waits for shows that the engine has taken what came before it.
            _ = await failure { () async throws(TransportError) in
                try await transport.send(HTTPRequest(.get, "/", connection: settings, timeout: .milliseconds(200)))
            }
            for task in tasks { task.cancel() }
            // Were they not resumed at once, they would end by their timeout.
            for task in tasks { #expect(await task.value == .cancelled) }
        }
    }

    @Test("a cancelled request closes its connection")
    func connectionIsFreed() async throws {
        let arrived = Reply<Void>()
        let left = Reply<Bool>()
        let server = TestServer { exchange in
            arrived.resolve(.success(()))
            left.resolve(.success(exchange.waitForClose()))
            return .close
        }
        try await withTransport { transport in
            let request = HTTPRequest(.get, "/", connection: try server.settings())
            let task = Task { try await transport.send(request) }
            try await arrived.value {}
            task.cancel()
            #expect(try await left.value {})
        }
    }

    @Test("a task that is cancelled before it asks sends nothing")
    func beforehand() async throws {
        let server = TestServer { exchange in
            exchange.answer()
            return .keep
        }
        try await withTransport { transport in
            let request = HTTPRequest(.get, "/", connection: try server.settings())
            let task = Task {
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                return await failure { () async throws(TransportError) in try await transport.send(request) }
            }
            #expect(await task.value == TransportError(.cancelled))
        }
        #expect(server.connections == 0)
    }

    @Test("shutdown fails what is under way and what comes later, and ends")
    func shutdown() async throws {
        let arrived = Reply<Void>()
        let server = TestServer { exchange in
            if exchange.target == "/stream" { exchange.write("HTTP/1.1 200 OK\r\n\r\n") }
            if exchange.target == "/hang" { arrived.resolve(.success(())) }
            _ = exchange.waitForClose()
            return .close
        }
        let transport = try CurlTransport(environment: ProxyEnvironment { _ in nil })
        let settings = try server.settings()
        let stream = try await transport.stream(HTTPRequest(.get, "/stream", connection: settings))
        async let hanging = failure { () async throws(TransportError) in
            try await transport.send(HTTPRequest(.get, "/hang", connection: settings))
        }
        try await arrived.value {}
        await transport.shutdown()
        #expect(await hanging.kind == .shutDown)
        #expect(await failure { () async throws(TransportError) in try await stream.body.next() }.kind == .shutDown)
        let late = await failure { () async throws(TransportError) in
            try await transport.send(HTTPRequest(.get, "/", connection: settings))
        }
        #expect(late == TransportError(.shutDown))
        await transport.shutdown()
    }
}
