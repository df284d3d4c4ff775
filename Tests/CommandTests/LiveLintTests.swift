import HTTPService
import JSONValue
import Testing

@Suite("kubectl accesspoint lint --live, where a cluster cannot be read")
struct LiveLintTests {
    private static let secret = "/api/v1/namespaces/istio-ingress/secrets/checkout-tls"
    private static let service = "/api/v1/namespaces/shop/services/checkout"
    private static let routes = "/apis/networking.istio.io/v1/namespaces/shop/virtualservices"
    private static let found = [
        secret: json(#"{"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "checkout-tls"}}"#),
        service: json(
            #"{"kind": "Service", "apiVersion": "v1", "metadata": {"name": "checkout"}, "spec": {"ports": [{"port": 8080}]}}"#
        ),
    ]

    private static func json(_ body: String) -> HTTPAnswer { HTTPAnswer(contentType: "application/json", body: body) }

    /// The quickstart, with another selector of its Gateway, whose server has a certificate or not.
    private static func elsewhere(hasCertificate: Bool) throws -> String {
        let text = try Manifests.sample("quickstart").replacing(
            "selector: {istio: ingressgateway}\n", with: "selector: {istio: other}\n")
        let server = """
            {number: 443, name: https, protocol: HTTPS}
                      tls: {mode: SIMPLE, credentialName: checkout-tls}
            """
        return hasCertificate ? text : text.replacing(server, with: "{number: 80, name: http, protocol: HTTP}")
    }

    /// Lints an AccessPoint, the quickstart if none is given, in the three clusters of the quickstart.
    private func lint(
        _ answers: [String: HTTPAnswer], dead: [String] = [], text: String? = nil, _ arguments: String...
    ) async throws -> Program {
        let text = try text ?? Manifests.sample("quickstart")
        let folder = try Folder()
        let clusters = try folder.write(Manifests.three, to: "clusters.yaml")
        return try await MemberServer.serve(answers, dead: dead) { kubeconfig in
            try await Program.run(
                ["lint", "-f", "-", "--clusters", clusters, "--live", "--hub-id", "h"]
                    + ["--kubeconfig", kubeconfig] + arguments, input: text)
        }
    }

    private func errors(_ run: Program) -> [String] {
        run.stderr.split(separator: "\n").filter { $0.hasPrefix("error: ") }.map(String.init)
    }

    @Test("what may not be read of others is a note for each cluster, and hinders nothing")
    func optional() async throws {
        let run = try await lint(Self.found.merging([Self.routes: MemberServer.denied("virtualservices")]) { $1 })
        #expect(run.status == 0 && run.stdout.hasPrefix("No findings in 1 AccessPoints"), "\(run)")
        #expect(errors(run) == [])
        for name in MemberServer.contexts.dropFirst() {
            #expect(run.stderr.contains("note: cluster \(name): some warnings may be missing, for it"), "\(run)")
        }
        #expect(run.stderr.contains("virtualservices of others in namespace shop"))
    }

    @Test(
        "an object that the operator will take away is none to refer to; one of another AccessPoint or host is",
        arguments: [("checkout", "shop", "h", 79), ("cart", "shop", "h", 0), ("checkout", "shop", "other", 0)])
    func takenAway(name: String, namespace: String, hub: String, status: Int32) async throws {
        let labels =
            #"{"accesspoint.io/accesspoint": "\#(name)", "accesspoint.io/namespace": "\#(namespace)", "#
            + #""accesspoint.io/hub": "\#(hub)"}"#
        let own = Self.json(
            #"{"kind": "Service", "apiVersion": "v1", "metadata": {"name": "checkout", "namespace": "shop", "labels": "#
                + #"\#(labels)}, "spec": {"ports": [{"port": 8080}]}}"#)
        let none = Self.json(
            #"{"kind": "ServiceEntryList", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": []}"#)
        let entries = ["namespaces/shop/", ""].map { ("/apis/networking.istio.io/v1/\($0)serviceentries", none) }
        let run = try await lint(Self.found.merging([(Self.service, own)] + entries) { $1 })
        #expect(run.status == status && run.stdout.contains("BackendNotFound") == (status == 79), "\(run)")
        #expect(run.stdout.contains("takes it away: keep its template entry") == (status == 79), "\(run)")
    }

    @Test("a Secret or a Service that may not be read is no pass, and the caller is told what to do in each cluster")
    func denied() async throws {
        for (path, resource, name) in [
            (Self.secret, "secrets", "Secret istio-ingress/checkout-tls"),
            (Self.service, "services", "Service shop/checkout"),
        ] {
            let run = try await lint(Self.found.merging([path: MemberServer.denied(resource)]) { $1 }, "-o", "json")
            #expect(run.status == 1, "\(run)")
            let (report, told) = (try run.json(), errors(run))
            #expect(report["findings"]?.arrayValue?.isEmpty == true)
            #expect(told.count == 3, "\(run)")
            let unseen = report["unseen"]?.arrayValue ?? []
            #expect(unseen.compactMap { $0["message"]?.stringValue }.map { "error: \($0)" } == told, "\(run)")
            let clusters = unseen.compactMap { $0["cluster"]?.stringValue }
            #expect(clusters == MemberServer.contexts.dropFirst().sorted(), "\(run)")
            for (error, cluster) in zip(told, MemberServer.contexts.dropFirst().sorted()) {
                #expect(error.hasPrefix("error: cluster \(cluster) was not checked as a whole"), "\(error)")
                #expect(error.contains(name), "\(error)")
                #expect(error.contains("samples/member-rbac.yaml"), "\(error)")
            }
            #expect(run.stderr.contains("grant the user of your context (or of --as) get on \(resource)"), "\(run)")
            #expect(!run.stderr.contains("operator's user"), "\(run)")
        }
    }

    @Test("Services that may not be listed, so that nobody knows where a Gateway's pods run, are no pass")
    func gateways() async throws {
        let path = "/api/v1/namespaces/istio-ingress/services"
        let answers = Self.found.merging([path: MemberServer.denied("services")]) { $1 }
        let run = try await lint(answers, text: try Self.elsewhere(hasCertificate: true))
        #expect(run.status == 1 && errors(run).count == 3, "\(run)")
        #expect(errors(run).allSatisfy { $0.contains("services of namespace istio-ingress") }, "\(run)")
        let pass = try await lint(answers, "--failure-threshold", "error")
        #expect(pass.status == 0 && errors(pass) == [], "\(pass)")
    }

    @Test("Services that may not be listed are a note where those of another gateway namespace tell all that is asked")
    func selected() async throws {
        let others = "/api/v1/namespaces/istio-ingress/services"
        func services(_ gateway: String) -> HTTPAnswer {
            let name = #"{"namespace": "istio-ingress", "name": "s"}"#
            let service = #"{"metadata": \#(name), "spec": {"selector": {"istio": "\#(gateway)"}}}"#
            let list = #""kind": "ServiceList", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}"#
            return Self.json(#"{\#(list), "items": [\#(service)]}"#)
        }
        let (plain, tls) = (try Self.elsewhere(hasCertificate: false), try Self.elsewhere(hasCertificate: true))
        // Whose certificate it is depends on where the pods run, which two namespaces could say.
        for (text, gateway, isWhole) in [
            (plain, "other", true), (plain, "another", false), (tls, "other", false),
            (plain + "---\n" + tls.replacing("checkout", with: "basket"), "other", false),
        ] {
            let answers = Self.found.merging([
                "/api/v1/namespaces/edge/services": MemberServer.denied("services"), others: services(gateway),
            ]) { $1 }
            let run = try await lint(answers, text: text, "--gateway-namespaces", "edge", "istio-ingress")
            #expect(run.status == (isWhole ? 0 : 1) && errors(run).count == (isWhole ? 0 : 3), "\(run)")
            #expect(errors(run).allSatisfy { $0.contains("services of namespace edge; the first") }, "\(run)")
            let note = "some warnings may be missing, for it could not be read: services of namespace edge, "
            let notes = run.stderr.split(separator: "\n").filter { $0.contains(note) }
            #expect(notes.count == (isWhole ? 3 : 0), "\(run)")
        }
    }

    @Test("a Secret for an authority that may not be read is a note where the other one holds it, and else no pass")
    func authority() async throws {
        let text = try Manifests.sample("quickstart").replacing("mode: SIMPLE", with: "mode: MUTUAL")
        for (data, isWhole) in [(#"{"ca.crt": "eA=="}"#, true), ("{}", false)] {
            let answers = Self.found.merging([
                Self.secret: Self.json(
                    #"{"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "checkout-tls"}, "data": \#(data)}"#),
                Self.secret + "-cacert": MemberServer.denied("secrets"),
            ]) { $1 }
            let run = try await lint(answers, text: text, "-o", "yaml")
            #expect(run.status == (isWhole ? 0 : 1) && errors(run).count == (isWhole ? 0 : 3), "\(run)")
            #expect(try run.documents().first?["unseen"]?.arrayValue?.count == (isWhole ? 0 : 3), "\(run)")
            for name in MemberServer.contexts.dropFirst() {
                let told =
                    isWhole
                    ? "note: cluster \(name): some warnings may be missing"
                    : "error: cluster \(name) was not checked as a whole"
                let secret = ", for it could not be read: Secret istio-ingress/checkout-tls-cacert"
                #expect(run.stderr.contains(told + secret + (isWhole ? "," : ";")), "\(run)")
            }
        }
    }

    @Test("a cluster that is dead is no pass, and the others are looked into")
    func dead() async throws {
        let answers = Self.found.filter { $0.key != Self.secret }.merging([
            Self.secret: HTTPAnswer(
                status: 404, contentType: "application/json",
                body: """
                    {"kind": "Status", "apiVersion": "v1", "reason": "NotFound", "code": 404,
                     "details": {"name": "checkout-tls", "kind": "secrets"}}
                    """)
        ]) { $1 }
        let run = try await lint(answers, dead: ["us-east-az1-k1"], "-o", "json")
        #expect(run.status == 1, "\(run)")
        let told = errors(run)
        #expect(told.count == 1 && told.first?.contains("on cluster us-east-az1-k1: connection refused") == true)
        #expect(told.first?.hasSuffix("firewall let this machine reach it") == true, "\(run)")
        #expect(try run.json()["unseen"]?.arrayValue?.map { $0["cluster"] } == ["us-east-az1-k1"], "\(run)")
        let findings = try run.json()["findings"]?.arrayValue ?? []
        #expect(
            findings.map { $0["place"]?.stringValue } == [
                "template gateway, target eu-central-az1-k1", "template gateway, target us-west-az1-k1",
            ], "\(run)")
        #expect(findings.allSatisfy { $0["code"] == "SecretNotFound" })
    }

    @Test("a file and a cluster that cannot be read do not keep each other from being told")
    func unreadFile() async throws {
        let run = try await lint(Self.found, dead: ["us-east-az1-k1"], "-o", "json", "-f", "/nonexistent")
        let report = try run.json()
        #expect(run.status == 1 && report["accessPoints"] == 1, "\(run)")
        #expect(report["unread"] == ["cannot read /nonexistent: no such file"], "\(run)")
        #expect(report["unseen"]?.arrayValue?.map { $0["cluster"] } == ["us-east-az1-k1"], "\(run)")
        #expect(
            errors(run).count == 2 && errors(run).first == "error: cannot read /nonexistent: no such file", "\(run)")
        let alone = try await lint(Self.found, text: "kind: ConfigMap", "-o", "json", "-f", "/nonexistent")
        #expect(try alone.status == 1 && alone.json()["unseen"] == [] && alone.json()["unread"] == report["unread"])
    }

    @Test("what the host refuses is told to the caller")
    func host() async throws {
        let path = "/apis/accesspoint.io/v1alpha1/namespaces/shop/accesspoints/checkout"
        let answers = [path: MemberServer.denied("accesspoints", "accesspoint.io")]
        let run = try await MemberServer.serve(answers) { kubeconfig in
            try await Program.run("diff", "checkout", "-n", "shop", "--kubeconfig", kubeconfig)
        }
        #expect(run.status == 2, "\(run)")
        let remedy = "-- grant the user of your context (or of --as) get on accesspoints.accesspoint.io"
        #expect(errors(run).map { $0.hasSuffix(remedy) } == [true], "\(run)")
    }
}
