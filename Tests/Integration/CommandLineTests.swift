import Foundation
import JSONValue
import Testing
import YAMLFormat

extension Integration {
    @Suite("kubectl accesspoint against a live AccessPoint")
    struct CommandLineTests {
        /// Runs the program as kubectl's plugin, with the host's kubeconfig in KUBECONFIG unless others are given.
        private func plugin(
            _ site: Site, _ line: String, input: String = "", contexts: String? = nil
        ) async throws -> Output {
            let folder = (try Checkout.product("kubectl-accesspoint") as NSString).deletingLastPathComponent
            let file = try Scratch.folder("manifest").appending(path: "input.yaml")
            try Data(input.utf8).write(to: file)
            let config = contexts.map { "KUBECONFIG='\($0)' " } ?? ""
            return try await site.kubectl.typed(
                "\(config)PATH='\(folder)':$PATH kubectl accesspoint \(line) < '\(file.path)'")
        }

        @Test("diff and explain tell of a rollout what is in the members, before it, while it waits, and after it")
        func rollout() async throws {
            let site = try await Site.operated()
            var manifest = AccessPointManifest(namespace: "command-line")
            try await site.namespace("command-line")

            let fresh = try await plugin(site, "diff -f - -o json", input: manifest.yaml)
            #expect(fresh.status == 1, "\(fresh.text)")
            let radius = try JSONValue(parsing: fresh.stdout)["blastRadius"]
            #expect(radius?["objects"] == ["added": 9, "changed": 0, "removed": 0])
            #expect(radius?["hosts"] == ["checkout.command-line.example.com"])

            try await site.rollOut(manifest)
            let same = try await plugin(site, "diff checkout -n command-line")
            #expect(same.status == 0 && same.stdout.contains("No differences in 3 targets"), "\(same.text)")

            manifest.timeout = "4s"
            let planned = try await plugin(site, "diff -f -", input: manifest.yaml)
            // The timeout of eu-central is that of its override.
            #expect(
                planned.status == 1 && planned.stdout.contains("us-east-az1-k1, us-west-az1-k1:\n"), "\(planned.text)")
            #expect(planned.stdout.contains("~ /spec/http/0/timeout: \"3s\" -> \"4s\""))
            #expect(planned.stdout.contains("2 of 3 targets (67%)"))

            try await site.kubectl.apply(manifest.yaml)
            try await site.until("the second revision pauses on the canary", in: "command-line") {
                $0.gate == "r2/canary" && $0.isTrue("Paused") && $0.row(Site.canary)["phase"] == "Available"
            }
            try await expectHalfway(site)
            let level = try await plugin(
                site, "diff -f -", input: manifest.yaml.replacing("scope: {", with: "scope: {level: Cluster, "))
            #expect(level.status == 2 && level.stderr.contains("scope.level is immutable"), "\(level.text)")
            manifest.timeout = "5s"
            try await expectMembers(site, manifest)
            manifest.timeout = "4s"
            try await expectLive(site, manifest)
            // A rollout that waits would be taken over, and written, by every operator of the suites after this one.
            try await site.kubectl("delete", "axp", "checkout", "-n", "command-line", "--timeout=60s")
        }

        /// Kubeconfigs with a context for the host and for each member.
        private func contexts(_ site: Site) -> String {
            Fleet.all.map { site.fleet.kubeconfig($0).path }.joined(separator: ":")
        }

