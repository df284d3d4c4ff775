import JSONValue
import KubeClient
import TestSupport
import Testing

@testable import Operator

@Suite("The version of Istio in a member", .timeLimit(.minutes(1)))
struct IstioVersionTests {
    private func version(_ labels: JSONValue...) async throws -> (version: String, lines: [String]) {
        let transport = FakeTransport { _ throws(TransportError) in
            .json([
                "apiVersion": "v1", "kind": "ServiceList", "metadata": ["resourceVersion": "5"],
                "items": .array(
                    labels.map { ["metadata": ["namespace": "istio-system", "name": "istiod", "labels": $0]] }),
            ])
        }
        return (try await MemberSession.istioVersion(try transport.client()), transport.lines)
    }

    @Test("is what the labels of istiod's Services say, each version once")
    func labels() async throws {
        let one: JSONValue = ["app.kubernetes.io/version": "1.27.1", "operator.istio.io/version": "unknown"]
        #expect(try await version(one).version == "1.27.1")
        #expect(try await version(["operator.istio.io/version": "1.20.3"]).version == "1.20.3")
        #expect(try await version(one, ["app.kubernetes.io/version": "1.26.4"], one).version == "1.26.4, 1.27.1")
        #expect(try await version().version.isEmpty)
        #expect(try await version([:]).version.isEmpty)
    }

    @Test("is asked for in one list out of the server's cache, and no member can make it long or draw with it")
    func bounded() async throws {
        let long = String(repeating: "1.27.1\u{1b}[2J\n", count: 100)
        let (version, lines) = try await version(["app.kubernetes.io/version": .string(long)])
        #expect(version.unicodeScalars.count <= 64 && !version.contains("\u{1b}") && !version.contains("\n"))
        #expect(
            lines.count == 1
                && lines.first?.contains("/api/v1/services?labelSelector=app%3Distiod&resourceVersion=0") == true)
    }
}
