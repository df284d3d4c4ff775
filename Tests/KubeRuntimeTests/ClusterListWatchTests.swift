import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import TestSupport
import Testing

@Suite("Lists and watches of a cluster")
struct ClusterListWatchTests {
    private static let gateways = GroupVersionResource(
        group: "networking.istio.io", version: "v1beta1", resource: "gateways")

    private func collection(_ answer: FakeTransport.Answer) throws -> (ClusterListWatch, FakeTransport) {
        let transport = FakeTransport { _ throws(TransportError) in answer }
        let collection = ClusterListWatch(
            client: try transport.client(), resource: Self.gateways, namespace: "shop", labelSelector: "a=b",
            fieldSelector: "metadata.name=x", pageSize: 7)
        return (collection, transport)
    }

    private static func gateway(_ name: String, _ version: String, namespace: String = "shop") -> JSONValue {
        [
            "apiVersion": "networking.istio.io/v1beta1", "kind": "Gateway",
            "metadata": [
                "name": .string(name), "namespace": .string(namespace), "resourceVersion": .string(version),
            ],
        ]
    }

    private static func list(_ items: [JSONValue], apiVersion: String = "networking.istio.io/v1beta1") -> JSONValue {
        [
            "apiVersion": .string(apiVersion), "kind": "GatewayList", "items": .array(items),
            "metadata": ["resourceVersion": "10", "continue": "p2"],
        ]
    }

    private static func events(_ events: [(String, JSONValue)]) -> [UInt8] {
        events.flatMap { type, object in
            JSONValue.object(["type": .string(type), "object": object]).bytes() + [UInt8(ascii: "\n")]
        }
    }

