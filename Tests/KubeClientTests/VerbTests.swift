import JSONValue
import KubeClient
import KubeModel
import Synchronization
import Testing

@Suite("Verbs of the client")
struct VerbTests {
    private let key = ObjectKey(namespace: "shop", name: "web")

    @Test("get asks for one object and gives it")
    func get() async throws {
        let transport = FakeTransport(status: 200, service("web"))
        let object = try await KubeClient(transport).get(.services, key, resourceVersion: "7")
        #expect(object.name == "web")
        let request = try #require(transport.requests.first)
        #expect(request.method == .get)
        #expect(request.target == "/api/v1/namespaces/shop/services/web?resourceVersion=7")
        #expect(request.headers.contains(HTTPField("Accept", "application/json")))
        #expect(request.headers.contains(HTTPField("User-Agent", "accesspoint-operator/test")))
        #expect(request.timeout == .seconds(30))
        #expect(request.bodyLimit == 64 << 20)
    }

    @Test("every request says whom it acts as, also a watch, and nobody's says nothing")
    func impersonation() async throws {
        let transport = FakeTransport(status: 200, service("web"))
        var client = try KubeClient(transport)
        _ = try await client.get(.services, key)
        #expect(transport.requests.last?.headers.contains { $0.name.hasPrefix("Impersonate") } == false)
        var endpoint = client.endpoint
        endpoint.impersonation = try Impersonation(
            user: "jane", groups: ["b", "a"], uid: "u1", extra: ["acme.example/b c%": ["x", "y"], "a": ["z"]])
        client = KubeClient(endpoint: endpoint, transport: transport, clusterName: "eu-1", userAgent: "test")
        let fields = [
            HTTPField("Impersonate-User", "jane"), HTTPField("Impersonate-Uid", "u1"),
            HTTPField("Impersonate-Group", "b"), HTTPField("Impersonate-Group", "a"),
            HTTPField("Impersonate-Extra-a", "z"), HTTPField("Impersonate-Extra-acme%2Eexample%2Fb%20c%25", "x"),
            HTTPField("Impersonate-Extra-acme%2Eexample%2Fb%20c%25", "y"),
        ]
        _ = try await client.get(.services, key)
        #expect(transport.requests.last?.headers.filter { $0.name.hasPrefix("Impersonate") } == fields)
        _ = try await client.watch(.services, resourceVersion: "7", timeoutSeconds: 60)
        #expect(transport.requests.last?.headers.filter { $0.name.hasPrefix("Impersonate") } == fields)
    }

    @Test("a time limit can be set for single requests")
    func timeout() async throws {
        let transport = FakeTransport(status: 200, service("web"))
        _ = try await KubeClient(transport).with(timeout: .seconds(5)).get(.services, key)
        #expect(transport.requests.first?.timeout == .seconds(5))
    }

    @Test(
        "an answer that is not the object that was asked for is a failed read",
        arguments: [
            service("other"), ["apiVersion": "v1", "kind": "Status", "status": "Success"], ["a": 1], [], .null, "text",
        ] as [JSONValue])
    func wrongObject(reply: JSONValue) async throws {
        let client = try KubeClient(FakeTransport(status: 200, reply))
        let error = await apiError { () async throws(APIError) in try await client.get(.services, key) }
        #expect(error?.disposition == .unavailable)
    }

    @Test("a page of HTML with status 200 is a failed read, and its text is not repeated")
    func html() async throws {
        let client = try KubeClient(
            FakeTransport { _ in
                .success(HTTPResponse(head: HTTPHead(status: 200), body: Array("<html>canary</html>".utf8)))
            })
        let error = await apiError { () async throws(APIError) in try await client.listAll(.services) }
        #expect(error?.disposition == .unavailable)
        #expect(error?.description.contains("canary") == false)
    }

