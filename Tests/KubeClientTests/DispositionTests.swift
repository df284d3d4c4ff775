import JSONValue
import KubeClient
import KubeModel
import Testing

@Suite("What to do after a failed request")
struct DispositionTests {
    private static func failed(
        _ code: Int, _ verb: APIOperation.Verb = .apply, dryRun: Bool = false, reason: String = "",
        message: String = "", details: APIStatus.Details? = nil, retryAfter: Int? = nil,
        _ resource: GroupVersionResource = .services
    ) -> APIError {
        let status = APIStatus(status: "Failure", code: code, reason: reason, message: message, details: details)
        return APIError(
            APIOperation(verb, resource, namespace: "shop", name: "web", dryRun: dryRun), cluster: "eu-1",
            .response(code: code, status, retryAfter: retryAfter))
    }

    private static func details(_ kind: String, _ name: String, retryAfter: Int? = nil) -> APIStatus.Details {
        var details = APIStatus.Details()
        details.kind = kind
        details.name = name
        details.retryAfterSeconds = retryAfter
        return details
    }

    @Test(
        "codes that speak for themselves, whatever the verb",
        arguments: [
            (301, .permanent), (302, .permanent), (400, .permanent), (401, .identity), (403, .denied),
            (405, .permanent), (409, .conflict), (410, .expired), (413, .permanent), (415, .permanent),
            (422, .permanent), (429, .throttled(retryAfter: nil)),
        ] as [(Int, Disposition)])
    func plain(code: Int, expected: Disposition) {
        for verb in [APIOperation.Verb.get, .apply] { #expect(Self.failed(code, verb).disposition == expected) }
    }

    @Test(
        "server errors: a read may be repeated, a write is unknown, a dry run is a read",
        arguments: [500, 502, 503, 504])
    func serverErrors(code: Int) {
        for verb in [APIOperation.Verb.get, .list, .watch] {
            #expect(Self.failed(code, verb).disposition == .unavailable)
        }
        for verb in [APIOperation.Verb.create, .apply, .patch, .replace, .delete] {
            #expect(Self.failed(code, verb).disposition == .unknownOutcome)
            #expect(Self.failed(code, verb, dryRun: true).disposition == .unavailable)
        }
    }

    @Test(
        "500 is permanent where the input is at fault (measured: E4, E5, E6)",
        arguments: [
            #"failed to create manager: element 0: associative list with keys has an element that omits key field "protocol""#,
            "failed to create typed patch object: .spec.foo: field not declared in schema",
            "etcdserver: request is too large",
            "rpc error: code = ResourceExhausted desc = trying to send message larger than max (2097600 vs. 2097152)",
        ])
    func permanent500(message: String) {
        #expect(Self.failed(500, message: message).disposition == .permanent)
    }

    @Test("404 has three meanings, of which only one proves absence (measured: E14)")
    func notFound() {
        #expect(Self.failed(404, details: Self.details("services", "web")).disposition == .notFound(.object))
        #expect(Self.failed(404, details: Self.details("namespaces", "shop")).disposition == .notFound(.namespace))
        #expect(Self.failed(404, details: APIStatus.Details()).disposition == .notFound(.resource))
        #expect(Self.failed(404).disposition == .notFound(.resource))
        let plainText = APIError(
            APIOperation(.get, .gateways), cluster: "eu-1", .response(code: 404, nil, retryAfter: nil))
        #expect(plainText.disposition == .notFound(.resource))
        let itself = Self.failed(404, .get, details: Self.details("namespaces", "shop"), .namespaces)
        #expect(itself.disposition == .notFound(.object))
        #expect(itself.isObjectNotFound)
    }

    @Test("the server's wait is obeyed up to five minutes, from the header or from the Status")
    func throttled() {
        #expect(Self.failed(429, retryAfter: 7).disposition == .throttled(retryAfter: .seconds(7)))
        #expect(Self.failed(503, retryAfter: 1).disposition == .throttled(retryAfter: .seconds(1)))
        #expect(
            Self.failed(503, details: Self.details("", "", retryAfter: 3)).disposition
                == .throttled(retryAfter: .seconds(3)))
        #expect(Self.failed(429, retryAfter: 999_999_999).disposition == .throttled(retryAfter: .seconds(300)))
        #expect(Self.failed(429, retryAfter: -5).disposition == .throttled(retryAfter: .zero))
    }

