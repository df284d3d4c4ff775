import JSONValue
import KubeModel
import Testing

extension Integration {
    @Suite("Rollout policies")
    struct PolicyTests {
        @Test("promote-full opens all gates that are left")
        func promoteFull() async throws {
            let site = try await Site.operated()
            try await site.namespace("promote")
            let waves = "waves: [{name: europe, targets: {regions: [eu-central]}, gate: Manual}]"
            try await site.kubectl.apply(AccessPointManifest(namespace: "promote", rollout: [waves]).yaml)
            let paused = try await site.untilCanaryGate(in: "promote")
            let token = paused.text("rollout", "tokens", "promoteFull")
            #expect(token == "r1")
            try await site.kubectl(
                "annotate", "axp", "checkout", "-n", "promote", "accesspoint.io/promote-full=\(token)", "--overwrite")
            try await site.untilReady(in: "promote")
            let gates = await site.host.record.accessPointHistory("checkout", in: "promote").map(\.gate)
            #expect(!gates.contains("r1/europe"), "the wave's gate was not asked")
            try await site.untilTold("RolloutPromoted", in: "promote")
        }

        @Test("failurePolicy Rollback goes back to the stable revision by itself when a target is bad")
        func rollback() async throws {
            let site = try await Site.operated()
            try await site.namespace("rollback")
            var manifest = AccessPointManifest(
                namespace: "rollback", progressDeadlineSeconds: 4, gate: "Automatic",
                rollout: ["failurePolicy: Rollback"])
            try await site.kubectl.apply(manifest.yaml)
            try await site.untilReady(in: "rollback")
            manifest.timeout = "5s"
            manifest.europeanHost = Self.unserved
            try await site.kubectl.apply(manifest.yaml)
            let back = try await site.until("it went back", in: "rollback", within: .seconds(90)) {
                $0.isTrue("Stalled") && $0.inFlight.isEmpty && $0.phase != "RollingBack"
                    && $0.row(Site.canary)["revision"]?.stringValue?.hasPrefix("1-") ?? false
            }
            #expect(back.stableRevision.hasPrefix("1-"))
            for member in Fleet.members {
                let route = try await site.member(member).field(
                    ".spec.http[0].timeout", of: "virtualservice", "checkout", namespace: "rollback")
                #expect(route == (member == "eu-central-az1-k1" ? "9s" : "3s"), "\(member) holds the stable revision")
            }
            try await site.untilTold("RollbackStarted", "eu-central-az1-k1", in: "rollback")
        }

        /// A host that no Gateway serves: the set alone decides that, so that only what is written tells that it is wrong.
        private static let unserved = "elsewhere.example.com"

        /// A second revision that one target cannot serve, under these policies, as it stands when it can go no further.
        private func broken(
            _ namespace: String, _ policies: [String], until what: String,
            _ holds: @Sendable (AccessPointView) -> Bool
        ) async throws -> (Site, AccessPointView) {
            let site = try await Site.operated()
            try await site.namespace(namespace)
            var manifest = AccessPointManifest(
                namespace: namespace, progressDeadlineSeconds: 4, gate: "Automatic", rollout: policies)
            try await site.kubectl.apply(manifest.yaml)
            try await site.untilReady(in: namespace)
            manifest.timeout = "5s"
            manifest.europeanHost = Self.unserved
            try await site.kubectl.apply(manifest.yaml)
            return (site, try await site.until(what, in: namespace, within: .seconds(90), holds))
        }

        @Test("failurePolicy Continue goes on past a bad target, and waits for a person at the end")
        func carryOn() async throws {
            let (site, view) = try await broken("carry-on", ["failurePolicy: Continue"], until: "it waits at the end") {
                $0.pauseReason == "FailuresExceeded" && $0.row("us-east-az1-k1")["phase"] == "Available"
            }
            #expect(view.stableRevision.hasPrefix("1-"), "a rollout with a bad target is not completed")
            for member in [Site.canary, "us-east-az1-k1"] {
                #expect(
                    view.row(member)["revision"]?.stringValue == view.updateRevision, "\(member) has the new revision")
            }
            #expect(view.message.contains("eu-central-az1-k1"), "\(view.message)")
            try await site.untilTold("FailuresExceeded", "eu-central-az1-k1", in: "carry-on")
        }

        @Test("maxFailures completes a rollout in which no more targets are bad than may be")
        func maxFailures() async throws {
            let (site, view) = try await broken("tolerant", ["maxFailures: 1"], until: "it is completed") {
                $0.stableRevision.hasPrefix("2-") && $0.row("us-east-az1-k1")["phase"] == "Available"
            }
            #expect(!view.isTrue("Ready"), "what does not serve is shown as it is")
            #expect(view.condition("RoutesReady")?.message.contains("eu-central-az1-k1") ?? false)
            try await site.untilTold(
                "RolloutCompleted", "1 target failed, as may be: eu-central-az1-k1", in: "tolerant")
        }

        @Test("onNewRevision Queue lets the rollout under way come to its end first")
        func queue() async throws {
            let site = try await Site.operated()
            try await site.namespace("queue")
            var manifest = AccessPointManifest(namespace: "queue", rollout: ["onNewRevision: Queue"])
            try await site.rollOut(manifest)
            manifest.timeout = "4s"
            try await site.kubectl.apply(manifest.yaml)
            let second = try await site.until("the second revision waits at its gate", in: "queue") {
                $0.gate == "r2/canary" && $0.isTrue("Paused")
            }
            manifest.timeout = "5s"
            try await site.kubectl.apply(manifest.yaml)
            let queued = try await site.until("the third revision is known, and the second still waits", in: "queue") {
                $0.condition("Paused") != nil && $0.gate == "r2/canary"
                    && $0.object.generation != second.object.generation
            }
            try await site.goOn(queued)
            let third = try await site.until("the third revision waits at its gate", in: "queue") {
                $0.gate == "r3/canary" && $0.isTrue("Paused")
            }
            #expect(third.stableRevision.hasPrefix("2-"), "the second was completed before")
            try await site.goOn(third)
            try await site.until("the third is everywhere", in: "queue") {
                $0.isTrue("Ready") && $0.stableRevision.hasPrefix("3-")
            }
        }
    }
}
