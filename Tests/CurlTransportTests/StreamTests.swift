import CurlTransport
import JSONValue
import KubeClient
import KubeModel
import Synchronization
import Testing

@Suite("Watches over libcurl")
struct StreamTests {
    private static let services = GroupVersionResource(group: "", version: "v1", resource: "services")

    private static func event(_ version: Int, padding: Int = 0) -> String {
        let text = String(repeating: "\u{2028}", count: padding)
        return """
            {"type":"MODIFIED","object":{"apiVersion":"v1","kind":"Service","metadata":{"name":"a",\
            "resourceVersion":"\(version)","annotations":{"x":"\(text)"}}}}
            """
    }

    private static func client(_ server: TestServer, _ transport: CurlTransport) throws -> KubeClient {
        KubeClient(
            endpoint: ClusterEndpoint(connection: try server.settings()), transport: transport, clusterName: "eu-1",
            userAgent: "test")
    }

    /// All versions that a watch delivers, and how it ended.
    private static func versions(
        _ client: KubeClient, idleTimeout: Duration = .seconds(10)
    ) async -> (versions: [String], error: APIError?) {
        var versions: [String] = []
        do throws(APIError) {
            let stream = try await client.watch(
                services, resourceVersion: "1", timeoutSeconds: 60, idleTimeout: idleTimeout)
            var batches = stream.makeAsyncIterator()
            while let events = try await batches.next() {
                for case .modified(let object) in events { versions.append(object.resourceVersion ?? "") }
            }
            return (versions, nil)
        } catch {
            return (versions, error)
        }
    }

    @Test("events arrive whole however the bytes are cut: byte by byte, CRLF, U+2028 inside, 3 MiB in one line")
    func framing() async throws {
        let server = TestServer { exchange in
            exchange.openBody()
            for byte in (Self.event(1, padding: 3) + "\r\n" + Self.event(2) + "\n").utf8 { exchange.write([byte]) }
            exchange.write(Self.event(3, padding: 1 << 20) + "\n" + Self.event(4) + "\n")
            return .close
        }
        let result = try await withTransport { transport in
            await Self.versions(try Self.client(server, transport))
        }
        #expect(result.versions == ["1", "2", "3", "4"])
        #expect(result.error == nil)
        #expect(server.exchanges.first?.target.contains("watch=true&allowWatchBookmarks=true") == true)
    }

    @Test("a watch that breaks off inside an event delivers the whole ones and then says so")
    func halfLine() async throws {
        let server = TestServer { exchange in
            exchange.openBody()
            exchange.write(Self.event(1) + "\n" + Self.event(2).prefix(40))
            return .close
        }
        let result = try await withTransport { transport in
            await Self.versions(try Self.client(server, transport))
        }
        #expect(result.versions == ["1"])
        #expect(result.error?.transport?.kind == .connectionClosed)
    }

    @Test("a reset in the middle of a watch is an error after the events that came before it")
    func reset() async throws {
        let read = Signal()
        let server = TestServer { exchange in
            exchange.openBody()
            exchange.write(Self.event(1) + "\n")
            _ = read.wait()
            exchange.resetOnClose()
            return .close
        }
        try await withTransport { transport in
            let stream = try await Self.client(server, transport).watch(
                Self.services, resourceVersion: "1", timeoutSeconds: 60)
            var batches = stream.makeAsyncIterator()
            #expect(try await batches.next()?.count == 1)
            read.raise()
            await #expect(throws: APIError.self) { _ = try await batches.next() }
        }
    }

    @Test("a refused watch is the server's Status, not a stream")
    func refused() async throws {
        let status = #"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410}"#
        let server = TestServer { exchange in
            exchange.answer(410, status)
            return .keep
        }
        let result = try await withTransport { transport in
            await Self.versions(try Self.client(server, transport))
        }
        #expect(result.error?.disposition == .expired)
    }

    @Test("a silent watch fails with idle, and bytes postpone that")
    func idle() async throws {
        let server = TestServer { exchange in
            exchange.openBody()
            for version in 1...8 {
                exchange.write(Self.event(version) + "\n")
                _ = Signal().wait(milliseconds: 150)
            }
            _ = exchange.waitForClose()
            return .close
        }
        let begin = ContinuousClock.now
        let result = try await withTransport { transport in
            await Self.versions(try Self.client(server, transport), idleTimeout: .seconds(1))
        }
        // 1.2 s of events: the second of silence counts from the last one.
        #expect(result.versions == (1...8).map(String.init))
        #expect(result.error?.transport?.kind == .idle)
        #expect((.seconds(2)...(.seconds(8))).contains(ContinuousClock.now - begin))
    }

    @Test("a reader that falls behind loses the watch, not the memory; it resumes from what it has processed")
    func slowReader() async throws {
        let server = TestServer { exchange in
            exchange.openBody()
            var version = exchange.target.contains("resourceVersion=1&") ? 1 : 1000
            while exchange.write(Self.event(version, padding: 1000) + "\n"), version < 1010 { version += 1 }
            return .close
        }
        try await withTransport { transport in
            var request = HTTPRequest(.get, "/x?resourceVersion=1&", connection: try server.settings())
            request.bodyLimit = 64 << 10
            let stream = try await transport.stream(request)
            // Nobody reads until the server has been cut off.
            while server.open > 0 { await Task.yield() }
            let error = await failure { () async throws(TransportError) in
                while try await stream.body.next() != nil {}
            }
            #expect(error.kind == .slowConsumer)
            request.target = "/x?resourceVersion=1000&"
            let resumed = try await transport.stream(request)
            #expect(try await resumed.body.next() != nil)
        }
    }

    @Test("a stream that nobody holds any more closes its connection")
    func dropped() async throws {
        let left = Reply<Bool>()
        let server = TestServer { exchange in
            exchange.openBody()
            left.resolve(.success(exchange.waitForClose()))
            return .close
        }
        try await withTransport { transport in
            _ = try await transport.stream(HTTPRequest(.get, "/", connection: try server.settings()))
            #expect(try await left.value {})
        }
    }

    @Test("a cancelled reader gets its error at once and closes the connection")
    func cancelled() async throws {
        let left = Reply<Bool>()
        let server = TestServer { exchange in
            exchange.openBody()
            exchange.write(Self.event(1) + "\n")
            left.resolve(.success(exchange.waitForClose()))
            return .close
        }
        try await withTransport { transport in
            let client = try Self.client(server, transport)
            let seen = Reply<Void>()
            let task = Task { () -> APIError? in
                do throws(APIError) {
                    let stream = try await client.watch(Self.services, resourceVersion: "1", timeoutSeconds: 60)
                    var batches = stream.makeAsyncIterator()
                    while try await batches.next() != nil { seen.resolve(.success(())) }
                    return nil
                } catch {
                    return error
                }
            }
            try await seen.value {}
            task.cancel()
            #expect(await task.value?.transport?.kind == .cancelled)
            #expect(try await left.value {})
        }
    }
}