    @Test("a page is read with quorum, selectors, size and token")
    func page() async throws {
        let (collection, transport) = try collection(.json(Self.list([Self.gateway("a", "1")])))
        let page = try await collection.page(continueToken: "p1")
        #expect(page.objects.map(\.name) == ["a"])
        #expect(page.resourceVersion == "10" && page.continueToken == "p2")
        #expect(
            transport.lines == [
                "GET /apis/networking.istio.io/v1beta1/namespaces/shop/gateways"
                    + "?labelSelector=a%3Db&fieldSelector=metadata.name%3Dx&limit=7&continue=p1"
            ])
    }

    @Test(
        "an answer that is no list of this collection is a failed read",
        arguments: [
            FakeTransport.Answer(body: Array("<html>".utf8)), .json([:]), .json(gateway("a", "1")),
            .json(["apiVersion": "v1", "kind": "GatewayList", "items": .null, "metadata": ["resourceVersion": "1"]]),
            .json(list([], apiVersion: "networking.istio.io/v1beta1").mergePatched(with: ["items": .null])),
            .json(list([gateway("a", "1", namespace: "other")])),
            .json(list([["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "a", "namespace": "shop"]]])),
        ])
    func foreignLists(_ answer: FakeTransport.Answer) async throws {
        let (collection, _) = try collection(answer)
        let failure = await #expect(throws: ReadFailure.self) { try await collection.page(continueToken: nil) }
        #expect(failure?.kind == .malformed)
    }

    @Test(
        "every refusal has its kind, for a list and for a watch",
        arguments: [
            (.status(410, "Expired"), .expired), (.status(401, "Unauthorized"), .unauthorized),
            (.status(403, "Forbidden"), .denied), (.status(404, "NotFound"), .notFound),
            (FakeTransport.Answer(status: 404), .notFound), (.status(500, "InternalError"), .refused),
            (.status(504, "Timeout", "Too large resource version: 9, current: 1"), .versionTooLarge),
            (.status(429, "TooManyRequests"), .throttled(retryAfter: nil)),
            (
                FakeTransport.Answer(status: 503, fields: [HTTPField("Retry-After", "7")]),
                .throttled(retryAfter: .seconds(7))
            ),
        ] as [(FakeTransport.Answer, ReadFailure.Kind)])
    func refusals(_ answer: FakeTransport.Answer, _ kind: ReadFailure.Kind) async throws {
        let (collection, _) = try collection(answer)
        let list = await #expect(throws: ReadFailure.self) { try await collection.page(continueToken: nil) }
        #expect(list?.kind == kind)
        let watch = await #expect(throws: ReadFailure.self) {
            _ = try await collection.watch(from: "1", timeout: .seconds(300))
        }
        #expect(watch?.kind == kind)
        #expect(watch?.description.contains("eu-1") == true)
    }

    @Test("no answer is unreachable, one beyond the caps is malformed")
    func transportErrors() async throws {
        for (error, kind) in [
            (.connectionRefused, .unreachable), (.timeout, .unreachable), (.unknownAuthority, .unreachable),
            (.responseTooLarge, .malformed), (.malformedReply, .malformed), (.credentials, .unauthorized),
        ] as [(TransportError.Kind, ReadFailure.Kind)] {
            let transport = FakeTransport { _ throws(TransportError) in throw TransportError(error) }
            let collection = ClusterListWatch(client: try transport.client(), resource: Self.gateways)
            let failure = await #expect(throws: ReadFailure.self) { try await collection.page(continueToken: nil) }
            #expect(failure?.kind == kind, "\(error)")
        }
    }

    @Test("a watch asks for bookmarks and a timeout, and gives events with their versions")
    func watch() async throws {
        let bookmark: JSONValue = [
            "apiVersion": "networking.istio.io/v1beta1", "kind": "Gateway", "metadata": ["resourceVersion": "20"],
        ]
        let (collection, transport) = try collection(
            FakeTransport.Answer(
                body: Self.events([
                    ("ADDED", Self.gateway("a", "11")), ("MODIFIED", Self.gateway("a", "12")),
                    ("DELETED", Self.gateway("a", "13")), ("SOMETHING", [:]), ("BOOKMARK", bookmark),
                    ("ERROR", APIStatus(status: "Failure", code: 410, reason: "Expired", message: "old").json),
                ])))
        var watch = try await collection.watch(from: "10", timeout: .seconds(301))
        let signals = try await watch.next()?.map { signal in
            switch signal {
            case .upsert(let object, let version): "+\(object.name)@\(version)"
            case .delete(let object, let version): "-\(object.name)@\(version)"
            case .bookmark(let version): "@\(version)"
            case .failure(let failure): "\(failure.kind)"
            }
        }
        #expect(signals == ["+a@11", "+a@12", "-a@13", "@20", "expired"])
        #expect(try await watch.next() == nil)
        #expect(
            transport.lines == [
                "GET /apis/networking.istio.io/v1beta1/namespaces/shop/gateways?watch=true&allowWatchBookmarks=true"
                    + "&labelSelector=a%3Db&fieldSelector=metadata.name%3Dx&resourceVersion=10&timeoutSeconds=301"
            ])
    }

    @Test(
        "the server's ERROR events have their kinds",
        arguments: [
            (410, "", "", .expired), (500, "Expired", "", .expired), (0, "Gone", "", .expired),
            (504, "Timeout", "Too large resource version: 9", .versionTooLarge),
            (429, "", "", .throttled(retryAfter: nil)), (401, "", "", .unauthorized), (403, "", "", .denied),
            (500, "InternalError", "etcd", .refused),
        ] as [(Int, String, String, ReadFailure.Kind)])
    func errorEvents(_ code: Int, _ reason: String, _ message: String, _ kind: ReadFailure.Kind) async throws {
        let status = APIStatus(status: "Failure", code: code, reason: reason, message: message)
        let (collection, _) = try collection(FakeTransport.Answer(body: Self.events([("ERROR", status.json)])))
        var watch = try await collection.watch(from: "10", timeout: .seconds(300))
        guard case .failure(let failure)? = try await watch.next()?.first else {
            Issue.record("no failure")
            return
        }
        #expect(failure.kind == kind)
    }

    @Test("silence ends a watch, a break is a failure, and so is an event of another collection")
    func ends() async throws {
        for (end, kind) in [(.idle, nil), (.connectionClosed, .unreachable), (.slowConsumer, .unreachable)]
            as [(TransportError.Kind, ReadFailure.Kind?)]
        {
            let (collection, _) = try collection(FakeTransport.Answer(end: TransportError(end)))
            var watch = try await collection.watch(from: "10", timeout: .seconds(300))
            do throws(ReadFailure) {
                #expect(try await watch.next() == nil)
                #expect(kind == nil)
            } catch {
                #expect(error.kind == kind)
            }
        }
        for event in [
            Self.gateway("a", "11", namespace: "other"), Self.gateway("", "11"), ["apiVersion": "v1", "kind": "Pod"],
        ] {
            let (collection, _) = try collection(FakeTransport.Answer(body: Self.events([("ADDED", event)])))
            var watch = try await collection.watch(from: "10", timeout: .seconds(300))
            do throws(ReadFailure) {
                _ = try await watch.next()
                Issue.record("taken for an event of gateways")
            } catch {
                #expect(error.kind == .malformed)
            }
        }
    }
}
