import JSONValue
import KubeModel
import Testing

extension Integration {
    @Suite("What the rollout waits for")
    struct EvidenceTests {
        @Test("an address that is not there yet holds the canary, and comes into the status when the cloud gives it")
        func addressPending() async throws {
            let site = try await Site.operated()
            let manifest = AccessPointManifest(namespace: "address")
            try await site.namespace("address")
            site.cloud.withhold(manifest.service)
            try await site.kubectl.apply(manifest.yaml)
            let waiting = try await site.until("the canary waits for its address", in: "address") {
                $0.row(Site.canary)["reason"] == "AddressPending"
            }
            #expect(waiting.row(Site.canary)["phase"] == "Verifying")
            #expect(waiting.condition("AddressesReady")?.status == .unknown)
            #expect(waiting.condition("AddressesReady")?.message.contains(manifest.service) ?? false)
            // What the cluster's load balancer says of it is told too.
            let (namespace, name) = (Site.gatewayNamespace, manifest.service)
            try await site.member(Site.canary).apply(
                """
                apiVersion: v1
                kind: Event
                metadata: {name: pending, namespace: \(namespace)}
                involvedObject: {apiVersion: v1, kind: Service, namespace: \(namespace), name: \(name)}
                type: Warning
                reason: SyncLoadBalancerFailed
                message: no addresses are left in pool vips
                lastTimestamp: "2026-11-28T06:00:00Z"
                """)
            try await site.until("the reason is told", in: "address") {
                $0.condition("AddressesReady")?.message.contains(
                    "SyncLoadBalancerFailed: no addresses are left in pool vips") ?? false
            }
            await site.cloud.release(manifest.service)
            try await site.goOn(try await site.untilCanaryGate(in: "address"))
            try await site.untilReady(in: "address")
        }

        @Test("what does not come within the deadline pauses the rollout, and a person may go on without it")
        func deadline() async throws {
            let site = try await Site.operated()
            var manifest = AccessPointManifest(namespace: "deadline")
            manifest.progressDeadlineSeconds = 2
            try await site.namespace("deadline")
            site.cloud.withhold(manifest.service)
            try await site.kubectl.apply(manifest.yaml)
            let paused = try await site.until("the deadline pauses the rollout", in: "deadline") {
                $0.pauseReason == "DeadlineExceeded" && $0.isTrue("Stalled")
            }
            #expect(paused.condition("Ready")?.reason == "DeadlineExceeded")
            #expect(try await Array(site.inventory(in: "deadline").keys) == [Site.canary])
            await site.cloud.release(manifest.service)
            let gate = try await site.until("with the address it goes on by itself to its gate", in: "deadline") {
                $0.pauseReason == "CanaryGate" && $0.isTrue("Paused")
            }
            try await site.goOn(gate)
            try await site.untilReady(in: "deadline")
        }

        @Test("a backend that is taken away is named, and its return is noticed")
        func backendMissing() async throws {
            let site = try await Site.operated()
            try await site.namespace("backend")
            try await site.rollOut(AccessPointManifest(namespace: "backend"))
            try await site.member(Site.canary)("delete", "service", "checkout", "-n", "backend")
            let view = try await site.until("the missing backend is named", in: "backend") {
                $0.condition("RoutesReady")?.reason == "BackendNotFound"
            }
            #expect(view.condition("RoutesReady")?.message.contains("checkout.backend.svc.cluster.local") ?? false)
            #expect(view.condition("Ready")?.status == .false)
            // What it lacks already holds no other change.
            var manifest = AccessPointManifest(namespace: "backend")
            manifest.timeout = "7s"
            try await site.kubectl.apply(manifest.yaml)
            try await site.until("the change is written all the same", in: "backend") {
                $0.row(Site.canary)["revision"]?.stringValue?.hasPrefix("2-") ?? false
            }
            try await site.member(Site.canary)(
                "create", "service", "clusterip", "checkout", "-n", "backend", "--tcp=8080")
            try await site.goOn(try await site.untilCanaryGate(in: "backend"))
            try await site.until("all routes resolve", in: "backend") {
                $0.isTrue("RoutesReady") && $0.isTrue("Ready")
            }
        }