        @Test("lint judges what is on the host, and with --live what the members lack and what others have there")
        func lint() async throws {
            let site = try await Site.operated()
            // Neither an application nor a certificate.
            try await site.namespace("lint-live", apps: [])
            let manifest = AccessPointManifest(namespace: "lint-live")
            try await site.kubectl.apply(manifest.yaml)
            let member = site.member(Site.canary)
            try await member("create", "namespace", "lint-edge")
            try await member.apply(
                """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: neighbour, namespace: lint-edge}
                spec: {hosts: [\(manifest.host)], gateways: [lint-live/checkout], http: [{redirect: {uri: /}}]}
                """)

            let clean = try await plugin(site, "lint checkout -n lint-live")
            #expect(clean.status == 0 && clean.stdout.hasPrefix("No findings in 1 AccessPoints"), "\(clean.text)")
            let every = try await plugin(site, "lint -A -o json")
            let report = try JSONValue(parsing: every.stdout)
            #expect(report["memberClusters"] == 3 && report["targets"] == "Clusters", "\(every.text)")

            for source in ["checkout -n lint-live", "-f -"] {
                let live = try await plugin(
                    site, "lint \(source) --live -o json", input: manifest.yaml, contexts: contexts(site))
                #expect(live.status == 79, "\(live.text)")
                let findings = try JSONValue(parsing: live.stdout)["findings"]?.arrayValue ?? []
                let told = findings.map { "\($0["place"]?.stringValue ?? "") \($0["code"]?.stringValue ?? "")" }
                for target in Fleet.members {
                    #expect(told.contains("template gateway, target \(target) SecretNotFound"), "\(live.text)")
                    #expect(told.contains("template route, target \(target) BackendNotFound"), "\(live.text)")
                }
                let doubtful = findings.filter { $0["code"]?.stringValue == "TrafficDoubtful" }
                #expect(doubtful.map { $0["path"]?.stringValue } == ["spec.hosts[0]"], "\(live.text)")
                #expect(doubtful.first?["message"]?.stringValue?.contains("lint-edge/neighbour") == true)
                #expect(findings.count == 7 && findings.allSatisfy { $0["severity"] == "warning" }, "\(live.text)")
            }
            let blind = try await plugin(site, "lint checkout -n lint-live --live")
            #expect(
                blind.status == 1 && blind.stderr.contains("the kubeconfig has no context of this name"),
                "\(blind.text)")

