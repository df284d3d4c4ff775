import HTTPService
import JSONValue
import Testing
import YAMLFormat

@Suite("kubectl accesspoint lint, of AccessPoints that get into each other's way")
struct LintClaimTests {
    /// The template entries of an AccessPoint.
    private enum Entry {
        case vip(String)
        case gateway(String, host: String, selector: String = "istio: ingressgateway")
        case route(String, host: String, gateway: String)

        var text: String {
            switch self {
            case .vip(let name):
                """
                  - name: vip
                    object:
                      apiVersion: v1
                      kind: Service
                      metadata: {name: \(name), namespace: istio-ingress}
                      spec: {type: LoadBalancer, selector: {istio: ingressgateway}, ports: [{name: https, port: 443}]}
                """
            case .gateway(let name, let host, let selector):
                """
                  - name: gateway
                    object:
                      apiVersion: networking.istio.io/v1
                      kind: Gateway
                      metadata: {name: \(name)}
                      spec:
                        selector: {\(selector)}
                        servers:
                        - port: {number: 443, name: https, protocol: HTTPS}
                          tls: {mode: SIMPLE, credentialName: web}
                          hosts: [\(host)]
                """
            case .route(let name, let host, let gateway):
                """
                  - name: route
                    object:
                      apiVersion: networking.istio.io/v1
                      kind: VirtualService
                      metadata: {name: \(name)}
                      spec:
                        hosts: [\(host)]
                        gateways: [\(gateway)]
                        http: [{route: [{destination: {host: web.shop.svc.cluster.local, port: {number: 8080}}}]}]
                """
            }
        }
    }

    private static let everywhere = "us-west, us-east, eu-central"

    private static func accessPoint(
        _ name: String, _ entries: [Entry], regions: String = everywhere, created: String? = nil
    ) -> String {
        let age = created.map { ", creationTimestamp: \"\($0)\"" } ?? ""
        return """
            apiVersion: accesspoint.io/v1alpha1
            kind: AccessPoint
            metadata: {name: \(name), namespace: shop\(age)}
            spec:
              scope: {regions: [\(regions)]}
              trafficTemplate:
            \(entries.map(\.text).joined(separator: "\n"))

            """
    }

    /// What is first: a VIP, a Gateway and a route of one host.
    private static let first: [Entry] = [
        .vip("web"), .gateway("web", host: "web.example.com"),
        .route("web", host: "web.example.com", gateway: "shop/web"),
    ]

    /// Lints texts, each in a file of its own: `0.yaml` and so on.
    private func lint(
        _ texts: [String], clusters: String? = Manifests.three, _ arguments: String...
    ) async throws -> (run: Program, files: [String]) {
        let folder = try Folder()
        let files = try texts.enumerated().map { try folder.write($1, to: "\($0).yaml") }
        let known = try clusters.map { ["--clusters", try folder.write($0, to: "clusters.yaml")] } ?? []
        return (try await Program.run(["lint", "-f"] + files + known + arguments), files)
    }

    private func findings(_ run: Program) throws -> [JSONValue] { try run.json()["findings"]?.arrayValue ?? [] }

    private static let all = "targets eu-central-az1-k1, us-east-az1-k1, us-west-az1-k1"
    private static let rename =
        "belongs to FIRST; one object has one owner: rename it in the template, or remove it there first"
    private static let elsewhere = "belongs to FIRST; use another host or gateway, or take the host out of FIRST first"

    /// A second AccessPoint, and the code, place and message of what is found at it; FILE is that of the first one.
    private static let pairs: [(second: [Entry], findings: [[String]])] = [
        (
            [.vip("web")],
            [["error", "ObjectOwned", "template vip, \(all)", "Service istio-ingress/web \(rename)"]]
        ),
        (
            first,
            [
                ["error", "ObjectOwned", "template gateway, \(all)", "Gateway shop/web \(rename)"],
                ["error", "ObjectOwned", "template vip, \(all)", "Service istio-ingress/web \(rename)"],
                ["error", "ObjectOwned", "template route, \(all)", "VirtualService shop/web \(rename)"],
            ]
        ),
        (
            [.gateway("other", host: "web.example.com")],
            [
                [
                    "error", "HostClaimed", "template gateway, \(all)",
                    "Gateway shop/other: host web.example.com at port 443 of the pods with istio=ingressgateway "
                        + "\(elsewhere)",
                ]
            ]
        ),
        (
            [.route("other", host: "web.example.com", gateway: "web")],
            [
                [
                    "error", "HostClaimed", "template route, \(all)",
                    "VirtualService shop/other: host web.example.com at Gateway shop/web \(elsewhere)",
                ]
            ]
        ),
        (
            [.gateway("other", host: "web.example.com", selector: "istio: ingressgateway, tier: a")],
            [
                [
                    "warning", "TrafficDoubtful", "template gateway, \(all)",
                    "Gateway shop/other: Gateway shop/web of FIRST serves web.example.com on port 443 of the same pods; "
                        + "one of the two is skipped without a word; serve the host in one place, or on another port, "
                        + "bind or gateway",
                ]
            ]
        ),
        ([.vip("other"), .gateway("other", host: "other.example.com")], []),
        ([.gateway("other", host: "'*.example.com'")], []),
        ([.gateway("other", host: "web.example.com", selector: "istio: other")], []),
        ([.route("other", host: "web.example.com", gateway: "other")], []),
    ]