    @Test(
        "a server that sends our credentials back cannot make us show them",
        arguments: [
            (RequestCredentials(bearerToken: Secret("canary-token")), "no such token: canary-token"),
            (
                RequestCredentials(basic: Secret("user:canary-word")),
                "user:canary-word, canary-word, dXNlcjpjYW5hcnktd29yZA=="
            ),
        ])
    func echo(credentials: RequestCredentials, said: String) async throws {
        let reply: JSONValue = [
            "apiVersion": "v1", "kind": "Status", "status": "Failure", "code": 401, "message": .string(said),
            "details": ["causes": [["reason": "Unauthorized", "message": .string(said)]]],
        ]
        let client = try KubeClient(FakeTransport(status: 401, reply), credentials: .fixed(credentials))
        let error = await apiError { () async throws(APIError) in try await client.get(.services, key) }
        let text = "\(try #require(error))"
        #expect(text.contains("[redacted]"))
        for word in ["canary", "dXNlcjpjYW5hcnkt"] { #expect(!text.contains(word), "\(text)") }
        #expect(error?.status.map { "\($0)".contains("canary") || "\($0.json)".contains("canary") } == false)

        let line = (["type": "ERROR", "object": reply] as JSONValue).text() + "\n"
        let watched = try KubeClient(
            FakeTransport { _ in
                .success(HTTPResponse(head: HTTPHead(status: 200), body: Array(line.utf8)))
            }, credentials: .fixed(credentials))
        let stream = try await watched.watch(.services, resourceVersion: "1", timeoutSeconds: 9)
        var events = stream.makeAsyncIterator()
        let batch = try #require(await events.next())
        guard case .error(let status)? = batch.first else {
            Issue.record("no error event: \(batch)")
            return
        }
        let shown = "\(status.json)"
        #expect(shown.contains("[redacted]") && !shown.contains("canary"), "\(shown)")
    }

    @Test("a list is read in pages of 500, its version is that of the last page, and its items have their kind")
    func pages() async throws {
        let transport = FakeTransport { request in
            let isFirst = !request.target.contains("continue=")
            var metadata: JSONObject = ["resourceVersion": isFirst ? "10" : "11"]
            if isFirst { metadata["continue"] = "a/b+c=" }
            let item: JSONValue = ["metadata": ["name": isFirst ? "one" : "two"]]
            let list: JSONValue = [
                "apiVersion": "v1", "kind": "ServiceList", "metadata": .object(metadata), "items": [item],
            ]
            return .success(HTTPResponse(head: HTTPHead(status: 200), body: list.bytes()))
        }
        let list = try await KubeClient(transport).listAll(.services, namespace: "shop", labelSelector: "a in (b,c)")
        #expect(list.items.map(\.name) == ["one", "two"])
        #expect(list.items.allSatisfy { $0.kind == "Service" && $0.apiVersion == "v1" })
        #expect(list.resourceVersion == "11")
        #expect(list.continueToken == nil)
        #expect(
            transport.requests.map(\.target) == [
                "/api/v1/namespaces/shop/services?labelSelector=a%20in%20%28b%2Cc%29&limit=500",
                "/api/v1/namespaces/shop/services?labelSelector=a%20in%20%28b%2Cc%29&limit=500&continue=a%2Fb%2Bc%3D",
            ])
    }

    @Test("a page that fails fails the whole list: there is no partial result")
    func failedPage() async throws {
        let client = try KubeClient(
            FakeTransport { request in
                guard !request.target.contains("continue=") else {
                    return .success(HTTPResponse(head: HTTPHead(status: 410), body: []))
                }
                let list: JSONValue = [
                    "apiVersion": "v1", "kind": "ServiceList", "items": [],
                    "metadata": ["resourceVersion": "1", "continue": "x"],
                ]
                return .success(HTTPResponse(head: HTTPHead(status: 200), body: list.bytes()))
            })
        let error = await apiError { () async throws(APIError) in try await client.listAll(.services) }
        #expect(error?.disposition == .expired)
    }

