import Foundation
import JSONValue
import Testing

@Suite("kubectl accesspoint lint")
struct LintCommandTests {
    private static let clusters = "\(Program.samples)/clusters.yaml"

    /// Every sample but what is for member clusters, in which there is nothing of ours.
    private static let all = ((try? FileManager.default.contentsOfDirectory(atPath: Program.samples)) ?? []).sorted()
        .compactMap { $0.hasSuffix(".yaml") && $0 != "member-rbac.yaml" ? String($0.dropLast(5)) : nil }

    @Test("the samples are clean, with and without clusters", arguments: LintCommandTests.all)
    func clean(sample: String) async throws {
        let file = "\(Program.samples)/\(sample).yaml"
        let made = try await Program.run("lint", "-f", file)
        #expect(made.status == 0 && made.stdout.hasPrefix("No findings"), "\(made)")
        let hasAccessPoint = try Manifests.sample(sample).contains("\nkind: AccessPoint\n")
        #expect(made.stderr.contains("no clusters are known") == hasAccessPoint)
        let real = try await Program.run("lint", "-f", file, "--clusters", Self.clusters)
        #expect(real.status == 0 && real.stdout.hasPrefix("No findings"), "\(real)")
        #expect(real.stderr == (hasAccessPoint ? Self.unseen : ""))
    }

    private static let unseen =
        "note: not checked: what lives in the clusters (Secrets, Services, objects of others); --live looks there\n"

    @Test(
        "what was not looked at is told beside findings too, in every format, and never among the results",
        arguments: ["table", "json", "yaml"])
    func unseen(format: String) async throws {
        let text = try Manifests.sample("quickstart").replacing("[{template: route}]", with: "[{template: rout}]")
        let run = try await Program.run(
            "lint", "-f", "-", "--clusters", Self.clusters, "-o", format, input: text)
        #expect(run.status == 79 && run.stdout.contains("OverrideUnmatched"), "\(run)")
        #expect(run.stderr == Self.unseen && !run.stdout.contains("not checked"))
        guard format != "table" else { return }
        let report = try run.documents().first
        #expect(report?["findings"]?.arrayValue?.isEmpty == false && report?["unseen"] == nil)
    }

    @Test("a file that cannot be read keeps back no finding of the others, and is no pass")
    func unreadFile() async throws {
        let good = try Manifests.sample("quickstart")
        let bad = good.replacing("[{template: route}]", with: "[{template: rout}]")
        for files in [["/nonexistent", "-"], ["-", "/nonexistent"]] {
            let found = try await Program.run(["lint", "-f"] + files + ["--clusters", Self.clusters], input: bad)
            #expect(found.status == 1 && found.stdout.contains("OverrideUnmatched"), "\(found)")
            #expect(found.stderr.contains("cannot read /nonexistent: no such file"), "\(found)")
            let report = try await Program.run(["lint", "-o", "json", "-f"] + files, input: good).documents().first
            #expect(report?["accessPoints"] == 1 && report?["findings"] == [])
            #expect(report?["unread"] == ["cannot read /nonexistent: no such file"])
        }
        // Alone, and beside a file in which there is nothing of ours.
        for files in [["/nonexistent"], ["-", "/nonexistent"]] {
            for format in ["json", "yaml"] {
                let alone = try await Program.run(["lint", "-o", format, "-f"] + files, input: "kind: ConfigMap")
                let report = try alone.documents().first
                #expect(alone.status == 1 && report?["accessPoints"] == 0 && report?["findings"] == [], "\(alone)")
                #expect(report?["unread"] == ["cannot read /nonexistent: no such file"], "\(alone)")
            }
            let table = try await Program.run(["lint", "-f"] + files, input: "kind: ConfigMap")
            #expect(table.status == 1 && table.stdout == "", "\(table)")
        }
        let noClusters = try await Program.run(
            "lint", "-o", "json", "-f", "-", "--clusters", "/nonexistent", input: bad)
        #expect(noClusters.status == 1 && noClusters.stdout == "", "\(noClusters)")
        #expect(noClusters.stderr == "error: cannot read /nonexistent: no such file\n", "\(noClusters)")
        let clean = try await Program.run("lint", "-f", "/nonexistent", "-", input: good)
        #expect(clean.status == 1 && clean.stdout.hasPrefix("No findings in what could be checked of 1 "), "\(clean)")
        let whole = try await Program.run("lint", "-o", "json", "-f", "-", input: good)
        #expect(whole.status == 0 && whole.stdout.contains(#""unread": []"#), "\(whole)")
    }

    @Test("an authority by whose name Istio takes none is found without a cluster")
    func authority() async throws {
        let text = try Manifests.sample("quickstart").replacing(
            "mode: SIMPLE", with: "mode: MUTUAL, caCertCredentialName: clients")
        let run = try await Program.run("lint", "-f", "-", input: text)
        #expect(run.status == 79 && run.stdout.contains("AP-AuthorityNameUnused"), "\(run)")
        let mended = text.replacing(": clients", with: ": clients-cacert")
        let named = try await Program.run("lint", "-f", "-", input: mended)
        #expect(named.status == 0, "\(named)")
    }