    @Test("what the operator would refuse the second of two for is found, once for all clusters")
    func pairs() async throws {
        for (second, expected) in Self.pairs {
            let alone = try findings(try await lint([Self.accessPoint("second", second)], "-o", "json").run)
            let texts = [Self.accessPoint("first", Self.first), Self.accessPoint("second", second)]
            let (run, files) = try await lint(texts, "-o", "json")
            let found = try findings(run).filter { finding in !alone.contains { $0["message"] == finding["message"] } }
            #expect(run.status == (expected.isEmpty && alone.isEmpty ? 0 : 79), "\(run)")
            #expect(found.allSatisfy { $0["object"] == "AccessPoint shop/second" }, "\(run)")
            #expect(found.allSatisfy { $0["file"]?.stringValue == files[1] }, "\(run)")
            let told = found.map { finding in
                ["severity", "code", "place", "message"].map { finding[$0]?.stringValue ?? "" }
            }
            let owner = "AccessPoint shop/first (\(files[0]))"
            #expect(told.map { row in row.map { $0.replacing(owner, with: "FIRST") } } == expected, "\(run)")
        }
    }

    @Test(
        "only where both are is anything told, by name or by number",
        arguments: [
            ("us-east", "target us-east-az1-k1"), ("us-west, us-east", "targets us-east-az1-k1, us-west-az1-k1"),
            (everywhere, "targets eu-central-az1-k1, us-east-az1-k1, us-west-az1-k1 and 1 more"), ("eu-north", nil),
        ])
    func targets(regions: String, place: String?) async throws {
        let names = ["us-west-az1-k1", "us-east-az1-k1", "eu-central-az1-k1", "us-west-az2-k1", "eu-north-az1-k1"]
        let clusters = names.filter { regions == Self.everywhere || $0 != "us-west-az2-k1" }
            .map { Manifests.clusters($0) }.joined(separator: "\n---\n")
        let (wide, narrow) = ("istio: ingressgateway", "istio: ingressgateway, tier: a")
        let kinds: [(template: String, first: Entry, second: Entry)] = [
            ("vip", .vip("web"), .vip("web")),
            (
                "gateway", .gateway("web", host: "web.example.com", selector: wide),
                .gateway("other", host: "web.example.com", selector: narrow)
            ),
        ]
        for (template, first, second) in kinds {
            let texts = [
                Self.accessPoint("first", [first]), Self.accessPoint("second", [second], regions: regions),
            ]
            let (run, _) = try await lint(texts, clusters: clusters, "-o", "json")
            let found = try findings(run).filter { $0["message"]?.stringValue?.contains("shop/first (") == true }
            let expected = place.map { ["template \(template), \($0)"] } ?? []
            #expect(found.map { $0["place"]?.stringValue } == expected, "\(run)")
        }
    }