    /// Answers every page with `count` objects and the token that `next` makes of the page's number.
    private static func endless(
        _ count: Int, _ next: @escaping @Sendable (Int) -> String
    ) throws -> (KubeClient, FakeTransport) {
        let pages = Mutex(0)
        let items = JSONValue.array((0..<count).map { ["metadata": ["name": .string("s\($0)")]] })
        let transport = FakeTransport { _ in
            let page = pages.withLock { pages in
                pages += 1
                return pages
            }
            let list: JSONValue = [
                "apiVersion": "v1", "kind": "ServiceList", "items": items,
                "metadata": ["resourceVersion": "1", "continue": .string(next(page))],
            ]
            return .success(HTTPResponse(head: HTTPHead(status: 200), body: list.bytes()))
        }
        return (try KubeClient(transport), transport)
    }

    @Test("a list without an end is broken off, by its objects or by its pages", arguments: [(4000, 25), (0, 1000)])
    func endlessList(perPage: Int, pages: Int) async throws {
        let (client, transport) = try Self.endless(perPage) { "page-\($0)" }
        let error = await apiError { () async throws(APIError) in try await client.listAll(.services) }
        #expect(error?.transport?.kind == .responseTooLarge)
        #expect(error?.disposition == .permanent)
        #expect(transport.requests.count == pages)
    }

    @Test("a page that names itself as the next one fails the list")
    func circle() async throws {
        let (client, transport) = try Self.endless(1) { _ in "same" }
        let error = await apiError { () async throws(APIError) in try await client.listAll(.services) }
        #expect(error?.disposition == .unavailable)
        #expect(transport.requests.count == 2)
    }

    @Test(
        "a list that may be incomplete is no list",
        arguments: [
            ["apiVersion": "v1", "kind": "ServiceList", "metadata": ["resourceVersion": "1"], "items": .null],
            ["apiVersion": "v1", "kind": "ServiceList", "metadata": ["resourceVersion": "1"]],
            ["apiVersion": "v1", "kind": "ServiceList", "metadata": ["resourceVersion": ""], "items": []],
            ["apiVersion": "v1", "kind": "ServiceList", "items": []],
            ["apiVersion": "v1", "kind": "ServiceList", "metadata": ["resourceVersion": "1"], "items": ["x"]],
            ["apiVersion": "v1", "kind": "ServiceList", "metadata": ["resourceVersion": "1"], "items": [[:]]],
            ["apiVersion": "v1", "kind": "Service", "metadata": ["resourceVersion": "1"], "items": []],
            ["kind": "ServiceList", "metadata": ["resourceVersion": "1"], "items": []],
            [:],
        ] as [JSONValue])
    func incompleteList(reply: JSONValue) async throws {
        let client = try KubeClient(FakeTransport(status: 200, reply))
        let error = await apiError { () async throws(APIError) in try await client.listAll(.services) }
        #expect(error?.disposition == .unavailable)
    }

