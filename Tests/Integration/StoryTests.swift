import JSONValue
import KubeModel
import Testing

extension Integration {
    @Suite("The story of one AccessPoint")
    struct StoryTests {
        @Test("a first revision pauses on its canary, and the command of its message brings the rest, one by one")
        func story() async throws {
            let site = try await Site.operated()
            let manifest = AccessPointManifest(namespace: "story")
            try await site.namespace("story")
            try await site.kubectl.apply(manifest.yaml)

            let paused = try await site.untilCanaryGate(in: "story")
            #expect(paused.condition("Ready")?.status == .false)
            #expect(paused.condition("Ready")?.reason == "RolloutPaused")
            #expect(paused.condition("Progressing")?.status == .unknown)
            #expect(paused.gate == "r1/canary")
            #expect(
                paused.message.hasSuffix(
                    "kubectl annotate axp checkout -n story accesspoint.io/resume=r1/canary --overwrite"))
            try await site.untilTold("RolloutPaused", "accesspoint.io/resume=r1/canary --overwrite", in: "story")
            let set = ["Gateway checkout", "Service checkout-story-vip", "VirtualService checkout"]
            #expect(try await site.inventory(in: "story") == [Site.canary: set])

            async let waited = site.kubectl.attempt(
                "wait", "--for=condition=Ready", "axp/checkout", "-n", "story", "--timeout=60s")
            try await site.goOn(paused)
            let ready = try await site.untilReady(in: "story")
            #expect(try await waited.stdout.contains("condition met"))
            #expect(
                try await site.inventory(in: "story")
                    == Dictionary(uniqueKeysWithValues: Fleet.members.map { ($0, set) }))
            try await expectOneByOne(site)
            expectState(ready)
            try await expectTable(site)
        }

        /// The journal never held two targets, and the members were written in the order of the plan.
        private func expectOneByOne(_ site: Site) async throws {
            let history = await site.host.record.accessPointHistory("checkout", in: "story")
            #expect(history.contains { !$0.inFlight.isEmpty }, "the journal was seen")
            #expect(history.allSatisfy { $0.inFlight.count <= 1 }, "two targets were in flight at once")
            var spans: [(target: String, first: Int, last: Int)] = []
            for member in [Site.canary] + Site.rest {
                let created = try await site.chronicle(member).record.entries(of: "checkout", in: "story")
                    .filter { $0.change == .added }.map(\.number)
                #expect(created.count == 3, "\(member) has each object created once")
                spans.append((member, created.min() ?? 0, created.max() ?? 0))
            }
            for (before, after) in zip(spans, spans.dropFirst()) {
                #expect(before.last < after.first, "\(after.target) was begun before \(before.target) was whole")
            }
        }

        private func expectState(_ ready: AccessPointView) {
            for type in [
                "Ready", "Accepted", "Placed", "Progressing", "Available", "ResolvedRefs", "AddressesReady",
                "CertificatesReady", "RoutesReady",
            ] { #expect(ready.isTrue(type), "\(type) is True") }
            #expect(ready.condition("Paused")?.status == .false)
            #expect(ready.condition("Reconciling") == nil)
            #expect(ready.condition("Stalled") == nil)
            let ranges = [
                "eu-central-az1-k1": "198.51.100.", "us-east-az1-k1": "203.0.113.", "us-west-az1-k1": "192.0.2.",
            ]
            for (member, range) in ranges {
                let row = ready.row(member)
                #expect(row["phase"] == "Available")
                #expect(row["updated"] == true)
                let address = row["addresses"]?[0]
                #expect(address?["type"] == "IPAddress")
                #expect(address?["value"]?.stringValue?.hasPrefix(range) ?? false)
                #expect(address?["service"] == "checkout-story-vip")
                #expect(row.value("certificates", "ready") == 1)
                #expect(row.value("certificates", "earliestNotAfter")?.stringValue != nil)
                #expect(row.value("routes", "programmed") == row.value("routes", "total"))
                #expect(row.value("resources", "applied") == 3)
            }
            let status = ready.object.status ?? .null
            #expect(status["fqdns"]?[0]?["hostname"] == "checkout.story.example.com")
            let certificate = status["certificates"]?[0]
            #expect(certificate?["name"] == "checkout-story")
            #expect(certificate?["ready"] == 3)
            #expect(certificate?["notAfter"]?.stringValue != nil)
            #expect(status.value("summary", "targets") == 3)
            #expect(status.value("summary", "vips")?.stringValue?.hasSuffix("(+2)") ?? false)
        }

        private func expectTable(_ site: Site) async throws {
            let table = try await site.kubectl("get", "axp", "-n", "story").split(separator: "\n")
                .map { $0.split(separator: " ").map(String.init) }
            #expect(table.count == 2)
            #expect(
                table.first == [
                    "NAME", "READY", "PHASE", "STEP", "TARGETS", "UPDATED", "AVAILABLE", "VIPS", "AGE",
                ])
            #expect(table.last?.prefix(3) == ["checkout", "True", "Healthy"])
            let wide = try await site.kubectl("get", "axp", "-n", "story", "-o", "wide")
            #expect(wide.contains("checkout.story.example.com"))
        }

        @Test("an override that differs per zone is what each member stores")
        func overrides() async throws {
            let site = try await Site.operated()
            try await site.namespace("overrides")
            try await site.rollOut(AccessPointManifest(namespace: "overrides"))
            var timeouts: [String: String] = [:]
            for member in Fleet.members {
                timeouts[member] = try await site.member(member).field(
                    ".spec.http[0].timeout", of: "virtualservice", "checkout", namespace: "overrides")
            }
            #expect(
                timeouts == ["us-west-az1-k1": "3s", "us-east-az1-k1": "3s", "eu-central-az1-k1": "9s"])
        }

        @Test("a resume that does not name the gate moves nothing and says which value would")
        func wrongToken() async throws {
            let site = try await Site.operated()
            try await site.namespace("wrong-token")
            try await site.kubectl.apply(AccessPointManifest(namespace: "wrong-token").yaml)
            try await site.untilCanaryGate(in: "wrong-token")
            for wrong in ["true", "r2/canary", "r1/rest"] {
                try await site.kubectl(
                    "annotate", "axp", "checkout", "-n", "wrong-token", "accesspoint.io/resume=\(wrong)", "--overwrite")
                let note = try await site.host.until("an Event answers \(wrong)") { record in
                    record.events(of: "checkout", in: "wrong-token")
                        .first { $0.reason == "ResumeIgnored" && $0.note.contains("accesspoint.io/resume=\(wrong) ") }?
                        .note
                }
                #expect(note.contains("r1/canary"), "the Event names the right value: \(note)")
            }
            let view = try await site.untilCanaryGate(in: "wrong-token")
            #expect(view.message.hasSuffix("accesspoint.io/resume=r1/canary --overwrite"))
            #expect(try await Array(site.inventory(in: "wrong-token").keys) == [Site.canary])
            try await site.goOn(view)
            try await site.untilReady(in: "wrong-token")
        }

        @Test("a spec that changes while paused starts again at the canary, and the old token does nothing")
        func changeWhilePaused() async throws {
            let site = try await Site.operated()
            var manifest = AccessPointManifest(namespace: "change")
            try await site.namespace("change")
            try await site.kubectl.apply(manifest.yaml)
            try await site.untilCanaryGate(in: "change")
            manifest.timeout = "4s"
            try await site.kubectl.apply(manifest.yaml)
            let second = try await site.until("the second revision pauses on the canary", in: "change") {
                $0.gate == "r2/canary" && $0.isTrue("Paused") && $0.row(Site.canary)["phase"] == "Available"
            }
            try await site.kubectl(
                "annotate", "axp", "checkout", "-n", "change", "accesspoint.io/resume=r1/canary", "--overwrite")
            _ = try await site.host.until("an Event answers the old token") { record in
                record.events(of: "checkout", in: "change").first { $0.reason == "ResumeIgnored" }?.note
            }
            #expect(try await Array(site.inventory(in: "change").keys) == [Site.canary])
            #expect(
                try await site.member(Site.canary).field(
                    ".spec.http[0].timeout", of: "virtualservice", "checkout", namespace: "change") == "4s")
            try await site.goOn(second)
            let ready = try await site.untilReady(in: "change")
            #expect(ready.stableRevision.hasPrefix("2-"))
            // What the first revision never reached was written once, by the second.
            for member in Site.rest {
                let history = try await site.chronicle(member).record.history(
                    "VirtualService", "checkout", in: "change")
                #expect(history.count == 1, "\(member) was written more than once")
            }
        }

        @Test("a user's pause holds everything, and the command of the message ends it")
        func userPause() async throws {
            let site = try await Site.operated()
            try await site.namespace("user-pause")
            try await site.kubectl.apply(AccessPointManifest(namespace: "user-pause", paused: true).yaml)
            let paused = try await site.until("the user's pause is reported", in: "user-pause") {
                $0.pauseReason == "UserPaused" && $0.isTrue("Paused")
            }
            #expect(try await site.inventory(in: "user-pause").isEmpty)
            try await site.goOn(paused)
            try await site.goOn(try await site.untilCanaryGate(in: "user-pause"))
            try await site.untilReady(in: "user-pause")
        }
    }
}