    @Test("the samples are those that there are")
    func samples() { #expect(Set(Self.all).isSuperset(of: ["quickstart", "full", "clusters", "names"])) }

    @Test("what is wrong in a NameService is found as well")
    func names() async throws {
        let text = try Manifests.sample("names").replacing("ttlSeconds: 60", with: "ttl: 60")
        let run = try await Program.run("lint", "-f", "-", "-o", "json", input: text)
        #expect(run.status == 79 && run.stdout.contains("spec.ttl"), "\(run)")
    }

    @Test(
        "what is wrong is found without a cluster",
        arguments: [
            ("scope:", "scop:", "Invalid", "spec.scop"),
            ("[us-west, us-east,", "[1, us-east,", "Invalid", "spec.scope.regions[0]"),
            (
                "name: checkout-vip, namespace: istio-ingress", "name: checkout-vip, namespace: x",
                "NamespaceNotAllowed",
                "spec.trafficTemplate[0].object.metadata.namespace"
            ),
            (
                "hosts: [checkout.shop.example.com]\n        gateways", "hots: []\n        gateways", "TrafficInvalid",
                "spec.hots"
            ),
            (
                "path: /spec/http/0/timeout, value: 3s", "path: /spec/tcp/0, value: 3s", "PatchFailed",
                "spec.overrides[2].jsonPatch[0]"
            ),
            (
                "targets: {availabilityZones: [eu-central-az1]}\n    resources: [{template: route}]",
                "targets: {availabilityZones: [eu-central-az1]}\n    resources: [{template: rout}]",
                "OverrideUnmatched",
                "spec.overrides[2].resources"
            ),
            ("kind: AccessPoint", "kind: Accesspoint", "Invalid", "kind"),
            ("v1alpha1", "v1", "Invalid", "apiVersion"),
            ("scope:", "scope: [", "InvalidYAML", "line"),
        ])
    func found(old: String, new: String, code: String, path: String) async throws {
        let sample = try Manifests.sample("quickstart")
        #expect(sample.contains(old))
        let run = try await Program.run("lint", "-f", "-", "-o", "json", input: sample.replacing(old, with: new))
        #expect(run.status == 79, "\(run)")
        let findings = try run.json()["findings"]?.arrayValue ?? []
        #expect(
            findings.contains {
                $0["code"]?.stringValue == code && ($0["path"]?.stringValue ?? "").hasPrefix(path)
            }, "\(run.stdout)")
    }

    @Test("targets that are made up are not taken for the clusters of one zone")
    func neighbours() async throws {
        let text = try Manifests.sample("quickstart").replacing(
            "targets: {availabilityZones: [us-east-az1]}\n    resources: [{template: route}]\n"
                + "    jsonPatch: [{op: add, path: /spec/http/0/timeout, value: 2s}]",
            with: "targets: {clusterSelector: {matchLabels: {network: internet}}}\n    resources: [{template: vip}]\n"
                + "    jsonPatch: [{op: replace, path: /spec/ports/0/targetPort, value: 9443}]")
        #expect(text.contains("value: 9443"))
        let run = try await Program.run("lint", "-f", "-", input: text)
        #expect(run.status == 0, "\(run)")
    }