        @Test("a server that asks its clients for certificates waits for the authority to judge them by")
        func authority() async throws {
            let site = try await Site.operated()
            try await site.namespace("mutual")
            var manifest = AccessPointManifest(namespace: "mutual")
            manifest.tls = "MUTUAL"
            let name = "checkout-mutual"
            let issued = try site.issue(hosts: [manifest.host])
            for member in Fleet.members { try await site.member(member).apply(site.secret(name, issued).text()) }
            try await site.kubectl.apply(manifest.yaml)
            let missing = try await site.until("the missing authority is named", in: "mutual") {
                $0.condition("CertificatesReady")?.reason == "AuthorityMissing"
                    && $0.condition("ResolvedRefs")?.reason == "AuthorityMissing"
            }
            let words = missing.condition("CertificatesReady")?.message ?? ""
            #expect(words.contains("data ca.crt, or in a Secret \(name)-cacert beside it"), "\(words)")
            #expect(missing.condition("Ready")?.status == .false)
            try await site.untilTold("AuthorityMissing", name, in: "mutual")
            #expect(try await Array(site.inventory(in: "mutual").keys) == [Site.canary], "the canary has not gone on")

            // In the Secret itself, and in one beside it.
            var whole = site.secret(name, issued)
            whole.set(site.authorityData, at: ["data", "ca.crt"])
            try await site.member(Site.canary).apply(whole.text())
            var beside = site.secret("\(name)-cacert", issued)
            beside["type"] = "Opaque"
            beside["data"] = ["cacert": site.authorityData]
            for member in Fleet.members.filter({ $0 != Site.canary }) {
                try await site.member(member).apply(beside.text())
            }
            try await site.goOn(try await site.untilCanaryGate(in: "mutual"))
            let ready = try await site.untilReady(in: "mutual")
            #expect(ready.isTrue("CertificatesReady") && ready.isTrue("ResolvedRefs"))
        }

        @Test("a certificate is judged: missing, of another host, about to end, and different between members")
        func certificates() async throws {
            let site = try await Site.operated()
            try await site.namespace("certs", apps: [])
            for member in Fleet.members {
                try await site.member(member)("create", "service", "clusterip", "checkout", "-n", "certs", "--tcp=8080")
            }
            try await site.kubectl.apply(AccessPointManifest(namespace: "certs").yaml)
            let missing = try await site.until("the missing Secret is named", in: "certs") {
                $0.condition("CertificatesReady")?.reason == "SecretNotFound"
            }
            #expect(missing.condition("CertificatesReady")?.message.contains("istio-ingress/checkout-certs") ?? false)
            let elsewhere = try site.certificate("checkout-certs", hosts: ["elsewhere.example.com"]).text()
            try await site.member(Site.canary).apply(elsewhere)
            let wrong = try await site.until("the wrong host is named", in: "certs") {
                $0.condition("CertificatesReady")?.reason == "HostNotCovered"
            }
            #expect(wrong.condition("CertificatesReady")?.message.contains("checkout.certs.example.com") ?? false)
            let good = try site.certificate("checkout-certs", hosts: ["checkout.certs.example.com"]).text()
            for member in Fleet.members { try await site.member(member).apply(good) }
            try await site.goOn(try await site.untilCanaryGate(in: "certs"))
            let ready = try await site.untilReady(in: "certs")
            #expect(ready.isTrue("CertificatesReady"))
            let ending = try site.certificate("checkout-certs", hosts: ["checkout.certs.example.com"], days: 2).text()
            try await site.member(Site.canary).apply(ending)
            let warned = try await site.until("the end is announced", in: "certs") {
                $0.condition("CertificatesReady")?.reason == "ExpiringSoon"
            }
            // A certificate that still serves closes neither Ready nor a gate.
            #expect(warned.isTrue("Ready"))
            #expect(warned.object.status?["certificates"]?[0]?["staleClusters"]?.arrayValue?.isEmpty == false)
        }
    }
}
