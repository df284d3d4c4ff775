import JSONValue
import KubeClient
import KubeModel
import Synchronization
import Testing

/// A clock that stands until it is moved.
final class ManualTime: Sendable {
    private let instant = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { instant.withLock { $0 } }
    func advance(_ duration: Duration) { instant.withLock { $0 += duration } }
}

/// A source of numbered tokens that can be made to fail.
final class TokenMint: Sendable {
    private struct State {
        var loads = 0
        var fails = false
        var sticks = false
    }

    private let state = Mutex(State())
    let time = ManualTime()

    var loads: Int { state.withLock { $0.loads } }
    func fail(_ fails: Bool) { state.withLock { $0.fails = fails } }
    /// From now on the same token comes out again.
    func stick() { state.withLock { $0.sticks = true } }

    func source(freshFor: Duration?, goodFor: Duration?) -> CredentialSource {
        .renewable(
            CredentialCache(now: { self.time.now }) { () async throws(CredentialError) in
                await Task.yield()
                let token = self.state.withLock { state -> String? in
                    state.loads += 1
                    return state.fails ? nil : "token-\(state.sticks ? 0 : state.loads)"
                }
                guard let token else { throw CredentialError("the mint is closed") }
                return CredentialCache.Loaded(
                    RequestCredentials(bearerToken: Secret(token)), freshFor: freshFor, goodFor: goodFor)
            })
    }
}

@Suite("Credentials and their renewal")
struct CredentialTests {
    private let key = ObjectKey(namespace: "shop", name: "web")

    private static func answer(_ accepted: String, _ request: HTTPRequest) -> Result<HTTPResponse, TransportError> {
        let isAccepted = request.credentials.bearerToken == Secret(accepted)
        return .success(
            HTTPResponse(head: HTTPHead(status: isAccepted ? 200 : 401), body: service("web").bytes()))
    }

    @Test("after a 401 the token is renewed exactly once, also with 20 requests in flight, and each is sent once more")
    func renewal() async throws {
        let mint = TokenMint()
        let transport = FakeTransport { request in
            await Task.yield()
            return Self.answer("token-2", request)
        }
        let client = try KubeClient(transport, credentials: mint.source(freshFor: nil, goodFor: nil))
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await client.get(.services, key).name } }
            for try await name in group { #expect(name == "web") }
        }
        #expect(mint.loads == 2)
        #expect(transport.requests.filter { $0.credentials.bearerToken == Secret("token-1") }.count <= 20)
        #expect(transport.requests.filter { $0.credentials.bearerToken == Secret("token-2") }.count == 20)
    }

    @Test("a token that is refused again gives the 401, and later requests do not renew all the time")
    func refusedAgain() async throws {
        let mint = TokenMint()
        let transport = FakeTransport(status: 401, ["kind": "Status", "apiVersion": "v1", "reason": "Unauthorized"])
        let client = try KubeClient(transport, credentials: mint.source(freshFor: nil, goodFor: nil))
        for _ in 0..<5 {
            let error = await apiError { () async throws(APIError) in try await client.get(.services, key) }
            #expect(error?.disposition == .identity)
        }
        #expect(mint.loads == 2)
        mint.time.advance(.seconds(11))
        _ = await apiError { () async throws(APIError) in try await client.get(.services, key) }
        #expect(mint.loads == 3)
    }

    @Test("a renewal that yields the same token is no reason to ask again")
    func sameToken() async throws {
        let mint = TokenMint()
        mint.stick()
        let transport = FakeTransport(status: 401, .null)
        let client = try KubeClient(transport, credentials: mint.source(freshFor: nil, goodFor: nil))
        _ = await apiError { () async throws(APIError) in try await client.get(.services, key) }
        #expect(transport.requests.count == 1)
    }

    @Test("fixed credentials are refused at once")
    func fixed() async throws {
        let transport = FakeTransport(status: 401, .null)
        let credentials = CredentialSource.fixed(RequestCredentials(bearerToken: Secret("x")))
        let client = try KubeClient(transport, credentials: credentials)
        let error = await apiError { () async throws(APIError) in try await client.get(.services, key) }
        #expect(error?.disposition == .identity)
        #expect(transport.requests.count == 1)
    }

    @Test("a watch renews too")
    func watch() async throws {
        let mint = TokenMint()
        let transport = FakeTransport { Self.answer("token-2", $0) }
        let client = try KubeClient(transport, credentials: mint.source(freshFor: nil, goodFor: nil))
        _ = try await client.watch(.services, resourceVersion: "1", timeoutSeconds: 10)
        #expect(mint.loads == 2)
    }

    @Test(
        "a token is loaded again when it is no longer fresh; while loading fails the last one is used as long as it is good"
    )
    func ageing() async throws {
        let mint = TokenMint()
        let transport = FakeTransport(status: 200, service("web"))
        let client = try KubeClient(transport, credentials: mint.source(freshFor: .seconds(60), goodFor: .seconds(120)))
        func token() async -> Secret? {
            let before = transport.requests.count
            _ = await apiError { () async throws(APIError) in try await client.get(.services, key) }
            return transport.requests.count > before ? transport.requests.last?.credentials.bearerToken : nil
        }
        #expect(await token() == Secret("token-1"))
        mint.time.advance(.seconds(59))
        #expect(await token() == Secret("token-1"))
        #expect(mint.loads == 1)
        mint.time.advance(.seconds(1))
        #expect(await token() == Secret("token-2"))
        mint.fail(true)
        mint.time.advance(.seconds(61))
        #expect(await token() == Secret("token-2"))
        #expect(await token() == Secret("token-2"))
        #expect(mint.loads == 3)
        mint.time.advance(.seconds(60))
        #expect(await token() == nil)
        mint.fail(false)
        #expect(await token() == Secret("token-5"))
    }

    @Test("a source that never gave anything fails the request with its reason")
    func neverLoaded() async throws {
        let mint = TokenMint()
        mint.fail(true)
        let client = try KubeClient(
            FakeTransport(status: 200, service("web")), credentials: mint.source(freshFor: nil, goodFor: nil))
        let error = await apiError { () async throws(APIError) in try await client.get(.services, key) }
        #expect(error?.disposition == .identity)
        #expect(error?.description.contains("the mint is closed") == true)
    }
}