    @Test("with clusters, placement and canary are checked too")
    func placed() async throws {
        let folder = try Folder()
        let clusters = try folder.write(Manifests.clusters("us-west-az1-k1"), to: "clusters.yaml")
        let few = try await Program.run(
            "lint", "-f", "\(Program.samples)/quickstart.yaml", "--clusters", clusters, "-o", "json")
        #expect(few.status == 79)
        #expect(
            try few.json()["findings"]?.arrayValue?.compactMap { $0["code"]?.stringValue } == [
                "RegionUnknown", "RegionUnknown",
            ])
        let canary = try await Program.run(
            "lint", "-f", "-", "--clusters", Self.clusters,
            input: try Manifests.sample("quickstart").replacing(
                "canary: {targets: {availabilityZones: [us-west-az1]}", with: "canary: {targets: {clusters: [gone]}"))
        #expect(canary.status == 79 && canary.stdout.contains("CanaryEmpty"), "\(canary)")
    }

    @Test("the threshold decides what ends with 79; every finding is printed either way")
    func threshold() async throws {
        let folder = try Folder()
        let doubtful = try folder.write(
            try Manifests.sample("quickstart").replacing("[{template: route}]", with: "[{template: rout}]"),
            to: "doubtful.yaml")
        let strict = try await Program.run("lint", "-f", doubtful)
        let lenient = try await Program.run("lint", "-f", doubtful, "--failure-threshold", "error")
        #expect((strict.status, lenient.status) == (79, 0))
        #expect(strict.stdout == lenient.stdout && strict.stdout.contains("OverrideUnmatched"))
        #expect(strict.rows.first?.first == "SEVERITY")
    }

    @Test("several files are checked in one run, and each finding names its file")
    func several() async throws {
        let folder = try Folder()
        let broken = try folder.write("a: [", to: "broken.yaml")
        let other = try folder.write("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}", to: "other.yaml")
        let member = try folder.write(
            Manifests.clusters("us-west-az1-k1").replacing("role: Gateway", with: "role: Gate"), to: "member.yaml")
        let run = try await Program.run(
            "lint", "-f", "\(Program.samples)/quickstart.yaml", broken, other, member, "-o", "yaml")
        #expect(run.status == 79)
        let report = try run.documents().first
        #expect(report?["accessPoints"] == 1 && report?["memberClusters"] == 1)
        let findings = (report?["findings"]?.arrayValue ?? []).map {
            "\($0["file"]?.stringValue ?? "") \($0["code"]?.stringValue ?? "") \($0["path"]?.stringValue ?? "")"
        }
        #expect(findings == ["\(broken) InvalidYAML line 2, column 1", "\(member) Invalid spec.role"])
    }

    @Test("of a file that is no YAML the place is told, and nothing of what stands there")
    func secretInput() async throws {
        let folder = try Folder()
        let file = try folder.write("kind: Secret\nstringData: {token: *S3cretCanary}", to: "secret.yaml")
        let run = try await Program.run("lint", "-f", file)
        #expect(run.status == 79 && run.stdout.contains("line 2"))
        #expect(!(run.stdout + run.stderr).contains("S3cretCanary"))
    }

    @Test(
        "what cannot be checked is no finding",
        arguments: [
            (["lint"], 64, "--filename"), (["lint", "-f", "/nonexistent"], 1, "no such file"),
            (["lint", "-f", "-"], 1, "neither an AccessPoint nor a MemberCluster"),
            (["lint", "-f", "-", "--failure-threshold", "info"], 64, "warning"),
            (["lint", "-A", "-n", "shop"], 64, "exclude each other"),
            (["lint", "-f", "-", "--clusters", "-"], 64, "can be read once"),
            (["lint", "-f", "-", "-A"], 64, "--all-namespaces"), (["lint", "a", "-f", "-"], 64, "--all-namespaces"),
            (["lint", "a", "--clusters", "-"], 64, "goes with -f only"), (["lint", "a"], 1, "no such file"),
            (["lint", "-f", "-", "--live"], 1, "no such file"),
        ] as [([String], Int32, String)])
    func cannot(arguments: [String], status: Int32, says: String) async throws {
        let run = try await Program.run(arguments, input: "kind: ConfigMap\napiVersion: v1\n")
        #expect(run.status == status && run.stderr.contains(says), "\(run)")
    }

    @Test(
        "flags that do not go together end with 64 and the usage of the command, whatever has to be read to tell",
        arguments: [
            ["lint", "checkout", "--as-group", "a"], ["lint", "-f", "-", "--live", "--as-uid", "u"],
            ["diff", "checkout", "--as-group", "a"], ["explain", "checkout", "--cluster", "x", "--as-uid", "u"],
            ["render", "-f", "-", "--as-group", "a"], ["render", "-f", "-", "-"],
            ["render", "-f", "-", "--clusters", "-"],
            ["diff", "-f", "-", "--against", "-"], ["explain", "-f", "-", "--cluster", "x", "--clusters", "-"],
        ])
    func flags(arguments: [String]) async throws {
        let text = try Manifests.sample("quickstart")
        let run = try await MemberServer.serve([:]) { kubeconfig in
            try await Program.run(arguments + ["--kubeconfig", kubeconfig], input: text)
        }
        #expect(run.status == 64 && run.stdout == "", "\(run)")
        #expect(run.stderr.contains("Usage: kubectl accesspoint \(arguments[0]) "), "\(run)")
    }

    @Test(
        "no input makes it crash",
        arguments: [
            "", "null", "[]", "1", "{", "apiVersion: accesspoint.io/v1alpha1\nkind: AccessPoint",
            "{\"apiVersion\": \"accesspoint.io/v1alpha1\", \"kind\": \"AccessPoint\", \"metadata\": 1, \"spec\": []}",
            "kind: List\nitems: [1, [], {kind: AccessPoint}]", "kind: List\nitems: 5", "\u{0}\u{1}", "a: &a [*a]",
            "apiVersion: accesspoint.io/v1alpha1\nkind: AccessPoint\nmetadata: {name: \"a\\u001b[31m\"}\nspec: {}",
        ])
    func hostile(input: String) async throws {
        for command in [
            ["lint", "-f", "-"], ["render", "-f", "-", "--clusters", Self.clusters],
            ["diff", "-f", "-", "--against", Self.clusters, "--clusters", Self.clusters],
            ["explain", "-f", "-", "--cluster", "x", "--clusters", Self.clusters],
        ] {
            let run = try await Program.run(command, input: input)
            #expect([1, 2, 79].contains(run.status), "\(command) \(run)")
            #expect(!(run.stdout + run.stderr).contains("\u{1B}"))
        }
    }
}
