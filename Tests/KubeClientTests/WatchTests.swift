import JSONValue
import KubeClient
import KubeModel
import Testing

@Suite("Watches of the client")
struct WatchTests {
    private static func events(_ lines: String...) async throws -> (events: [WatchEvent], error: APIError?) {
        let body = ByteStream()
        _ = body.write(Array(lines.joined(separator: "\n").utf8))
        body.finish()
        let stream = WatchStream(body, operation: APIOperation(.watch, .services), cluster: "eu-1")
        var found: [WatchEvent] = []
        do throws(APIError) {
            var batches = stream.makeAsyncIterator()
            while let batch = try await batches.next() { found += batch }
            return (found, nil)
        } catch {
            return (found, error)
        }
    }

    @Test("all types of event are read, and one that is not known is skipped")
    func types() async throws {
        let object = service("web", version: "5").text()
        let result = try await Self.events(
            #"{"type":"ADDED","object":\#(object)}"#, #"{"type":"MODIFIED","object":\#(object)}"#,
            #"{"type":"SOMETHING","object":\#(object)}"#, #"{"type":"DELETED","object":\#(object)}"#,
            #"{"type":"BOOKMARK","object":{"apiVersion":"v1","kind":"Service","metadata":{"resourceVersion":"9"}}}"#,
            #"{"type":"BOOKMARK","object":{"apiVersion":"v1","kind":"Service","metadata":{"resourceVersion":"10","annotations":{"k8s.io/initial-events-end":"true"}}}}"#,
            #"{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","code":410,"reason":"Expired"}}"#, "")
        let web = KubeObject(lenient: service("web", version: "5"))
        #expect(
            result.events == [
                .added(web), .modified(web), .deleted(web),
                .bookmark(resourceVersion: "9", endsInitialEvents: false),
                .bookmark(resourceVersion: "10", endsInitialEvents: true),
                .error(APIStatus(status: "", code: 410, reason: "Expired", message: "")),
            ])
        #expect(result.error == nil)
    }

    @Test(
        "a line that is no event ends the watch with an error that does not repeat it",
        arguments: [
            "canary", "[]", "{}", #"{"type":"ADDED"}"#, #"{"type":"ADDED","object":"canary"}"#,
            #"{"type":"BOOKMARK","object":{"apiVersion":"v1","kind":"X","metadata":{}}}"#,
            #"{"type":"ERROR","object":{"canary":1}}"#, #"{"type":1,"object":{}}"#,
        ])
    func noEvent(line: String) async throws {
        let result = try await Self.events(line, "")
        #expect(result.events.isEmpty)
        #expect(result.error?.transport?.kind == .malformedReply)
        #expect(result.error?.disposition == .unavailable)
        #expect(result.error?.description.contains("canary") == false)
    }

    @Test("the request asks for bookmarks, a server-side end and a version")
    func request() async throws {
        let transport = FakeTransport(status: 200, .null)
        _ = try await KubeClient(transport).watch(
            .services, namespace: "shop", labelSelector: "a=b", resourceVersion: "77", timeoutSeconds: 300,
            idleTimeout: .seconds(9))
        let request = try #require(transport.requests.first)
        #expect(
            request.target == "/api/v1/namespaces/shop/services?watch=true&allowWatchBookmarks=true"
                + "&labelSelector=a%3Db&resourceVersion=77&timeoutSeconds=300")
        #expect(request.idleTimeout == .seconds(9))
    }

    @Test("a watch with initial events asks for them as KEP-3157 says")
    func initialEvents() async throws {
        let transport = FakeTransport(status: 200, .null)
        _ = try await KubeClient(transport).watch(
            .services, resourceVersion: "", timeoutSeconds: 300, sendInitialEvents: true)
        #expect(
            transport.requests.first?.target == "/api/v1/services?watch=true&allowWatchBookmarks=true"
                + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=300")
    }

    @Test("a refused watch throws the server's Status")
    func refused() async throws {
        let status: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 403, "reason": "Forbidden",
            "message": "services is forbidden",
        ]
        let client = try KubeClient(FakeTransport(status: 403, status))
        let error = await apiError { () async throws(APIError) in
            try await client.watch(.services, resourceVersion: "1", timeoutSeconds: 300)
        }
        #expect(error?.disposition == .denied)
        #expect(error?.status?.message == "services is forbidden")
    }

    @Test("a stream that overflows fails with slowConsumer, and one that is dropped tells its writer")
    func overflow() async throws {
        let body = ByteStream(capacity: 10)
        #expect(body.write([UInt8](repeating: 1, count: 10)))
        #expect(!body.write([1]))
        #expect(!body.write([]))
        // What it had taken is not lost.
        #expect(try await body.next()?.count == 10)
        await #expect(throws: TransportError.self) { _ = try await body.next() }
        let dropped = Reply<Bool>()
        do { _ = ByteStream { dropped.resolve(.success(true)) } }
        #expect(try await dropped.value {})
    }

    @Test("a reader gets all that has gathered as one piece, then waits for more, then for the end")
    func gathering() async throws {
        let body = ByteStream()
        _ = body.write([1, 2])
        _ = body.write([3])
        #expect(try await body.next() == [1, 2, 3])
        async let next = body.next()
        _ = body.write([4])
        #expect(try await next == [4])
        body.finish()
        #expect(try await body.next() == nil)
        #expect(try await body.next() == nil)
        #expect(!body.write([5]))
    }
}
