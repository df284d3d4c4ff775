import JSONValue
import KubeClient
import KubeModel
import Testing
import X509Tools

extension Integration {
    @Suite("Probes through the VIP")
    struct ProbeTests {
        private static let services = GroupVersionResource(group: "", version: "v1", resource: "services")

        @Test("the canary goes on only when its VIP serves the certificate of the Secret and the route answers")
        func rollout() async throws {
            let site = try await Site.operated()
            let stage = try await Stage.set("probe", site)
            let host = stage.manifest.host
            try await stage.gateways[0].answer("healthz", 503)
            try await site.kubectl.apply(stage.manifest.yaml)
            try await stage.assignAddresses(site)

            let bad = try await site.until("the 503 is seen", in: "probe") {
                $0.row(Site.canary)["reason"] == "ProbeFailed"
            }
            #expect(bad.row(Site.canary)["phase"] == "Verifying")
            let words = bad.condition("RoutesReady")?.message ?? ""
            for part in [host, stage.gateways[0].address, "503"] {
                #expect(words.contains(part), "no \(part) in: \(words)")
            }
            #expect(bad.condition("CertificatesReady")?.reason == "Serving")
            #expect(try await Array(site.inventory(in: "probe").keys) == [Site.canary], "the canary has not gone on")

            await stage.gateways[0].hang()
            try await site.until("no answer cannot tell", in: "probe") {
                $0.row(Site.canary)["reason"] == "ProbeInconclusive"
            }
            await stage.gateways[0].wake()
            try await stage.gateways[0].answer("healthz", 200)
            try await site.goOn(try await site.untilCanaryGate(in: "probe"))
            let ready = try await site.untilReady(in: "probe")
            #expect(ready.condition("RoutesReady")?.reason == "RoutesServed")
            #expect(ready.condition("CertificatesReady")?.reason == "Serving")
            #expect(ready.object.status?["routes"]?[0]?["evidence"] == "Served")

            // The same is seen again and again, and nothing is written about it.
            let before = try await site.writes(in: "probe")
            try await ContinuousClock().sleep(for: .seconds(4))
            #expect(try await site.writes(in: "probe") == before)

            try await stage.rotate(site)
            try await stage.change(site)
        }

        /// Two targets, each with a gateway on loopback as its VIP.
        private struct Stage {
            var manifest: AccessPointManifest
            var gateways: [Gateway]
            var members: [String]
            var issued: IssuedCertificate

            static func set(_ namespace: String, _ site: Site) async throws -> Stage {
                var manifest = AccessPointManifest(namespace: namespace)
                manifest.regions = ["us-west", "eu-central"]
                manifest.runtime = [
                    "probe: {intervalSeconds: 1, timeoutSeconds: 1, failureThreshold: 2, "
                        + "http: {path: /healthz, expectedStatuses: [200]}}"
                ]
                try await site.namespace(namespace)
                let issued = try site.issue(hosts: [manifest.host])
                let members = [Site.canary, "eu-central-az1-k1"]
                let gateways = [try Gateway("127.0.0.2"), try Gateway("127.0.0.3")]
                try await gateways[0].serve(issued)
                manifest.port = await gateways[0].port
                try await gateways[1].serve(issued, port: manifest.port)
                try await gateways[1].answer("healthz", 200)
                for member in members {
                    try await site.member(member).apply(site.secret("checkout-\(namespace)", issued).text())
                }
                site.cloud.withhold(manifest.service)
                return Stage(manifest: manifest, gateways: gateways, members: members, issued: issued)
            }

            /// Plays the load balancers, as soon as the Services are there.
            func assignAddresses(_ site: Site) async throws {
                for (member, gateway) in zip(members, gateways) {
                    let (key, address) = (
                        ObjectKey(namespace: Site.gatewayNamespace, name: manifest.service), gateway.address
                    )
                    let chronicle = try site.chronicle(member)
                    Task {
                        _ = try await chronicle.until("the Service is there", within: .seconds(120)) { record in
                            record.objects("Service").first { $0.key == key }
                        }
                        _ = try await chronicle.client.mergePatch(
                            ["status": ["loadBalancer": ["ingress": [["ip": .string(address)]]]]],
                            resource: ProbeTests.services, key: key, fieldManager: "cloud", subresource: "status")
                    }
                }
            }

            /// The Secret is renewed and the gateway takes it up late; then it serves what it should not.
            func rotate(_ site: Site) async throws {
                let namespace = manifest.namespace
                let renewed = try site.issue(hosts: [manifest.host], days: 91)
                try await site.member(Site.canary).apply(site.secret("checkout-\(namespace)", renewed).text())
                try await stands("CertificateNotServed", "and not the Secret's", site)
                try await gateways[0].serve(renewed)
                try await site.until("the renewed certificate is served", in: namespace) {
                    $0.row(Site.canary)["certificates"]?["ready"] == 1 && $0.isTrue("Ready")
                }
                try await gateways[0].serve(try site.issue(hosts: [manifest.host], days: -1))
                try await stands("ServedExpired", ", which ended ", site)
                try await site.untilTold("ServedExpired", ", which ended ", in: namespace)
                try await gateways[0].serve(try site.issue(hosts: ["other.example.com"]))
                try await stands("ServedHostNotCovered", ", which is for other.example.com", site)
                // Both targets get the renewed one, so that nothing is left to say.
                try await site.member(members[1]).apply(site.secret("checkout-\(namespace)", renewed).text())
                for gateway in gateways { try await gateway.serve(renewed) }
                try await site.untilReady(in: namespace)
                try await site.untilTold("Serving", "2/2 targets", in: namespace)
            }

            /// Another probe is another look, and no other revision: what it looks for fails, and comes.
            func change(_ site: Site) async throws {
                let namespace = manifest.namespace
                let writes = try await site.writes(in: namespace)
                var manifest = manifest
                manifest.runtime = [
                    "probe: {intervalSeconds: 1, timeoutSeconds: 1, failureThreshold: 2, "
                        + "http: {path: /other, expectedStatuses: [200]}}"
                ]
                for gateway in gateways { try await gateway.answer("other", 503) }
                try await site.kubectl.apply(manifest.yaml)
                let bad = try await site.until("another answer is looked at", in: namespace) {
                    $0.condition("RoutesReady")?.message.contains("answers GET /other with 503") ?? false
                }
                try await site.untilTold("ProbeFailed", in: namespace)
                for gateway in gateways { try await gateway.answer("other", 200) }
                let good = try await site.untilReady(in: namespace)
                try await site.untilTold("RoutesServed", "2/2 targets", in: namespace)
                for view in [bad, good] {
                    #expect(view.object.generation == 2 && view.condition("Progressing")?.reason == "RolloutCompleted")
                    #expect(view.updateRevision == view.stableRevision && view.updateRevision.hasPrefix("1-"))
                }
                #expect(try await site.writes(in: namespace) == writes, "a member was written")
            }

            private func stands(_ reason: String, _ words: String, _ site: Site) async throws {
                let view = try await site.until("\(words) is said", in: manifest.namespace) {
                    $0.condition("CertificatesReady")?.reason == reason
                        && $0.condition("CertificatesReady")?.message.contains(words) == true
                }
                #expect(view.condition("Ready")?.status == .false)
                #expect(view.row(Site.canary)["reason"]?.stringValue == reason)
            }
        }
    }
}
