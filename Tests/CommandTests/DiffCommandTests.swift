import JSONValue
import Testing

@Suite("kubectl accesspoint diff, offline")
struct DiffCommandTests {
    private static let sample = "\(Program.samples)/quickstart.yaml"
    private static let clusters = "\(Program.samples)/clusters.yaml"

    private func diff(_ more: String..., against: String = sample, input: String) async throws -> Program {
        try await Program.run(
            ["diff", "-f", "-", "--against", against, "--clusters", Self.clusters] + more, input: input)
    }

    @Test("the same spec, however it is written, differs in nothing and ends with 0")
    func same() async throws {
        let run = try await diff(
            input: try Manifests.sample("quickstart").replacing(
                "metadata: {name: checkout,", with: "metadata: {uid: abc, name: checkout,"))
        #expect(run.status == 0 && run.stderr == "", "\(run)")
        #expect(run.stdout.contains("No differences in 3 targets"))
    }

    @Test("a change of one target is told by JSON pointers, with its blast radius, and ends with 1")
    func one() async throws {
        let run = try await diff(input: try Manifests.sample("quickstart").replacing("value: 3s", with: "value: 4s"))
        #expect(run.status == 1 && run.stderr == "")
        #expect(
            run.stdout == """
                AccessPoint shop/checkout: the file against \(Self.sample)

                eu-central-az1-k1:
                  ~ VirtualService shop/checkout (template route)
                      ~ /spec/http/0/timeout: "3s" -> "4s"

                Blast radius: 1 of 3 targets (34%); objects: 0 added, 1 changed, 0 removed; zones: eu-central/eu-central-az1; hosts: checkout.shop.example.com

                """)
    }

    @Test("targets with the same differences are told together; --cluster keeps one")
    func together() async throws {
        let text = try Manifests.sample("quickstart").replacing("port: 443, targetPort", with: "port: 444, targetPort")
        let run = try await diff(input: text)
        #expect(run.stdout.contains("\neu-central-az1-k1, us-east-az1-k1, us-west-az1-k1:\n"))
        #expect(run.stdout.contains("~ /spec/ports/0/port: 443 -> 444"))
        let one = try await diff("--cluster", "us-east-az1-k1", input: text)
        #expect(one.status == 1 && one.stdout.contains("\nus-east-az1-k1:\n") && one.stdout.contains("1 of 1 targets"))
        let none = try await diff("--cluster", "us-east", input: text)
        #expect(none.status == 2 && none.stderr.contains("cluster us-east is no target"), "\(none)")
    }

    @Test("as data it has every target, both values, and whole objects that come or go")
    func data() async throws {
        let text = try Manifests.sample("quickstart").replacing(
            "metadata: {name: checkout-vip,", with: "metadata: {name: other-vip,")
        let run = try await diff("-o", "json", input: text)
        #expect(run.status == 1)
        let report = try run.json()
        #expect(report.value("accessPoint", "name") == "checkout" && report["targets"]?.arrayValue?.count == 3)
        let objects = report["targets"]?[0]?["objects"]?.arrayValue ?? []
        #expect(objects.map { $0["change"] } == ["Added", "Removed"])
        let difference = objects.first?["differences"]?[0]
        #expect(difference?["pointer"] == "" && difference?["before"] == nil)
        #expect(difference?["after"]?.value("metadata", "name") == "other-vip")
        #expect(report.value("blastRadius", "objects") == ["added": 3, "changed": 0, "removed": 3])
        #expect(report.value("blastRadius", "percent") == 100)
        #expect(report.value("blastRadius", "zones")?.arrayValue?.count == 3)
        #expect(try await diff("-o", "yaml", input: text).documents() == [report])
    }

    @Test("an AccessPoint that the other file does not hold is all new")
    func new() async throws {
        let run = try await diff(
            input: try Manifests.sample("quickstart").replacing("name: checkout,", with: "name: fresh,"))
        #expect(run.status == 1 && run.stdout.contains("objects: 9 added, 0 changed, 0 removed"), "\(run)")
    }

    @Test(
        "what cannot be compared ends with 2, wrong flags with 64",
        arguments: [
            (["diff"], 64, "NAME"), (["diff", "checkout", "-f", "FILE"], 64, "either"),
            (["diff", "-f", "FILE", "--revision", "1"], 64, "--revision needs"),
            (["diff", "checkout", "--against", "FILE"], 64, "goes with -f"),
            (["diff", "-f", "FILE", "--against", "FILE", "--against-revision", "1"], 64, "exclude each other"),
            (["diff", "-f", "FILE", "--against", "FILE", "--live"], 64, "exclude each other"),
            (["diff", "checkout", "--revision", "x"], 64, "--revision"),
            (["diff", "checkout", "--as", ""], 64, "--as is empty"),
            (["diff", "checkout", "--as", "jane", "--as-group", "a", "--as-group", ""], 64, "--as-group is empty"),
            (["diff", "checkout", "--as", "jane", "--as-uid", ""], 64, "--as-uid is empty"),
            (["diff", "checkout", "--as", " "], 64, "--as is blank"),
            (["diff", "checkout", "--as", "jane", "--as-group", " a"], 64, "--as-group begins or ends with white"),
            (["diff", "checkout", "--as", "jane", "--as-uid", "u "], 64, "--as-uid begins or ends with white"),
            (["diff", "checkout"], 2, "kubeconfig"), (["diff", "-f", "FILE"], 2, "kubeconfig"),
            (["diff", "-f", "FILE", "--against", "/nonexistent", "--clusters", "CLUSTERS"], 2, "no such file"),
        ] as [([String], Int32, String)])
    func cannot(arguments: [String], status: Int32, says: String) async throws {
        let run = try await Program.run(
            arguments.map { $0 == "FILE" ? Self.sample : $0 == "CLUSTERS" ? Self.clusters : $0 })
        #expect(run.status == status && run.stderr.contains(says), "\(run)")
    }
}
