import JSONValue
import Testing

@Suite("kubectl accesspoint render")
struct RenderCommandTests {
    private static let quickstart = "\(Program.samples)/quickstart.yaml"
    private static let clusters = "\(Program.samples)/clusters.yaml"

    @Test("YAML documents say in a comment what they are, and are the objects themselves")
    func yaml() async throws {
        let run = try await Program.run("render", "-f", Self.quickstart, "--clusters", Self.clusters)
        #expect(run.status == 0 && run.stderr == "")
        let documents = try run.documents()
        #expect(documents.count == 9)
        #expect(
            run.stdout.hasPrefix(
                "# eu-central-az1-k1: Service istio-ingress/checkout-vip, template vip\napiVersion: v1\n"))
        let timeouts = documents.compactMap { $0["spec"]?["http"]?[0]?["timeout"]?.stringValue }
        #expect(timeouts == ["3s", "2s", "1s"])
        #expect(documents.allSatisfy { $0.value("metadata", "labels", "accesspoint.io/hub") == "offline" })
    }

    @Test("--cluster shows one target, -o json a List, -o table a row for each object")
    func formats() async throws {
        let one = ["render", "-f", Self.quickstart, "--clusters", Self.clusters, "--cluster", "us-west-az1-k1"]
        let list = try await Program.run(one + ["-o", "json"]).json()
        #expect(list["kind"] == "List" && list["items"]?.arrayValue?.count == 3)
        let table = try await Program.run(one + ["-o", "table"])
        #expect(table.rows.first == ["CLUSTER", "KIND", "NAMESPACE", "NAME", "HASH"])
        #expect(
            table.rows.dropFirst().map { Array($0.prefix(4)) } == [
                ["us-west-az1-k1", "Service", "istio-ingress", "checkout-vip"],
                ["us-west-az1-k1", "Gateway", "shop", "checkout"],
                ["us-west-az1-k1", "VirtualService", "shop", "checkout"],
            ])
        let hashes = (list["items"]?.arrayValue ?? []).map {
            $0.value("metadata", "annotations", "accesspoint.io/hash")?.stringValue
        }
        #expect(table.rows.dropFirst().map(\.last) == hashes)
    }

    @Test("standard input, several documents, and the output of kubectl get are read")
    func inputs() async throws {
        let folder = try Folder()
        let first = try Manifests.sample("quickstart")
        let second = first.replacing("name: checkout, namespace: shop", with: "name: second")
            .replacing("name: checkout-vip", with: "name: second-vip")
        let member = try Manifests.three.split(separator: "\n---\n").map { document in
            try Self.indented(String(document))
        }
        let list = try folder.write(
            "apiVersion: v1\nkind: List\nitems:\n" + member.joined(separator: "\n"), to: "list.yaml")
        let run = try await Program.run(
            "render", "-f", "-", "--clusters", list, "-n", "shop", "-o", "table",
            input: "kind: ConfigMap\napiVersion: v1\n---\n\(first)\n---\n\(second)")
        #expect(run.status == 0, "\(run.stderr)")
        #expect(run.rows.count == 1 + 18)
        let given = try await Program.run("render", "-f", "-", "--clusters", list, "-o", "json", input: second)
        let names = try given.json()["items"]?.arrayValue?.compactMap {
            $0.value("metadata", "labels", "accesspoint.io/namespace")?.stringValue
        }
        #expect(Set(names ?? []) == ["default"])
    }

    private static func indented(_ text: String) throws -> String {
        text.split(separator: "\n").enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
            .joined(separator: "\n")
    }

    @Test("the same input is rendered to the same bytes")
    func deterministic() async throws {
        let arguments = ["render", "-f", "\(Program.samples)/full.yaml", "--clusters", Self.clusters]
        let (one, two) = (try await Program.run(arguments), try await Program.run(arguments))
        #expect(one.status == 0 && one.stdout == two.stdout && !one.stdout.isEmpty)
    }

    @Test(
        "what cannot be rendered is told with its field, on standard error, and nothing is printed",
        arguments: [
            ("namespace: istio-ingress}", "namespace: other}", "spec.trafficTemplate[0].object.metadata.namespace"),
            ("scope:", "scop:", "spec.scop: unknown field; did you mean scope?"),
            ("value: 3s", "value: $(CLUSTR)", "override eu-timeout operation 0: spec.overrides[2].jsonPatch[0].value"),
            ("eu-central]}", "eu-central, mars]}", "spec.scope.regions[3]: no registered cluster is in region mars"),
            ("hosts: [checkout.shop.example.com]\n        gateways", "hots: []\n        gateways", "spec.hots"),
            ("kind: AccessPoint", "kind: Other", "there is no AccessPoint"),
        ])
    func refused(old: String, new: String, says: String) async throws {
        let text = try Manifests.sample("quickstart")
        #expect(text.contains(old))
        let run = try await Program.run(
            "render", "-f", "-", "--clusters", Self.clusters, input: text.replacing(old, with: new))
        #expect(run.status == 1 && run.stdout == "")
        #expect(run.stderr.hasPrefix("error: ") && run.stderr.contains(says), "\(run.stderr)")
    }

    @Test(
        "a command line that cannot work is answered with one sentence",
        arguments: [
            (["render"], 64, "--filename"), (["render", "-f", "x", "-o", "xml"], 64, "xml"),
            (["rendr"], 64, "rendr"), (["render", "-f", "/nonexistent", "--clusters", "CLUSTERS"], 1, "no such file"),
            (["render", "-f", "/", "--clusters", "CLUSTERS"], 1, "it is a folder"),
            (["render", "-f", "FILE", "--clusters", "/nonexistent"], 1, "cannot read /nonexistent"),
            (["render", "-f", "FILE", "--clusters", "FILE"], 1, "there is no MemberCluster"),
            (["render", "-f", "FILE"], 1, "give --clusters FILE"),
            (["render", "-f", "FILE", "--kubeconfig", "/nonexistent"], 1, "/nonexistent"),
            (["render", "-f", "FILE", "--clusters", "CLUSTERS", "--context", "x"], 1, "--kubeconfig or KUBECONFIG"),
            (
                ["render", "-f", "FILE", "--clusters", "CLUSTERS", "--cluster", "us-west-az1-k2"], 1,
                "did you mean us-west-az1-k1?"
            ),
            (["render", "-f", "FILE", "--clusters", "CLUSTERS", "-n", "other"], 1, "is not in namespace other"),
            (["render", "-f", "FILE", "--clusters", "CLUSTERS", "-n", "No"], 64, "--namespace"),
            (["render", "-f", "FILE", "--clusters", "CLUSTERS", "--hub-id", "a/b"], 64, "--hub-id"),
        ] as [([String], Int32, String)])
    func wrong(arguments: [String], status: Int32, says: String) async throws {
        let run = try await Program.run(
            arguments.map { $0 == "FILE" ? Self.quickstart : $0 == "CLUSTERS" ? Self.clusters : $0 })
        #expect(run.status == status && run.stdout == "", "\(run)")
        #expect(run.stderr.contains(says), "\(run.stderr)")
    }
}
