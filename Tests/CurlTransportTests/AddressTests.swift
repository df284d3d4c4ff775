import KubeClient
import KubeModel
import Testing

@testable import CurlTransport

@Suite("Addresses that a connection may reach")
struct AddressTests {
    private static func server() -> TestServer {
        TestServer { exchange in
            exchange.answer()
            return .keep
        }
    }

    private func kind(_ settings: ConnectionSettings) async throws -> TransportError.Kind? {
        try await withTransport { transport in
            do throws(TransportError) {
                _ = try await transport.send(HTTPRequest(.get, "/", connection: settings, timeout: .seconds(5)))
                return nil
            } catch {
                return error.kind
            }
        }
    }

    @Test(
        "loopback is refused however it is written, without a connection",
        arguments: [
            "127.0.0.1", "localhost", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::]",
        ])
    func loopback(host: String) async throws {
        let server = Self.server()
        #expect(try await kind(server.settings(host: host, policy: .remote)) == .addressRefused)
        #expect(server.connections == 0)
    }

    @Test("with the flag for loopback, loopback is reached and nothing else that is local")
    func permitted() async throws {
        let server = Self.server()
        #expect(try await kind(server.settings(host: "localhost", policy: .remoteOrLoopback)) == nil)
        #expect(try await kind(server.settings(host: "127.0.0.1", policy: .loopbackOnly)) == nil)
        #expect(try await kind(server.settings(host: "169.254.169.254", policy: .remoteOrLoopback)) == .addressRefused)
        #expect(try await kind(server.settings(host: "192.0.2.1", policy: .loopbackOnly)) == .addressRefused)
    }

    @Test("a name with a forbidden and a permitted address: what fails later is not blamed on the forbidden one")
    func mixedAddresses() throws {
        let connection = ConnectionSettings(server: try ServerURL("https://x.test"), addressPolicy: .remote)
        let order = TransferOrder(
            request: HTTPRequest(.post, "/", connection: connection), proxy: nil, headers: [], sink: .answer(Reply()))
        let transfer = try #require(Transfer(id: 1, order: order, now: .now))
        #expect(!transfer.permits(IPAddress("127.0.0.1")))
        #expect(transfer.verdict?.kind == .addressRefused)
        #expect(transfer.permits(IPAddress("10.0.0.1")))
        #expect(transfer.prepareToSend())
        #expect(transfer.verdict == nil)
        // The write would be sent a second time.
        #expect(!transfer.prepareToSend())
        #expect(
            transfer.verdict == TransportError(.connectionClosed, transfer.verdict?.detail ?? "", mayHaveArrived: true))
    }

    @Test("the error names the host, the address and the flag")
    func message() async throws {
        let server = Self.server()
        let settings = try server.settings(host: "localhost", policy: .remote)
        let error = try await withTransport { transport in
            await failure { () async throws(TransportError) in
                try await transport.send(HTTPRequest(.get, "/", connection: settings))
            }
        }
        #expect(error.description.contains("localhost"))
        #expect(error.description.contains("--allow-loopback-members"))
        #expect(!error.mayHaveArrived)
    }
}
