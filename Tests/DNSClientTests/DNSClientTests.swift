import KubeModel
import NIOCore
import NIOPosix
import Testing

@testable import DNSClient

/// Against a real server (dnsmasq) for what it can do, and against sockets of the test for what no honest server does.
@Suite("The DNS client")
struct DNSClientTests {
    private static func client(_ ports: UInt16..., timeout: Duration = .seconds(5)) throws -> DNSClient {
        let loopback = try #require(IPAddress("127.0.0.1"))
        return DNSClient(servers: ports.map { DNSServer(loopback, port: $0) }, timeout: timeout)
    }

    private static func question(_ name: String, _ type: DNSRecordType = .a) throws -> DNSQuestion {
        try #require(DNSQuestion(name, type))
    }

    /// A port of loopback that nobody has.
    private static func freePort() async throws -> UInt16 {
        let socket = try await Responder.start { _ in [] }
        defer { socket.close() }
        return socket.port
    }

    @Test("reads addresses, aliases, absences and errors of a real server, and what is too large for a datagram")
    func real() async throws {
        let port = try await Self.freePort()
        let many = (0..<120).map { "--host-record=many.example.com,198.51.100.\($0)" }
        let server = try Dnsmasq(
            port: port,
            many + [
                "--local-ttl=42", "--host-record=shop.example.com,198.51.100.1,2001:db8::1",
                "--host-record=four.example.com,198.51.100.4", "--cname=www.example.com,shop.example.com",
                "--address=/wild.example.com/198.51.100.9",
            ])
        defer { withExtendedLifetime(server) {} }
        let client = try Self.client(port)
        func ask(_ name: String, _ type: DNSRecordType = .a) async throws -> DNSAnswer {
            try await client.answer(to: try Self.question(name, type))
        }
        // The server needs a moment to listen.
        var first: DNSAnswer?
        for _ in 0..<100 where first == nil {
            first = try? await ask("shop.example.com")
            if first == nil { try await Task.sleep(for: .milliseconds(50)) }
        }
        #expect(
            first == DNSAnswer(exists: true, addresses: [try #require(IPAddress("198.51.100.1"))], secondsToLive: 42))
        #expect(try await ask("SHOP.example.com", .aaaa).addresses.map(\.description) == ["2001:db8::1"])
        let alias = try await ask("www.example.com")
        #expect(alias.aliases == ["shop.example.com"])
        #expect(alias.addresses.map(\.description) == ["198.51.100.1"])
        let none = try await ask("four.example.com", .aaaa)
        #expect(none.exists && none.addresses.isEmpty)
        #expect(try await ask("gone.example.com").exists == false)
        #expect(try await ask("*.wild.example.com").addresses.map(\.description) == ["198.51.100.9"])
        #expect(Set(try await ask("many.example.com").addresses).count == 120)
        await #expect(throws: DNSFailure.undecided("127.0.0.1:\(port): it refuses to answer (REFUSED)")) {
            try await ask("elsewhere.org")
        }
    }

    @Test("passes over a server that is not there, that keeps silent, or that cannot tell")
    func next() async throws {
        let refused = try await Self.freePort()
        let silent = try await Responder.start { _ in [] }
        let failing = try await Responder.start { [$0.answered(flags: 0x8182)] }
        let good = try await Responder.start { [$0.answered(address: [198, 51, 100, 1])] }
        defer { for socket in [silent, failing, good] { socket.close() } }
        let client = try Self.client(refused, silent.port, failing.port, good.port, timeout: .seconds(1))
        let answer = try await client.answer(to: try Self.question("shop.example.com"))
        #expect(answer.addresses.map(\.description) == ["198.51.100.1"])
    }

    @Test("says of servers of which none can tell what the one said that answered at all")
    func none() async throws {
        let silent = try await Responder.start { _ in [] }
        let failing = try await Responder.start { [$0.answered(flags: 0x8182)] }
        defer { for socket in [silent, failing] { socket.close() } }
        await #expect(
            throws: DNSFailure.undecided("127.0.0.1:\(failing.port): it could not find out (SERVFAIL)")
        ) {
            try await Self.client(failing.port, silent.port, timeout: .seconds(1))
                .answer(to: try Self.question("shop.example.com"))
        }
        do {
            _ = try await Self.client(silent.port, timeout: .milliseconds(100))
                .answer(to: try Self.question("shop.example.com"))
            Issue.record("there is no answer")
        } catch {
            guard case .silent(let why) = error as? DNSFailure else {
                Issue.record("\(error)")
                return
            }
            #expect(why.contains("127.0.0.1:\(silent.port) does not answer"))
        }
    }

    @Test("takes no answer but its own, whatever comes before it")
    func forged() async throws {
        let liar = try await Responder.start { query in
            var wrongName = query.answered(address: [6, 6, 6, 1])
            wrongName[13] = UInt8(ascii: "x")
            var question = query.answered(address: [6, 6, 6, 2])
            question[2] = 0x01
            var other = query.answered(address: [6, 6, 6, 3])
            other[0] ^= 0xFF
            return [other, wrongName, question, [1], [], query.answered(address: [198, 51, 100, 1])]
        }
        defer { liar.close() }
        let answer = try await Self.client(liar.port).answer(to: try Self.question("shop.example.com"))
        #expect(answer.addresses.map(\.description) == ["198.51.100.1"])
    }

    @Test("asks with other numbers, and from other ports, each time")
    func random() async throws {
        let seen = Seen()
        let server = try await Responder.start { query in
            seen.add(query.bytes.prefix(2).map(\.self), query.port)
            return [query.answered(address: [198, 51, 100, 1])]
        }
        defer { server.close() }
        let client = try Self.client(server.port)
        for _ in 0..<8 { _ = try await client.answer(to: try Self.question("shop.example.com")) }
        #expect(seen.numbers.count > 4)
        #expect(seen.ports.count > 4)
    }
}
