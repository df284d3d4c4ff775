import JSONValue
import Testing
import YAMLFormat

@Suite("kubectl accesspoint explain, offline")
struct ExplainCommandTests {
    private static let clusters = "\(Program.samples)/clusters.yaml"

    private func explain(
        _ more: String..., sample: String = "quickstart", cluster: String = "eu-central-az1-k1"
    ) async throws -> Program {
        try await Program.run(
            ["explain", "-f", "\(Program.samples)/\(sample).yaml", "--clusters", Self.clusters, "--cluster", cluster]
                + more)
    }

    @Test("the overrides are told with the field that matched or did not, and the object with the origin of its fields")
    func text() async throws {
        let run = try await explain("--template", "route")
        #expect(run.status == 0 && run.stderr == "", "\(run)")
        #expect(
            run.stdout.hasPrefix(
                """
                # OVERRIDE          TEMPLATE   MATCH   WHY
                # us-west-timeout   route      no      targets: availabilityZone us-west-az1 ≠ eu-central-az1
                # us-east-timeout   route      no      targets: availabilityZone us-east-az1 ≠ eu-central-az1
                # eu-timeout        route      yes     availabilityZone eu-central-az1; template route
                ---
                # VirtualService shop/checkout, template route
                apiVersion: networking.istio.io/v1
                """))
        #expect(run.stdout.contains("    timeout: 3s  # from override eu-timeout (jsonPatch add)\n"))
        #expect(run.stdout.contains("    accesspoint.io/template: route  # from operator\n"))
        #expect(run.stdout.contains("\n  - checkout.shop.example.com\n"))
    }

    @Test("it is YAML of the very objects that render prints")
    func sameObjects() async throws {
        let run = try await explain(sample: "full")
        let rendered = try await Program.run(
            "render", "-f", "\(Program.samples)/full.yaml", "--clusters", Self.clusters, "--cluster",
            "eu-central-az1-k1")
        #expect(try run.documents() == rendered.documents())
        #expect(run.stdout.contains("# spec.http[0] removed by override no-canary-header (jsonPatch remove)\n"))
        #expect(run.stdout.contains("the object is omitted\n"))
        #expect(run.stdout.contains("  - storefront.eu-central.shop.example.com  # from template with $(REGION)\n"))
    }

    @Test("as data every field has its writer and the place of its text")
    func data() async throws {
        let report = try await explain("-o", "json", "--template", "route").json()
        #expect(report["overrides"]?.arrayValue?.map { $0["matchesTarget"] } == [false, false, true])
        #expect(report["overrides"]?[2]?["entries"]?[0]?["effect"] == "Changed")
        let fields = report["objects"]?[0]?["fields"]?.arrayValue ?? []
        let timeout = fields.first { $0["pointer"] == "/spec/http/0/timeout" }
        #expect(
            timeout == [
                "pointer": "/spec/http/0/timeout", "value": "3s", "writer": "Override", "override": "eu-timeout",
                "change": "jsonPatch", "operation": 0, "op": "add", "source": "/spec/overrides/2/jsonPatch/0/value",
            ])
        #expect(fields.first { $0["pointer"] == "/spec/hosts/0" }?["writer"] == "Template")
    }

    @Test("as a table it has a row for every field")
    func table() async throws {
        let run = try await explain("-o", "table", "--template", "route")
        #expect(run.rows.first == ["TEMPLATE", "FIELD", "FROM", "VALUE"])
        #expect(run.stdout.contains("spec.http[0].timeout"))
        #expect(run.rows.contains { $0.contains("spec.http[0].timeout") && $0.contains("eu-timeout") })
    }

    @Test("an override that spoils an object is told, and the end is 1")
    func refused() async throws {
        let text = try Manifests.sample("quickstart").replacing(
            "path: /spec/http/0/timeout, value: 3s", with: "path: /spec/tcp/0/timeout, value: 3s")
        let run = try await Program.run(
            "explain", "-f", "-", "--clusters", Self.clusters, "--cluster", "eu-central-az1-k1", input: text)
        #expect(run.status == 1)
        #expect(run.stdout.contains("template route; it could not be applied"))
        #expect(run.stderr.contains("error: AccessPoint shop/checkout: override eu-timeout operation 0"))
    }

    @Test("wrong names are answered with the right ones")
    func wrongNames() async throws {
        let template = try await explain("--template", "rout")
        #expect(template.status == 1 && template.stderr.contains("it has vip, gateway, route"), "\(template)")
        let cluster = try await explain(cluster: "eu-central-az1-k2")
        #expect(cluster.status == 1 && cluster.stderr.contains("did you mean eu-central-az1-k1?"), "\(cluster)")
        let neither = try await Program.run("explain", "--cluster", "x")
        #expect(neither.status == 64 && neither.stderr.contains("either the NAME"))
    }
}