            // What kubectl asks for when a person presses the key.
            let names = try await plugin(site, "__complete diff -n lint-live ch")
            #expect(names.stdout == "checkout\tlint-live\n:4\n", "\(names.text)")
            let others = try await plugin(site, "__complete diff -n lint-live --as jane ch")
            #expect(others.stdout == ":4\n", "\(others.text)")
            let clusters = try await plugin(site, "__complete explain checkout --cluster us-")
            #expect(clusters.stdout == "us-east-az1-k1\nus-west-az1-k1\n:4\n", "\(clusters.text)")
            try await site.kubectl("delete", "axp", "checkout", "-n", "lint-live", "--timeout=60s")
        }

        /// With a context for each member the members themselves are looked into.
        private func expectMembers(_ site: Site, _ manifest: AccessPointManifest) async throws {
            let all = contexts(site)
            let rest = try await plugin(site, "diff checkout -n command-line --live", contexts: all)
            #expect(rest.status == 1 && rest.stdout.contains("\nus-east-az1-k1:\n"), "\(rest.text)")
            #expect(rest.stdout.contains("the spec against what is live\n"))
            #expect(rest.stdout.contains("1 of 3 targets (34%); objects: 0 added, 1 changed, 0 removed"))
            let next = try await plugin(site, "diff -f - --live", input: manifest.yaml, contexts: all)
            for (target, timeout) in [("us-east-az1-k1", "3s"), ("us-west-az1-k1", "4s")] {
                let change = "~ /spec/http/0/timeout: \"\(timeout)\" -> \"5s\""
                let told = next.stdout.components(separatedBy: "\n\n").first { $0.contains("\(target):\n") }
                #expect(told?.contains(change) == true, "\(next.text)")
            }
            let blind = try await plugin(site, "diff checkout -n command-line --live")
            #expect(
                blind.status == 2 && blind.stderr.contains("the kubeconfig has no context of this name"),
                "\(blind.text)")
        }

        /// The canary has the second revision, the others the first.
        private func expectHalfway(_ site: Site) async throws {
            let rest = try await plugin(site, "diff checkout -n command-line")
            #expect(rest.status == 1 && rest.stdout.contains("\nus-east-az1-k1:\n"), "\(rest.text)")
            let back = try await plugin(site, "diff checkout -n command-line --revision 1")
            #expect(back.status == 1 && back.stdout.contains("\nus-west-az1-k1:\n"), "\(back.text)")
            #expect(back.stdout.contains("~ /spec/http/0/timeout: \"4s\" -> \"3s\""))
            let whole = try await plugin(site, "diff checkout -n command-line --revision 2 --against-revision 1")
            #expect(whole.stdout.contains("us-east-az1-k1, us-west-az1-k1:\n"), "\(whole.text)")
            let none = try await plugin(site, "diff checkout -n command-line --revision 7")
            #expect(none.status == 2 && none.stderr.contains("has no revision 7; it has 1, 2"), "\(none.text)")
        }

        /// What is rendered and explained are the objects that the members store, by their hashes.
        private func expectLive(_ site: Site, _ manifest: AccessPointManifest) async throws {
            let europe = "eu-central-az1-k1"
            let explained = try await plugin(
                site, "explain checkout -n command-line --cluster \(europe) --template route")
            #expect(explained.status == 0, "\(explained.text)")
            #expect(explained.stdout.contains("    timeout: 9s  # from override eu-timeout (jsonPatch add)\n"))
            #expect(explained.stdout.contains("# eu-timeout   route      yes     region eu-central; template route\n"))
            let object = try #require(try YAML.documents([UInt8](explained.stdout.utf8)).first)
            let live = try await site.member(europe).get("virtualservice", "checkout", namespace: "command-line")
            let hash = live?.value("metadata", "annotations", "accesspoint.io/hash")
            #expect(hash != nil && object.value("metadata", "annotations", "accesspoint.io/hash") == hash)
            #expect(object["spec"] == live?["spec"])

            let old = try await plugin(
                site, "explain checkout -n command-line --cluster us-east-az1-k1 --template route --revision 1")
            #expect(old.stdout.contains("timeout: 3s\n"), "\(old.text)")

            // The file does not know the uid of the AccessPoint, which is a label of every object.
            let rendered = try await plugin(site, "render -f - --cluster \(Site.canary) -o json", input: manifest.yaml)
            let items = try JSONValue(parsing: rendered.stdout)["items"]?.arrayValue ?? []
            #expect(items.count == 3, "\(rendered.text)")
            for item in items {
                let kind = item["kind"]?.stringValue ?? ""
                let stored = try await site.member(Site.canary).get(
                    kind, item.value("metadata", "name")?.stringValue ?? "",
                    namespace: item.value("metadata", "namespace")?.stringValue)
                #expect(
                    item.value("metadata", "labels", "accesspoint.io/hub")
                        == stored?.value("metadata", "labels", "accesspoint.io/hub"), "\(kind)")
                if kind != "Service" { #expect(item["spec"] == stored?["spec"], "\(kind)") }
            }
        }

        @Test(
            "what the host refuses, or cannot be reached, is one sentence without a credential",
            arguments: [
                ("WRONG", "diff checkout", 2, "401"), ("WRONG", "render -f FILE", 1, "401"),
                ("WRONG", "explain checkout --cluster x", 1, "401"),
                ("HOST", "diff nothing -n default", 2, "there is no AccessPoint default/nothing"),
                ("HOST", "diff checkout --context other", 2, "name an existing context"),
                ("HOST", "diff nothing -n default --as jane", 2, "User \"jane\" cannot get resource"),
                ("HOST", "diff nothing --as jane --as-group a --as-group system:masters", 2, "no AccessPoint"),
                ("HOST", "diff nothing -n default --as-group system:masters", 64, "name the user with --as"),
                ("/nonexistent", "diff checkout", 2, "no such file"),
            ] as [(String, String, Int32, String)])
        func refused(kubeconfig: String, line: String, status: Int32, says: String) async throws {
            let site = try await Site.operated()
            let host = site.fleet.kubeconfig(Fleet.host)
            let wrong = try Scratch.folder("kubeconfig").appending(path: "kubeconfig")
            let text = try String(contentsOf: host, encoding: .utf8).replacing(
                /token: \w+/, with: "token: 0123456789abcdef")
            try Data(text.utf8).write(to: wrong)
            let path = kubeconfig == "HOST" ? host.path : kubeconfig == "WRONG" ? wrong.path : kubeconfig
            let sample = Checkout.top.appending(path: "samples/quickstart.yaml").path
            let run = try await Command(
                executable: try Checkout.product("kubectl-accesspoint"),
                arguments: line.replacing("FILE", with: sample).split(separator: " ").map(String.init)
                    + ["--kubeconfig", path]
            ).run()
            #expect(run.status == status && run.stdout == "" && run.stderr.contains(says), "\(run.text)")
            let errors = run.stderr.split(separator: "\n").filter { $0.lowercased().hasPrefix("error: ") }
            #expect(errors.count == 1, "\(run.text)")
            #expect(!run.text.contains("0123456789abcdef"), "a credential was printed")
        }
    }
}