    @Test("a lost answer is unknown for a write that may have arrived, and only for that")
    func transport() {
        func disposition(_ kind: TransportError.Kind, arrived: Bool, _ verb: APIOperation.Verb = .apply) -> Disposition
        {
            APIError(
                APIOperation(verb, .services), cluster: "eu-1",
                .transport(TransportError(kind, mayHaveArrived: arrived))
            ).disposition
        }
        for kind in [
            TransportError.Kind.timeout, .connectionClosed, .cancelled, .shutDown, .responseTooLarge, .malformedReply,
        ] {
            #expect(disposition(kind, arrived: true) == .unknownOutcome)
        }
        for kind in [
            TransportError.Kind.connectionRefused, .connectTimeout, .nameResolution, .unknownAuthority,
            .certificateExpired, .hostNameMismatch, .addressRefused, .proxy,
        ] {
            #expect(disposition(kind, arrived: false) == .unreachable)
        }
        #expect(disposition(.timeout, arrived: true, .get) == .unreachable)
        #expect(disposition(.idle, arrived: true, .watch) == .unreachable)
        #expect(disposition(.slowConsumer, arrived: true, .watch) == .unreachable)
        #expect(disposition(.cancelled, arrived: true, .get) == .cancelled)
        #expect(disposition(.credentials, arrived: false) == .identity)
        #expect(disposition(.invalidRequest, arrived: false) == .permanent)
    }

    @Test("a read that asks for a version that the server has not reached is told apart (measured: E21)")
    func tooLarge() {
        var details = APIStatus.Details()
        details.causes = [APIStatus.Cause(reason: "ResourceVersionTooLarge", message: "", field: "")]
        #expect(Self.failed(504, .get, reason: "Timeout", details: details).isResourceVersionTooLarge)
        #expect(!Self.failed(504, .get, reason: "Timeout").isResourceVersionTooLarge)
    }

    @Test("the description says what was attempted, where, what the server said and what to do")
    func descriptions() {
        var details = APIStatus.Details()
        details.causes = [
            APIStatus.Cause(reason: "FieldManagerConflict", message: #"conflict with "kubectl""#, field: ".spec.hosts")
        ]
        let conflict = Self.failed(
            409, reason: "Conflict", message: #"Apply failed with 1 conflict: conflict with "kubectl": .spec.hosts"#,
            details: details, .gateways)
        #expect(
            conflict.description == #"cannot apply gateways.networking.istio.io shop/web on cluster eu-1: "#
                + #"409 Conflict: Apply failed with 1 conflict: conflict with "kubectl": .spec.hosts"#
                + " -- another manager owns .spec.hosts")
        let refused = APIError(
            APIOperation(.list, .services), cluster: "eu-1",
            .transport(TransportError(.connectionRefused, "Failed to connect to 10.0.0.1 port 6443")))
        #expect(
            refused.description == "cannot list services on cluster eu-1: connection refused: Failed to connect to "
                + "10.0.0.1 port 6443 -- check that the API server runs and that network and firewall let the operator "
                + "reach it")
        let lost = APIError(
            APIOperation(.delete, .services, namespace: "shop", name: "web", dryRun: false), cluster: "eu-1",
            .transport(TransportError(.timeout, "30.0 seconds", mayHaveArrived: true)))
        #expect(lost.description.hasSuffix("the change may have happened; read the object before writing again"))
    }

    @Test("a server's text stays on one line and within bounds")
    func hostileText() {
        let message = "first\nsecond\u{1B}[31m\u{2028}" + String(repeating: "x", count: 5000)
        let text = Self.failed(422, message: message).description
        #expect(text.utf8.count < 1500)
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x2028 })
        #expect(text.contains("first second"))
    }
}