    @Test("who is refused has nothing, so that nobody else is refused for it")
    func refused() async throws {
        let texts = [
            Self.accessPoint("first", [.vip("web")]),
            Self.accessPoint("second", [.vip("web"), .gateway("other", host: "other.example.com")]),
            Self.accessPoint("third", [.gateway("other", host: "other.example.com")]),
        ]
        let found = try findings(try await lint(texts, "-o", "json").run)
        let claims = found.filter { $0["code"] == "ObjectOwned" || $0["code"] == "HostClaimed" }
        #expect(claims.map { $0["object"] } == ["AccessPoint shop/second"], "\(found)")
        // Without the first, the second is not refused, and the third is.
        let others = try findings(try await lint(Array(texts.dropFirst()), "-o", "json").run)
        #expect(
            others.contains { $0["object"] == "AccessPoint shop/third" && $0["code"] == "ObjectOwned" }, "\(others)")
    }

    @Test("no AccessPoint is in its own way, whether it is given twice or stands in one file with others")
    func itself() async throws {
        let (first, other) = (
            Self.accessPoint("first", Self.first), Self.accessPoint("other", [.vip("other")], regions: "us-west")
        )
        let (run, _) = try await lint([first, first + "---\n" + other, other])
        #expect(run.status == 0 && run.stdout.hasPrefix("No findings in 4 AccessPoints"), "\(run)")
    }

    @Test("one AccessPoint that two files ask different things for is told of, where both are for the same clusters")
    func twins() async throws {
        let texts = [Self.accessPoint("web", [.vip("web")]), Self.accessPoint("web", Self.first)]
        let (run, files) = try await lint(texts, "-o", "json")
        let found = try findings(run)
        #expect(found.map { $0["code"] } == ["AccessPointTwice"] && found.first?["severity"] == "warning", "\(run)")
        #expect(found.first?["file"]?.stringValue == files[1], "\(run)")
        #expect(run.stdout.contains("AccessPoint shop/web stands in \(files[0]) too, with another spec"), "\(run)")
        let (apart, _) = try await lint(texts, clusters: nil)
        #expect(apart.status == 0, "\(apart)")
    }

    @Test("in targets that are made up nothing is compared, and that is said where there is anything to compare")
    func madeUp() async throws {
        let texts = [Self.accessPoint("first", Self.first), Self.accessPoint("second", Self.first)]
        let (both, _) = try await lint(texts, clusters: nil)
        let (one, _) = try await lint([texts[0]], clusters: nil)
        #expect(both.status == 0 && one.status == 0, "\(both)")
        let note = "nor are AccessPoints compared with each other"
        #expect(both.stderr.contains(note) && !one.stderr.contains(note), "\(both)")
    }

    @Test("of very many the first are told, and the number of the others")
    func many() async throws {
        let hosts = (10..<80).map { "h\($0).example.com" }.joined(separator: ", ")
        let texts = ["first", "second", "third"].map { name in
            Self.accessPoint(name, [.gateway(name, host: hosts)])
        }
        let found = try findings(try await lint(texts, "-o", "json").run).filter { $0["severity"] == "error" }
        #expect(found.count == 102)
        #expect(found.count { $0["code"] == "HostClaimed" } == 100)
        #expect(found.last?["code"] == "FurtherProblems" && found.last?["object"] == "AccessPoint shop/third")
        #expect(found.last?["message"]?.stringValue?.hasPrefix("20 more things that other AccessPoints have") == true)
    }

    @Test("of very many at one place as many are known as are told")
    func rivals() async throws {
        let texts = (0..<53).map { index in
            let selector = (0...index).map { "l\($0): v" }.joined(separator: ", ")
            return Self.accessPoint("a\(index)", [.gateway("a\(index)", host: "web.example.com", selector: selector)])
        }
        let found = try findings(try await lint(texts, "-o", "json").run)
        let last = found.filter {
            $0["object"] == "AccessPoint shop/a52" && $0["message"]?.stringValue?.contains(" of AccessPoint ") == true
        }
        #expect(last.count == 50 && found.allSatisfy { $0["code"] == "TrafficDoubtful" }, "\(found.count)")
    }

    @Test("the younger one is told, of a file or of the host, whatever the order is")
    func age() async throws {
        let younger = Self.accessPoint("a", [.vip("web")], created: "2026-11-02T00:00:00Z")
        let older = Self.accessPoint("b", [.vip("web")], created: "2026-11-01T00:00:00Z")
        let ageless = Self.accessPoint("ageless", [.vip("web")])
        let (run, _) = try await lint([ageless, younger, older], "-o", "json")
        let found = try findings(run)
        #expect(found.map { $0["object"] } == ["AccessPoint shop/a", "AccessPoint shop/ageless"], "\(run)")
        #expect(found.allSatisfy { $0["message"]?.stringValue?.contains("AccessPoint shop/b (") == true }, "\(run)")
        func list(_ kind: String, _ text: String) throws -> HTTPAnswer {
            let items = JSONValue.array(try YAML.documents([UInt8](text.utf8)).filter { $0 != .null })
            let meta = #""apiVersion": "accesspoint.io/v1alpha1", "metadata": {"resourceVersion": "1"}"#
            return HTTPAnswer(
                contentType: "application/json",
                body: #"{"kind": "\#(kind)List", \#(meta), "items": \#(items.text())}"#)
        }
        let path = "/apis/accesspoint.io/v1alpha1/"
        let answers = [
            path + "accesspoints": try list("AccessPoint", younger + "---\n" + older),
            path + "memberclusters": try list("MemberCluster", Manifests.three),
            path + "nameservices": try list("NameService", ""),
        ]
        let host = try await MemberServer.serve(answers) { kubeconfig in
            try await Program.run("lint", "-A", "-o", "json", "--hub-id", "h", "--kubeconfig", kubeconfig)
        }
        let told = try findings(host)
        #expect(host.status == 79 && told.map { $0["object"] } == ["AccessPoint shop/a"], "\(host)")
        #expect(told.first?["message"]?.stringValue?.contains("AccessPoint shop/b;") == true, "\(host)")
    }

    @Test("the samples are clean beside each other")
    func samples() async throws {
        let names = ["quickstart", "full", "names", "clusters"].map { "\(Program.samples)/\($0).yaml" }
        let run = try await Program.run(["lint", "-f"] + names + ["--clusters", "\(Program.samples)/clusters.yaml"])
        #expect(run.status == 0 && run.stdout.hasPrefix("No findings in 2 AccessPoints"), "\(run)")
    }
}
