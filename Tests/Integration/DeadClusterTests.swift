import JSONValue
import KubeModel
import Testing

extension Integration {
    @Suite("Clusters that are away for long")
    struct DeadClusterTests {
        private static let away = "eu-central-az1-k1"

        @Test("a cluster that was away while the spec changed three times gets the newest revision alone")
        func threeChanges() async throws {
            let site = try await Site.operated()
            try await site.namespace("away")
            var manifest = AccessPointManifest(namespace: "away", gate: "Automatic")
            try await site.kubectl.apply(manifest.yaml)
            try await site.untilReady(in: "away")
            let before = try await site.deletions(in: "away")
            try await site.whileStopped(Self.away) {
                for change in 4...6 {
                    manifest.timeout = "\(change)s"
                    try await site.kubectl.apply(manifest.yaml)
                    try await site.until("the other targets have change \(change)", in: "away", within: .seconds(60)) {
                        view in
                        view.updateRevision.hasPrefix("\(change - 2)-")
                            && [Site.canary, "us-east-az1-k1"].allSatisfy {
                                view.row($0)["revision"]?.stringValue == view.updateRevision
                            } && view.row(Self.away)["phase"] == "Unreachable"
                    }
                }
            }
            let ready = try await site.until("it has caught up", in: "away", within: .seconds(120)) {
                $0.isTrue("Ready") && $0.stableRevision.hasPrefix("4-")
            }
            #expect(ready.row(Self.away)["revision"]?.stringValue == ready.stableRevision)
            #expect(try await site.deletions(in: "away") == before, "nothing that is wanted was deleted")
            // The override keeps its timeout as it is there; what changes is the hash of the newest rendering, once.
            let history = try await site.chronicle(Self.away).record.history("VirtualService", "checkout", in: "away")
            #expect(history.allSatisfy { $0.change != .deleted })
            #expect(history.count <= 2, "the revisions between were never written there")
        }

        @Test("a deletion waits for a dead cluster, says so, and ends by the command of its message")
        func abandoned() async throws {
            let site = try await Site.operated()
            try await site.namespace("dead")
            try await site.rollOut(AccessPointManifest(namespace: "dead"))
            try await site.whileStopped(Self.away) {
                try await site.kubectl("delete", "axp", "checkout", "-n", "dead", "--wait=false")
                let view = try await site.until("the deletion says what it waits for", in: "dead", within: .seconds(90))
                {
                    $0.phase == "Deleting" && $0.pauseReason == "ClusterUnreachable"
                }
                #expect(view.condition("Deleting")?.message.contains(Self.away) ?? false, "\(view.message)")
                #expect(view.text("rollout", "tokens", "abandon") == Self.away)
                #expect(!view.object.finalizers.isEmpty, "it is still there")
                try await site.kubectl(
                    "annotate", "axp", "checkout", "-n", "dead", "accesspoint.io/abandon=\(Self.away)", "--overwrite")
                _ = try await site.host.until("the deletion ends without it") { record in
                    record.object("AccessPoint", "checkout", in: "dead") == nil ? true : nil
                }
                for reason in ["DeletionBlocked", "TargetAbandoned"] {
                    try await site.untilTold(reason, Self.away, in: "dead")
                }
            }
            // What was given up is left as it is, with our labels, by which it can be found.
            #expect(try await site.inventory(in: "dead") == [Self.away: Self.set])
        }

        private static let set = ["Gateway checkout", "Service checkout-dead-vip", "VirtualService checkout"]

        @Test("with a time-out a deletion passes a dead cluster by itself")
        func timeout() async throws {
            let site = try await Site.operated()
            try await site.namespace("lapsed")
            try await site.rollOut(
                AccessPointManifest(namespace: "lapsed", runtime: ["deletion: {unreachableTimeoutSeconds: 5}"]))
            try await site.whileStopped(Self.away) {
                try await site.kubectl("delete", "axp", "checkout", "-n", "lapsed", "--timeout=90s")
                try await site.untilTold("TargetAbandoned", Self.away, in: "lapsed")
            }
            #expect(try await Array(site.inventory(in: "lapsed").keys) == [Self.away])
        }
    }
}

extension Site {
    /// Stops a member's server, and starts it again when the work has ended, however it does.
    func whileStopped(_ member: String, _ work: () async throws -> Void) async throws {
        try await fleet.stop(member)
        do {
            try await work()
        } catch {
            try await restart(member)
            throw error
        }
        try await restart(member)
    }
}
