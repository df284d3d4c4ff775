import CurlTransport
import KubeClient
import KubeModel
import Synchronization
import Testing
import X509Tools

@Suite("HTTP/2 over libcurl, frame by frame")
struct HTTP2Tests {
    private static let authority = Result {
        try TestAuthority(commonName: "CA", notBefore: Timestamps.now - 86_400, notAfter: Timestamps.now + 86_400)
    }

    private static func server(_ answer: @escaping @Sendable (UInt32) -> [UInt8]) async throws -> OpenSSLServer {
        var request = CertificateRequest(
            commonName: "kubernetes", notBefore: Timestamps.now - 86_400, notAfter: Timestamps.now + 86_400)
        request.ipAddresses = ["127.0.0.1"]
        return try await OpenSSLServer(authority.get().issue(request), http2: answer)
    }

    /// The sizes of streamed bodies, one after the other; each has to end.
    private static func streamedCounts(_ settings: ConnectionSettings, streams: Int) async throws -> [Int] {
        try await withTransport { transport in
            var counts: [Int] = []
            for _ in 0..<streams {
                let stream = try await transport.stream(
                    HTTPRequest(.get, "/watch", connection: settings, timeout: .seconds(10), idleTimeout: .seconds(3)))
                var count = 0
                while let piece = try await stream.body.next() { count += piece.count }
                counts.append(count)
            }
            return counts
        }
    }

    /// The last frame is larger than what is free in the buffer, and nothing comes after it: libcurl has the end of
    /// the answer and does not know. `accept-encoding: gzip, deflate` (16) is one byte here and 32 in the buffer.
    private static func fullBuffer(_ stream: UInt32, status: UInt8, bodyCount: Int) -> [UInt8] {
        HTTP2Frame.head(stream, fields: [status, 16, 16, 16])
            + HTTP2Frame.data(stream, [UInt8](repeating: 0x61, count: bodyCount), endsStream: true)
    }

    @Test("pieces larger than libcurl's buffer arrive, and the end of the stream behind them")
    func largePieces() async throws {
        let server = try await Self.server { stream in
            HTTP2Frame.head(stream, fields: [8]) + HTTP2Frame.data(stream, [UInt8](repeating: 0x61, count: 12_000))
                + HTTP2Frame.data(stream, [], endsStream: true)
        }
        let settings = try server.settings(Self.authority.get())
        // Now and then chance wakes libcurl, so one stream would prove little.
        let counts = try await Self.streamedCounts(settings, streams: 20)
        #expect(counts == Array(repeating: 12_000, count: 20))
    }

    @Test("an answer whose last frame fills libcurl's buffer ends, though the connection is silent after it")
    func lastFrameOfAnswer() async throws {
        let streams = Mutex<[UInt32]>([])
        let server = try await Self.server { stream in
            streams.withLock { $0.append(stream) }
            return stream == 1
                ? Self.fullBuffer(1, status: 8, bodyCount: 16_340)
                : HTTP2Frame.head(stream, fields: [8], endsStream: true)
        }
        let settings = try server.settings(Self.authority.get())
        let response = try await withTransport { transport in
            try await transport.send(HTTPRequest(.get, "/metrics", connection: settings, timeout: .seconds(10)))
        }
        #expect(response.body.count == 16_340)
        // The request, and the one that made the server speak.
        #expect(streams.withLock { $0 } == [1, 3])
    }

    @Test("the page of a refused watch ends in the same way")
    func lastFrameOfRefusal() async throws {
        let server = try await Self.server { stream in
            stream == 1
                ? Self.fullBuffer(1, status: 14, bodyCount: 5000)
                : HTTP2Frame.head(stream, fields: [8], endsStream: true)
        }
        let settings = try server.settings(Self.authority.get())
        #expect(try await Self.streamedCounts(settings, streams: 1) == [5000])
    }

    @Test("a watch that is silent, and an answer that has not begun, are not reminded of")
    func nothingMissing() async throws {
        let streams = Mutex<[UInt32]>([])
        let server = try await Self.server { stream in
            streams.withLock { $0.append(stream) }
            return stream == 1 ? HTTP2Frame.head(stream, fields: [8]) : []
        }
        let settings = try server.settings(Self.authority.get())
        try await withTransport { transport in
            let watch = try await transport.stream(HTTPRequest(.get, "/watch", connection: settings))
            // Four times as long as it takes to be reminded of an end.
            let error = await failure { () async throws(TransportError) in
                try await transport.send(HTTPRequest(.get, "/", connection: settings, timeout: .seconds(1)))
            }
            #expect(error.kind == .timeout)
            watch.body.abandon()
        }
        #expect(streams.withLock { $0 } == [1, 3])
    }

    @Test("an answer that came behind a piece of a watch arrives, though the watch is given up at that moment")
    func watchGivenUp() async throws {
        // Streams 1, 5, 9... are watches, 3, 7, 11... requests beside them.
        let server = try await Self.server { stream in
            stream % 4 == 1
                ? HTTP2Frame.head(stream, fields: [8])
                : HTTP2Frame.data(stream - 2, [UInt8](repeating: 0x61, count: 5000))
                    + HTTP2Frame.head(stream, fields: [8], endsStream: true)
        }
        let settings = try server.settings(Self.authority.get())
        try await withTransport { transport in
            for round in 0..<300 {
                let watch = try await transport.stream(HTTPRequest(.get, "/watch", connection: settings))
                async let answer = transport.send(
                    HTTPRequest(.get, "/", connection: settings, timeout: .seconds(5)))
                // The moment is about a millisecond long and cannot be seen from outside, so it is searched for.
                try await Task.sleep(for: .microseconds(round % 30 * 100))
                watch.body.abandon()
                #expect(try await answer.head.status == 200)
            }
        }
    }
}