    @Test("apply sends the apply content type, the manager and its options, and tells whether it created")
    func apply() async throws {
        let transport = FakeTransport(status: 201, service("web"))
        let result = try await KubeClient(transport).apply(
            service("web"), resource: .gateways, key: key, fieldManager: "accesspoint operator", force: true,
            dryRun: true, fieldValidation: .strict, subresource: "status")
        #expect(result.created)
        let request = try #require(transport.requests.first)
        #expect(request.method == .patch)
        #expect(
            request.target
                == "/apis/networking.istio.io/v1beta1/namespaces/shop/gateways/web/status"
                + "?fieldManager=accesspoint%20operator&dryRun=All&fieldValidation=Strict&force=true")
        #expect(request.headers.contains(HTTPField("Content-Type", "application/apply-patch+yaml")))
        #expect(request.body == service("web").bytes())
    }

    @Test("the other writes use their method, content type and path")
    func writes() async throws {
        let transport = FakeTransport(status: 200, service("web"))
        let client = try KubeClient(transport)
        _ = try await client.create(KubeObject(lenient: service("web")), resource: .services)
        _ = try await client.replace(KubeObject(lenient: service("web")), resource: .services, subresource: "status")
        _ = try await client.mergePatch(["a": 1], resource: .services, key: key, fieldManager: "m")
        _ = try await client.jsonPatch([], resource: .services, key: key, dryRun: true)
        #expect(transport.requests.map(\.method) == [.post, .put, .patch, .patch])
        let path = "/api/v1/namespaces/shop/services"
        #expect(
            transport.requests.map(\.target) == [
                path, path + "/web/status", path + "/web?fieldManager=m", path + "/web?dryRun=All",
            ])
        let types = transport.requests.map { request in request.headers.first { $0.name == "Content-Type" }?.value }
        #expect(
            types == [
                "application/json", "application/json", "application/merge-patch+json", "application/json-patch+json",
            ])
    }

    @Test("delete sends its preconditions and tells whether the object waits for finalizers")
    func delete() async throws {
        let gone = FakeTransport(status: 200, ["apiVersion": "v1", "kind": "Status", "status": "Success"])
        let conditions = Preconditions(uid: "u-1", resourceVersion: "5")
        #expect(try await KubeClient(gone).delete(.services, key, preconditions: conditions) == nil)
        let request = try #require(gone.requests.first)
        #expect(request.method == .delete)
        let body = try JSONValue(parsing: try #require(request.body))
        #expect(body["preconditions"] == ["uid": "u-1", "resourceVersion": "5"])
        #expect(body["propagationPolicy"] == "Background")
        #expect(body.objectValue?.keys.contains("dryRun") == false)
        let waiting = FakeTransport(status: 200, service("web", finalizers: ["a/b"]))
        #expect(try await KubeClient(waiting).delete(.services, key, dryRun: true)?.finalizers == ["a/b"])
        #expect(try JSONValue(parsing: try #require(waiting.requests.first?.body))["dryRun"] == ["All"])
        let without = FakeTransport(status: 200, service("web"))
        #expect(try await KubeClient(without).delete(.services, key) == nil)
    }

    @Test("versions with a plus sign are read, and the kinds of all versions of a group are found")
    func discovery() async throws {
        let transport = FakeTransport { request in
            let reply: JSONValue =
                switch request.target {
                case "/version": ["major": "1", "minor": "20+", "gitVersion": "v1.20.2-eks"]
                case "/apis/networking.istio.io":
                    ["kind": "APIGroup", "versions": [["version": "v1"], ["version": "v1beta1"]]]
                case "/apis/networking.istio.io/v1":
                    ["kind": "APIResourceList", "resources": []]
                default:
                    [
                        "kind": "APIResourceList",
                        "resources": [
                            ["name": "gateways", "kind": "Gateway", "namespaced": true, "verbs": ["get", "list"]],
                            ["name": "gateways/status", "kind": "Gateway", "namespaced": true, "verbs": ["get"]],
                        ],
                    ]
                }
            return .success(HTTPResponse(head: HTTPHead(status: 200), body: reply.bytes()))
        }
        let client = try KubeClient(transport)
        #expect(try await client.serverVersion() == ServerVersion(major: 1, minor: 20, gitVersion: "v1.20.2-eks"))
        #expect(
            try await client.apiResources("networking.istio.io") == [
                APIResource(resource: .gateways, kind: "Gateway", namespaced: true, verbs: ["get", "list"])
            ])
    }

    @Test("the core group is found under /api")
    func core() async throws {
        let transport = FakeTransport { request in
            let reply: JSONValue = request.target == "/api" ? ["versions": ["v1"]] : ["resources": []]
            return .success(HTTPResponse(head: HTTPHead(status: 200), body: reply.bytes()))
        }
        #expect(try await KubeClient(transport).apiResources("").isEmpty)
        #expect(transport.requests.map(\.target) == ["/api", "/api/v1"])
    }
}
