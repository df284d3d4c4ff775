import JSONValue
import KubeModel
import Testing

extension Integration {
    @Suite("Objects that are taken over and left behind")
    struct TakeoverTests {
        private func vip(
            _ manifest: AccessPointManifest, selector: String = "ingressgateway", port: Int = 443
        ) -> String {
            """
            apiVersion: v1
            kind: Service
            metadata: {name: \(manifest.service), namespace: istio-ingress, labels: {team: other}}
            spec: {type: LoadBalancer, selector: {istio: \(selector)}, ports: [{name: https, port: \(port), targetPort: 8443}]}
            """
        }

        private func uid(_ site: Site, _ manifest: AccessPointManifest) async throws -> String {
            try await site.member(Site.canary).field(
                ".metadata.uid", of: "service", manifest.service, namespace: Site.gatewayNamespace)
        }

        @Test("conflictResolution Adopt takes an equal object over, and an abort of the first revision gives it back")
        func adopt() async throws {
            let site = try await Site.operated()
            try await site.namespace("adopt")
            let manifest = AccessPointManifest(namespace: "adopt", runtime: ["conflictResolution: Adopt"])
            try await site.member(Site.canary).apply(vip(manifest))
            let before = try await uid(site, manifest)
            try await site.kubectl.apply(manifest.yaml)
            try await site.untilCanaryGate(in: "adopt")
            #expect(try await uid(site, manifest) == before, "it is the same object")
            #expect(
                try await site.inventory(in: "adopt")[Site.canary]?.contains("Service \(manifest.service)") ?? false)
            try await site.kubectl(
                "annotate", "axp", "checkout", "-n", "adopt", "accesspoint.io/abort=r1", "--overwrite")
            try await site.until("the abort is done", in: "adopt") {
                $0.isTrue("Stalled") && $0.inFlight.isEmpty && $0.holding.isEmpty
            }
            #expect(try await uid(site, manifest) == before, "it was not deleted")
            #expect(try await site.inventory(in: "adopt").isEmpty, "nothing carries our labels")
            for reason in ["ObjectsTakenOver", "ObjectsReturned"] {
                try await site.untilTold(reason, manifest.service, in: "adopt")
            }
        }

        @Test("Adopt refuses an object that differs, and Overwrite takes it over")
        func overwrite() async throws {
            let site = try await Site.operated()
            try await site.namespace("overwrite")
            var manifest = AccessPointManifest(namespace: "overwrite", runtime: ["conflictResolution: Adopt"])
            try await site.member(Site.canary).apply(vip(manifest, selector: "other", port: 444))
            let before = try await uid(site, manifest)
            try await site.kubectl.apply(manifest.yaml)
            let refused = try await site.until("the object that differs is reported", in: "overwrite") {
                $0.condition("Accepted")?.status == .false
            }
            #expect(refused.condition("Accepted")?.message.contains("Overwrite") ?? false)
            #expect(try await site.inventory(in: "overwrite").isEmpty)
            manifest.runtime = ["conflictResolution: Overwrite"]
            try await site.kubectl.apply(manifest.yaml)
            try await site.goOn(try await site.untilCanaryGate(in: "overwrite"))
            try await site.untilReady(in: "overwrite")
            #expect(try await uid(site, manifest) == before, "it was not made anew")
            let selector = try await site.member(Site.canary).field(
                ".spec.selector.istio", of: "service", manifest.service, namespace: Site.gatewayNamespace)
            #expect(selector == "ingressgateway")
            let ports = try await site.member(Site.canary).field(
                ".spec.ports[*].port", of: "service", manifest.service, namespace: Site.gatewayNamespace)
            #expect(ports == "443", "the port that had the same name is gone")
        }

        @Test("deletion.policy Orphan leaves the objects where they are, without our marks")
        func orphan() async throws {
            let site = try await Site.operated()
            try await site.namespace("orphan")
            let manifest = AccessPointManifest(namespace: "orphan", runtime: ["deletion: {policy: Orphan}"])
            try await site.rollOut(manifest)
            let before = try await site.deletions(in: "orphan")
            try await site.kubectl("delete", "axp", "checkout", "-n", "orphan", "--timeout=60s")
            #expect(try await site.deletions(in: "orphan") == before, "nothing was deleted")
            for member in Fleet.members {
                for (kind, name, namespace) in [
                    ("service", manifest.service, Site.gatewayNamespace), ("gateway", "checkout", "orphan"),
                    ("virtualservice", "checkout", "orphan"),
                ] {
                    let json = try await site.member(member).get(kind, name, namespace: namespace)
                    let object = KubeObject(lenient: try #require(json, "\(member) has lost its \(kind)"))
                    let marks = (object.labels.keys + object.annotations.keys).filter {
                        $0.hasPrefix("accesspoint.io/") || $0 == "app.kubernetes.io/managed-by"
                    }
                    #expect(marks.isEmpty, "\(member) \(kind) carries \(marks)")
                    let managers = (object.json.value("metadata", "managedFields")?.arrayValue ?? [])
                        .compactMap { $0["manager"]?.stringValue }
                    #expect(!managers.contains("accesspoint-operator"), "\(member) \(kind): \(managers)")
                }
            }
            try await site.untilTold("ObjectsOrphaned", in: "orphan")
        }
    }
}
