import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import HTTPService

@Suite("Serving over a real socket", .serialized, .timeLimit(.minutes(1)))
struct HTTPServiceTests {
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let routes = [
        HTTPRoute("/metrics") { _ in HTTPAnswer(contentType: "text/plain; version=0.0.4", body: "up 1\n") },
        HTTPRoute("/large") { _ in HTTPAnswer(body: large) },
    ]
    /// More than the buffers of both sockets take.
    private static let large = String(repeating: "x", count: 32 << 20)

    private func service(
        _ address: String = "127.0.0.1:0", _ adjust: (inout HTTPLimits) -> Void = { _ in }
    ) throws -> HTTPService {
        var limits = HTTPLimits()
        adjust(&limits)
        return HTTPService(
            try ListenAddress(address), routes: Self.routes, limits: limits, logger: Self.quiet)
    }

    @Test("GET gets status, type, length and body, HEAD all but the body, on one connection")
    func answers() async throws {
        try await service().serve { port async throws in
            try await RawClient.talk(port) { conversation in
                try await conversation.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
                let got = await conversation.read(until: "up 1\n")
                #expect(got.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(got.contains("Content-Type: text/plain; version=0.0.4\r\n"))
                #expect(got.contains("Content-Length: 5\r\n"))
                try await conversation.send("HEAD /metrics?x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                let head = await conversation.read()
                #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(head.contains("Content-Length: 5\r\n"))
                #expect(head.hasSuffix("\r\n\r\n"))
            }
            #expect(try await RawClient.get(port, "/other").hasPrefix("HTTP/1.1 404 "))
            let refused = try await RawClient.ask(
                port, "POST /metrics HTTP/1.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
            #expect(refused.hasPrefix("HTTP/1.1 405 "))
            #expect(refused.contains("Allow: GET, HEAD\r\n"))
        }
    }

    @Test(
        "all addresses, those of one family and loopback names are listened at",
        arguments: [":0", "0.0.0.0:0", "localhost:0"])
    func addresses(address: String) async throws {
        try await service(address).serve { port async throws in
            #expect(port > 0)
            #expect(try await RawClient.get(port, "/metrics").hasSuffix("up 1\n"))
        }
    }

    @Test(
        "what is no request is refused and harms nobody",
        arguments: [
            "\r\n\r\n\0\0", "GET\r\n\r\n", "GET /metrics HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\0",
            "GET /metrics HTTP/1.1\r\nHost: x\r\nA\r\n\r\n",
            "GET /metrics HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "GET /metrics HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "GET /metrics HTTP/1.1\r\nX: \(String(repeating: "a", count: 17 << 10))\r\n\r\n",
            "GET /metrics HTTP/1.1\r\n\(String(repeating: "A: b\r\n", count: 65))\r\n",
            "GET /\(String(repeating: "a", count: 200 << 10)) HTTP/1.1\r\n\r\n",
        ])
    func garbage(request: String) async throws {
        try await service().serve { port async throws in
            let answer = try await RawClient.ask(port, request)
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 "), "\(answer.prefix(80))")
            #expect(try await RawClient.get(port, "/metrics").hasSuffix("up 1\n"))
        }
    }

    @Test(
        "strange targets are answered and harm nobody",
        arguments: [
            "/%", "/%zz?%", "//", "/..", "?", "/?&&==&", "/metrics/../metrics", "http://x/other", "/é",
            "/metrics#a", "*", "x:y",
        ])
    func targets(target: String) async throws {
        try await service().serve { port async throws in
            let answer = try await RawClient.get(port, target)
            #expect(["HTTP/1.1 404 ", "HTTP/1.1 400 "].contains { answer.hasPrefix($0) }, "\(answer.prefix(80))")
            #expect(try await RawClient.get(port, "/metrics").hasSuffix("up 1\n"))
        }
    }

    @Test("a connection is closed that brings no request in time, or no further one")
    func idle() async throws {
        try await service { $0.idle = .milliseconds(200) }.serve { port async throws in
            #expect(try await RawClient.ask(port, "", isOver: false).isEmpty)
            #expect(try await RawClient.ask(port, "GET /metrics HTTP/1.1\r\nHos", isOver: false).isEmpty)
        }
        try await service { $0.idle = .seconds(2) }.serve { port async throws in
            let answer = try await RawClient.ask(port, "GET /metrics HTTP/1.1\r\n\r\n", isOver: false)
            #expect(answer.hasSuffix("up 1\n"))
        }
    }

    @Test("a request whose body does not end is closed in time, also while more of it comes")
    func endlessBody() async throws {
        try await service { $0.exchange = .milliseconds(300) }.serve { port async throws in
            let head = "POST /metrics HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\n"
            let answer = try await RawClient.ask(port, head + "x", isOver: false)
            #expect(answer.hasPrefix("HTTP/1.1 405 "))
            try await RawClient.talk(port) { conversation in
                try await conversation.send(head)
                let piece = String(repeating: "x", count: 1024)
                while (try? await conversation.send(piece)) != nil {}
            }
        }
    }

    @Test("who takes an answer too slowly is cut off")
    func slowReader() async throws {
        try await service { $0.exchange = .milliseconds(300) }.serve { port async throws in
            try await RawClient.talk(port) { conversation in
                try await conversation.send("GET /large HTTP/1.1\r\n\r\n")
                // Nothing is read: further requests go through until the server has closed.
                while (try? await conversation.send("GET /large HTTP/1.1\r\n\r\n")) != nil {}
            }
        }
    }

    @Test("one connection more than there may be waits for another to be closed")
    func connections() async throws {
        try await service { $0.connections = 1 }.serve { port async throws in
            let isAnswered = Flag()
            let second = try await RawClient.talk(port) { first in
                try await first.send("GET /metrics HTTP/1.1\r\n\r\n")
                _ = await first.read(until: "up 1\n")
                let second = Task {
                    let answer = try await RawClient.get(port, "/metrics")
                    isAnswered.raise()
                    return answer
                }
                // The first one is served all the while, and long enough for the second to be.
                for _ in 0..<200 {
                    try await first.send("GET /metrics HTTP/1.1\r\n\r\n")
                    _ = await first.read(until: "up 1\n")
                }
                #expect(!isAnswered.isRaised)
                return second
            }
            #expect(try await second.value.hasSuffix("up 1\n"))
        }
    }

    @Test("probes and scrapes have limits of their own")
    func limits() {
        let (probes, scrapes) = (HTTPLimits.probes, HTTPLimits.scrapes)
        #expect((probes.connections, probes.idle, probes.exchange) == (64, .seconds(3), .seconds(5)))
        #expect((scrapes.connections, scrapes.idle, scrapes.exchange) == (8, .seconds(90), .seconds(30)))
        for limits in [probes, scrapes] { #expect((limits.headerBytes, limits.headerFields) == (16_384, 64)) }
    }

    @Test("where something else listens the error says so, and that the address can be changed")
    func portInUse() async throws {
        try await service().serve { port async throws in
            for host in ["127.0.0.1", ""] {
                let error = await #expect(throws: HTTPServiceError.self) {
                    try await service("\(host):\(port)").serve { _ in }
                }
                #expect(
                    error?.description == "cannot listen at \(host):\(port): something else listens there"
                        + "; end that, or choose another address")
            }
        }
    }

    @Test("a name that has no address is an error, and so is an address of another machine")
    func noAddress() async throws {
        for address in ["no-such-host.invalid:0", "192.0.2.1:0"] {
            let error = await #expect(throws: HTTPServiceError.self) { try await service(address).serve { _ in } }
            #expect(error?.description.hasPrefix("cannot listen at \(address): ") ?? false)
        }
    }

    @Test("it serves until the work has ended, cancelled or not, and gives the port back")
    func end() async throws {
        let service = try service()
        let began = Start()
        let port = Mutex(0)
        let running = Task {
            try await service.serve { bound in
                port.withLock { $0 = bound }
                began.succeed(port: bound)
                do {
                    try await ContinuousClock().sleep(for: .seconds(600))
                } catch {
                    // In a task of its own, since this one is cancelled.
                    return try await Task { try await RawClient.get(bound, "/metrics") }.value
                }
                return ""
            }
        }
        _ = try await began.port()
        running.cancel()
        #expect(try await running.value.hasSuffix("up 1\n"))
        let bound = port.withLock { $0 }
        try await self.service("127.0.0.1:\(bound)").serve { #expect($0 == bound) }
    }

    @Test("what the work throws is thrown, and connections that are open do not hold up the end")
    func failure() async throws {
        struct Failure: Error {}
        await #expect(throws: Failure.self) {
            try await service().serve { port async throws in
                let slow = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                    .channelOption(.autoRead, value: false).connect(host: "127.0.0.1", port: port).get()
                try await slow.writeAndFlush(ByteBuffer(string: "GET /large HTTP/1.1\r\n\r\n"))
                let half = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                    .connect(host: "127.0.0.1", port: port).get()
                try await half.writeAndFlush(ByteBuffer(string: "POST /metrics HTTP/1.1\r\nContent-Length: 9\r\n\r\n"))
                _ = try await RawClient.get(port, "/metrics")
                throw Failure()
            }
        }
    }
}

/// Something that has happened or has not.
private final class Flag: Sendable {
    private let state = Mutex(false)
    var isRaised: Bool { state.withLock { $0 } }
    func raise() { state.withLock { $0 = true } }
}
