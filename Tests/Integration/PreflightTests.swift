import Foundation
import JSONValue
import KubeClient
import KubeModel
import Testing

extension Integration {
    @Suite("What members refuse before anything is written")
    struct PreflightTests {
        private static let east = "us-east-az1-k1"

        /// Waits for the refusal of an AccessPoint, and checks that its message names all of this and that no member was
        /// written meanwhile.
        private func expectRefused(
            _ manifest: AccessPointManifest, _ reason: String, _ site: Site, names parts: [String], yaml: String? = nil
        ) async throws {
            var before: [String: [String: Int]] = [:]
            for member in Fleet.members {
                before[member] = try await Requests.mutating(try site.chronicle(member).client)
            }
            try await site.kubectl.apply(yaml ?? manifest.yaml)
            let refused = try await site.until("\(reason) is reported", manifest.name, in: manifest.namespace) {
                $0.condition("Accepted")?.reason == reason
            }
            let accepted = refused.condition("Accepted")
            #expect(accepted?.status == .false)
            let message = accepted?.message ?? ""
            for part in parts { #expect(message.contains(part), "no '\(part)' in: \(message)") }
            #expect(refused.inFlight.isEmpty && refused.holding.isEmpty)
            for member in Fleet.members {
                let after = try await Requests.mutating(try site.chronicle(member).client)
                #expect(Requests.added(before[member] ?? [:], after) == [:], "\(member) was written")
            }
        }

        @Test("a quota that has no room is named, with the object and the cluster; with room it goes on by itself")
        func quota() async throws {
            let site = try await Site.operated()
            try await site.namespace("quota")
            let client = try site.chronicle(Self.east).client
            let quotas = GroupVersionResource(group: "", version: "v1", resource: "resourcequotas")
            try await site.member(Self.east).apply(
                """
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: routes, namespace: quota}
                spec: {hard: {count/virtualservices.networking.istio.io: "0"}}
                """)
            // What a controller writes where there is one: without it the quota has no effect.
            let limit: JSONValue = ["count/virtualservices.networking.istio.io": "0"]
            _ = try await client.mergePatch(
                ["status": ["hard": limit, "used": limit]], resource: quotas,
                key: ObjectKey(namespace: "quota", name: "routes"), subresource: "status")
            try await expectRefused(
                AccessPointManifest(namespace: "quota"), "QuotaExceeded", site,
                names: [
                    Self.east, "VirtualService quota/checkout", "exceeded quota: routes",
                    "raise ResourceQuota quota/routes there",
                ])
            try await site.member(Self.east)("delete", "resourcequota", "routes", "-n", "quota")
            try await site.untilCanaryGate(in: "quota")
        }

        @Test("a right that the credential lacks is named with verb and resource; once granted it goes on by itself")
        func forbidden() async throws {
            let site = try await Site.operated()
            try await site.namespace("rbac")
            try await grant("get, list, watch, create, update, delete", site)
            try await replaceSecret(site, "kubeconfig.operator")
            do {
                try await expectRefused(
                    AccessPointManifest(namespace: "rbac"), "Forbidden", site,
                    names: [
                        Self.east, "VirtualService rbac/checkout", #"cannot patch resource "virtualservices""#,
                        "grant the operator's user patch on virtualservices.networking.istio.io",
                    ])
                try await grant("get, list, watch, create, update, patch, delete", site)
                try await site.untilCanaryGate(in: "rbac")
            } catch {
                try await replaceSecret(site, "kubeconfig")
                throw error
            }
            try await replaceSecret(site, "kubeconfig")
        }

        /// What samples/member-rbac.yaml grants, with these verbs on VirtualServices.
        private func grant(_ verbs: String, _ site: Site) async throws {
            let all = "[get, list, watch, create, update, patch, delete]"
            try await site.member(Self.east).apply(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: preflight}
                rules:
                - {apiGroups: [""], resources: [services], verbs: \(all)}
                - {apiGroups: [networking.istio.io], resources: [virtualservices], verbs: [\(verbs)]}
                - apiGroups: [networking.istio.io]
                  resources: [gateways, destinationrules, serviceentries, workloadentries, sidecars]
                  verbs: \(all)
                - {apiGroups: [security.istio.io], resources: ["*"], verbs: \(all)}
                - {apiGroups: [""], resources: [namespaces], resourceNames: [kube-system], verbs: [get]}
                - {apiGroups: [""], resources: [secrets], verbs: [get]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: preflight}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: preflight}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: operator}]
                """)
        }

        private func replaceSecret(_ site: Site, _ file: String) async throws {
            let secret = try await site.kubectl(
                "create", "secret", "generic", Self.east, "-n", Site.operatorNamespace,
                "--from-file=kubeconfig=\(site.fleet.kubeconfig(Self.east, file).path)", "--dry-run=client", "-o",
                "yaml")
            try await site.kubectl("replace", "-f", "-", input: secret)
        }

        @Test(
            "what a webhook of one cluster denies, or cannot be asked about, is named; without the webhook it goes on by itself"
        )
        func webhook() async throws {
            let site = try await Site.operated()
            try await site.namespace("webhook")
            let webhook = try await DenyingWebhook.start()
            let name = "routes-policy"
            try await site.member(Self.east)("label", "namespace", "webhook", "policy=\(name)")
            try await site.member(Self.east).apply(webhook.configuration(name))
            // A server takes up a new configuration a moment after it has stored it.
            let probe: JSONValue = [
                "apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
                "metadata": ["name": "probe", "namespace": "webhook"],
                "spec": ["hosts": ["probe.example.com"], "http": [["directResponse": ["status": 200]]]],
            ]
            try await eventually("the webhook is asked") {
                let asked = try await site.member(Self.east).attempt(
                    "create", "--dry-run=server", "-f", "-", input: probe.text())
                return asked.stderr.contains(DenyingWebhook.message)
            }
            do {
                try await expectRefused(
                    AccessPointManifest(namespace: "webhook"), "DryRunFailed", site,
                    names: [
                        Self.east, "VirtualService webhook/checkout", DenyingWebhook.field, DenyingWebhook.message,
                        #"admission webhook "routes.policy.example.com" denied the request"#,
                    ])
                #expect(webhook.reviews.allSatisfy { $0.hasPrefix("dryRun ") }, "\(webhook.reviews)")
                #expect(webhook.reviews.contains("dryRun VirtualService webhook/checkout"))
                try await site.kubectl("delete", "axp", "checkout", "-n", "webhook", "--timeout=60s")
                await webhook.end()
                try await expectRefused(
                    AccessPointManifest(namespace: "webhook"), "DryRunFailed", site,
                    names: [
                        Self.east, "VirtualService webhook/checkout",
                        #"failed calling webhook "routes.policy.example.com""#, "connection refused",
                        "start the webhook there",
                    ])
            } catch {
                try await site.member(Self.east)("delete", "validatingwebhookconfiguration", name)
                throw error
            }
            try await site.member(Self.east)("delete", "validatingwebhookconfiguration", name)
            let gate = try await site.untilCanaryGate(in: "webhook")
            try await expectTriedAgain(gate, webhook.configuration(name), name, site)
        }

        /// What a cluster took once it need not take again: a revision that is started again is tried again.
        private func expectTriedAgain(
            _ gate: AccessPointView, _ configuration: String, _ name: String, _ site: Site
        ) async throws {
            func set(_ verb: String, _ token: String) async throws {
                try await site.kubectl(
                    "annotate", "axp", "checkout", "-n", "webhook", "accesspoint.io/\(verb)=\(token)", "--overwrite")
            }
            try await set("abort", gate.text("rollout", "tokens", "abort"))
            let back = try await site.until("nothing is left", in: "webhook") {
                $0.inFlight.isEmpty && $0.holding.isEmpty && !$0.text("rollout", "tokens", "retry").isEmpty
            }
            do {
                try await block(configuration, site)
                try await set("retry", back.text("rollout", "tokens", "retry"))
                let refused = try await site.until("the revision is refused", in: "webhook") {
                    $0.condition("Accepted")?.reason == "DryRunFailed"
                }
                #expect(refused.inFlight.isEmpty && refused.holding.isEmpty)
            } catch {
                try await site.member(Self.east)("delete", "validatingwebhookconfiguration", name)
                throw error
            }
            try await site.member(Self.east)("delete", "validatingwebhookconfiguration", name)
            let again = try await site.untilCanaryGate(in: "webhook")
            do {
                // After the dry run nobody has said that it is down: the write itself meets it.
                try await block(configuration, site)
                try await site.goOn(again)
                let waiting = try await site.until("the write waits for the webhook", in: "webhook") {
                    $0.row(Self.east)["reason"] == "WebhookUnavailable"
                }
                let row = waiting.row(Self.east)
                let failure = row["failedResources"]?[0]
                #expect(failure?["reason"] == "WebhookUnavailable", "\(row)")
                #expect(failure?["message"]?.stringValue?.contains("failed calling webhook") == true, "\(row)")
                #expect(waiting.condition("Ready")?.status == .false)
                try await site.untilTold("WebhookUnavailable", Self.east, in: "webhook")
                let now = try await site.chronicle(Self.east).record
                #expect(now.object("VirtualService", "checkout", in: "webhook") == nil)
            } catch {
                try await site.member(Self.east)("delete", "validatingwebhookconfiguration", name)
                throw error
            }
            try await site.member(Self.east)("delete", "validatingwebhookconfiguration", name)
            try await site.untilReady(in: "webhook")
        }

        /// Has the server ask a webhook that does not answer.
        private func block(_ configuration: String, _ site: Site) async throws {
            try await site.member(Self.east).apply(configuration)
            let probe: JSONValue = [
                "apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
                "metadata": ["name": "probe", "namespace": "webhook"],
                "spec": ["hosts": ["probe.example.com"], "http": [["directResponse": ["status": 200]]]],
            ]
            try await eventually("the webhook cannot be asked") {
                try await site.member(Self.east).attempt(
                    "create", "--dry-run=server", "-f", "-", input: probe.text()
                ).stderr.contains("failed calling webhook")
            }
        }

        @Test("what a set refers to and one cluster lacks keeps all untouched; once it is there it goes on by itself")
        func references() async throws {
            let site = try await Site.operated()
            try await site.namespace("references")
            try await site.member(Self.east)("delete", "service", "checkout", "-n", "references")
            var manifest = AccessPointManifest(namespace: "references")
            try await expectRefused(
                manifest, "ReferenceUnresolved", site,
                names: [
                    Self.east, "VirtualService references/checkout spec.http[0].route[0].destination",
                    "no Service or ServiceEntry of host checkout.references.svc.cluster.local",
                    "create Service references/checkout",
                ])
            let refused = try await site.until("its row tells it too", in: "references") {
                $0.row(Self.east)["reason"] == "ReferenceUnresolved"
            }
            #expect(refused.condition("Paused")?.reason == "PreflightRefused")
            let paused = refused.condition("Paused")?.message ?? ""
            #expect(paused.contains("\(Self.east) is not ready for revision 1: it lacks"), "\(paused)")
            try await site.member(Self.east)(
                "create", "service", "clusterip", "checkout", "-n", "references", "--tcp=8080")
            try await site.goOn(try await site.untilCanaryGate(in: "references"))
            try await site.untilReady(in: "references")

            // A change that would break the last cluster only.
            manifest.europeanSecret = "nowhere"
            try await site.kubectl.apply(manifest.yaml)
            let held = try await site.until("the Secret is missed", in: "references") {
                $0.condition("Accepted")?.reason == "ReferenceUnresolved"
            }
            let words = held.condition("Accepted")?.message ?? ""
            for part in [
                "eu-central-az1-k1: Gateway references/checkout", "Secret istio-ingress/nowhere does not exist",
            ] {
                #expect(words.contains(part), "\(words)")
            }
            #expect(held.inFlight.isEmpty)
            for member in Fleet.members {
                #expect(held.row(member)["revision"]?.stringValue?.hasPrefix("1-") == true, "\(held.row(member))")
            }
            manifest.europeanSecret = nil
            try await site.kubectl.apply(manifest.yaml)
            try await site.untilReady(in: "references")
        }

        @Test("a kind that one cluster does not serve is named with its CRD; once installed it goes on by itself")
        func crdMissing() async throws {
            let site = try await Site.unoperated()
            try await site.namespace("kinds")
            let crd = "peerauthentications.security.istio.io"
            let text = try await site.member(Self.east)("get", "crd", crd, "-o", "json")
            try await site.member(Self.east)("delete", "crd", crd)
            // A server goes on to name a kind for a moment after its CRD is gone.
            let client = try site.chronicle(Self.east).client
            try await eventually("\(Self.east) does not name the kind any more") {
                for version in ["v1", "v1beta1"] {
                    let named = (try? await client.getRaw("/apis/security.istio.io/\(version)")) ?? []
                    if String(decoding: named, as: UTF8.self).contains("\"peerauthentications\"") { return false }
                }
                return true
            }
            let process = try OperatorProcess.start(site.fleet, identity: "kinds")
            let manifest = AccessPointManifest(namespace: "kinds")
            let entry = """
                - name: mtls
                    object:
                      apiVersion: security.istio.io/v1
                      kind: PeerAuthentication
                      metadata: {name: checkout}
                      spec: {selector: {matchLabels: {app: checkout}}, mtls: {mode: STRICT}}
                  - name: route
                """
            do {
                try await expectRefused(
                    manifest, "KindMissing", site,
                    names: [Self.east, "PeerAuthentication kinds/checkout", "install the CRD \(crd) there"],
                    yaml: manifest.yaml.replacing("- name: route", with: entry))
            } catch {
                try await restore(text, site)
                throw error
            }
            try await restore(text, site)
            // Which kinds a member serves is looked at once a minute.
            try await site.until("the canary has it", in: "kinds", within: .seconds(150)) {
                $0.pauseReason == "CanaryGate" && $0.row(Site.canary)["phase"] == "Available"
            }
            #expect(await process.terminate() == 0)
        }

        private func restore(_ text: String, _ site: Site) async throws {
            var crd = try JSONValue(parsing: text)
            crd["status"] = nil
            for field in ["resourceVersion", "uid", "creationTimestamp", "managedFields", "generation"] {
                crd.set(nil, at: ["metadata", field])
            }
            try await site.member(Self.east)("create", "--validate=false", "-f", "-", input: crd.text())
        }

        @Test("each object is written in the newest version that its cluster serves, v1, v1beta1 or v1alpha3")
        func versions() async throws {
            let site = try await Site.operated()
            try await site.namespace("versions")
            let entries = """
                - name: backends
                    object:
                      apiVersion: networking.istio.io/v1
                      kind: WorkloadEntry
                      metadata: {name: checkout}
                      spec: {address: 192.0.2.7, labels: {app: elsewhere}}
                  - name: balance
                    object:
                      apiVersion: networking.istio.io/v1
                      kind: DestinationRule
                      metadata: {name: checkout}
                      spec: {host: checkout.versions.svc.cluster.local, trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}}
                  - name: route
                """
            let manifest = AccessPointManifest(namespace: "versions").yaml
                .replacing("- name: route", with: entries)
            try await site.kubectl.apply(manifest)
            try await site.goOn(try await site.untilCanaryGate(in: "versions"))
            try await site.untilReady(in: "versions")
            let expected = [
                "us-east-az1-k1": ["v1", "v1", "v1"], Site.canary: ["v1", "v1", "v1"],
                Site.older: ["v1beta1", "v1alpha3", "v1"],
            ]
            for (member, versions) in expected {
                var written: [String] = []
                for kind in ["DestinationRule", "WorkloadEntry", "VirtualService"] {
                    let object = try #require(
                        await site.chronicle(member).record.object(kind, "checkout", in: "versions"))
                    let managers = object.json.value("metadata", "managedFields")?.arrayValue ?? []
                    let ours = try #require(managers.first { $0["operation"] == "Apply" }, "\(kind) in \(member)")
                    written.append(
                        ours["apiVersion"]?.stringValue?.replacing("networking.istio.io/", with: "") ?? "")
                }
                #expect(written == versions, "\(member)")
            }
            // What is stored in an older version is as rendered: nothing is put back, and the removal finds it.
            let counts = try await site.writes(in: "versions")
            try await site.kubectl("annotate", "axp", "checkout", "-n", "versions", "example.com/seen=yes")
            try await site.kubectl("delete", "axp", "checkout", "-n", "versions", "--timeout=60s")
            #expect(try await site.inventory(in: "versions").isEmpty)
            for (member, count) in counts {
                let gone = try await site.chronicle(member).record.entries(of: "checkout", in: "versions")
                    .dropFirst(count).map(\.change)
                #expect(gone == Array(repeating: .deleted, count: 5), "\(member)")
            }
        }

        @Test("a set that has more than doubled waits for a person before the canary, and goes on by its own token")
        func growth() async throws {
            let site = try await Site.operated()
            try await site.namespace("growth")
            let manifest = AccessPointManifest(namespace: "growth")
            try await site.rollOut(manifest)
            let before = try await site.writes(in: "growth")
            // Three objects become eleven.
            let more = (1...8).map { number in
                """
                - name: more-\(number)
                    object:
                      apiVersion: networking.istio.io/v1
                      kind: WorkloadEntry
                      metadata: {name: checkout-\(number)}
                      spec: {address: 192.0.2.\(number), labels: {app: elsewhere}}
                """
            }
            try await site.kubectl.apply(
                manifest.yaml.replacing(
                    "- name: route", with: (more + ["- name: route"]).joined(separator: "\n  ")))
            let paused = try await site.until("it waits for a person", in: "growth") {
                $0.pauseReason == "GrowthGate" && $0.isTrue("Paused") && $0.isTrue("Accepted")
            }
            #expect(paused.gate == "r2/growth")
            #expect(paused.condition("Paused")?.message.contains("11 objects instead of 3") ?? false)
            #expect(try await site.writes(in: "growth") == before, "a target was touched")
            try await site.goOn(paused)
            let canary = try await site.until("the canary has it", in: "growth") {
                $0.gate == "r2/canary" && $0.isTrue("Paused")
            }
            try await site.goOn(canary)
            try await site.until("it is everywhere", in: "growth") {
                $0.isTrue("Ready") && $0.stableRevision.hasPrefix("2-")
            }
        }

        @Test("a host at a gateway of another AccessPoint is refused, and taken by itself when it is free")
        func hostClaimed() async throws {
            let site = try await Site.operated()
            try await site.namespace("hosts", apps: ["checkout", "cart"])
            try await site.rollOut(AccessPointManifest(namespace: "hosts"))
            let first = AccessPointManifest(namespace: "hosts")
            let second = AccessPointManifest(name: "cart", namespace: "hosts")
            let yaml = second.yaml.replacing("hosts: [\(second.host)]", with: "hosts: [\(first.host)]")
                .replacing("gateways: [cart]", with: "gateways: [checkout]")
            try await expectRefused(
                second, "HostClaimed", site,
                names: [
                    "VirtualService hosts/cart", "host \(first.host) at Gateway hosts/checkout",
                    "AccessPoint hosts/checkout", "eu-central-az1-k1 and 2 more",
                ], yaml: yaml)
            try await site.kubectl("delete", "axp", "checkout", "-n", "hosts", "--timeout=60s")
            try await site.until("the host is free", "cart", in: "hosts") {
                $0.condition("Accepted")?.status != .false && $0.updateRevision.hasPrefix("1-")
            }
        }
    }
}
