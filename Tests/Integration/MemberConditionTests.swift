import Foundation
import JSONValue
import KubeModel
import Testing

extension Integration {
    @Suite("What a MemberCluster says of itself")
    struct MemberConditionTests {
        @Test("what the credential lacks is named with the rules that mend it, and the rights of the sample are enough")
        func authorized() async throws {
            let site = try await Site.operated()
            // By its name it is among the first, which are asked about and named.
            try await site.namespace("a-rights")
            var manifest = AccessPointManifest(namespace: "a-rights")
            try await site.rollOut(manifest)
            let whole = try await condition("Authorized", site) { $0.status == .true }
            #expect(whole.reason == "Authorized")
            let apis = try await condition("APIsAvailable", site) { $0.status == .true }
            #expect(apis.message.contains("networking.istio.io/v1"))

            let member = site.member(Site.canary)
            let sample = Checkout.top.appending(path: "samples/member-rbac.yaml").path
            try await member("apply", "-f", sample)
            try await member(
                "create", "clusterrolebinding", "operator-of-tests", "--clusterrole=accesspoint-member",
                "--user=operator")
            try await member(
                "create", "rolebinding", "operator-of-tests", "-n", Site.gatewayNamespace,
                "--role=accesspoint-member-certificates", "--user=operator")
            try await member.apply(
                """
                apiVersion: v1
                kind: Service
                metadata:
                  name: istiod
                  namespace: \(Site.gatewayNamespace)
                  labels: {app: istiod, app.kubernetes.io/version: 1.27.1}
                spec: {ports: [{port: 15012}]}
                """)
            // Without `patch` and `delete` of what Istio serves.
            let verbs: JSONValue = [
                ["op": "replace", "path": "/rules/1/verbs", "value": ["get", "list", "watch", "create", "update"]]
            ]
            try await member("patch", "clusterrole", "accesspoint-member", "--type=json", "-p", verbs.text())
            try await use("kubeconfig.operator", site)
            do {
                try await lackAndMend(&manifest, member, sample, site)
            } catch {
                // The suites after this one need all rights.
                try await use("kubeconfig", site)
                throw error
            }
            try await use("kubeconfig", site)
            try await member("delete", "clusterrolebinding", "operator-of-tests")
            try await member("delete", "service", "istiod", "-n", Site.gatewayNamespace)
        }

        private func lackAndMend(
            _ manifest: inout AccessPointManifest, _ member: Kubectl, _ sample: String, _ site: Site
        ) async throws {
            let lacking = try await condition("Authorized", site) {
                $0.status == .false && $0.message.contains("in a-rights")
            }
            #expect(lacking.reason == "Forbidden")
            for part in [
                ": patch, delete of", "virtualservices.networking.istio.io", "a Role in ", "a-rights",
                "apiGroups: [networking.istio.io]", "verbs: [patch, delete]",
            ] {
                #expect(lacking.message.contains(part), "no \(part) in: \(lacking.message)")
            }
            _ = try await site.host.until("the version of Istio is told with these rights") { record in
                record.object("MemberCluster", Site.canary)?.status?["istioVersion"] == "1.27.1" ? true : nil
            }
            #expect(!lacking.message.contains("services, ") && !lacking.message.contains("secrets"))

            // An AccessPoint that is kept out by what lacks counts before it has anything there.
            try await site.namespace("a-newcomer")
            try await site.kubectl.apply(AccessPointManifest(namespace: "a-newcomer").yaml)
            try await site.until("it is refused", in: "a-newcomer") { $0.condition("Accepted")?.reason == "Forbidden" }
            _ = try await condition("Authorized", site) { $0.message.contains("in a-newcomer") }
            try await site.kubectl("delete", "accesspoint", "checkout", "-n", "a-newcomer")

            try await member("apply", "-f", sample)
            _ = try await condition("Authorized", site) { $0.status == .true }
            manifest.timeout = "6s"
            try await site.kubectl.apply(manifest.yaml)
            try await site.goOn(
                try await site.until("the canary is written with these rights", in: "a-rights") {
                    $0.gate == "r2/canary" && $0.isTrue("Paused")
                })
            try await site.untilReady(in: "a-rights")
        }

        private func condition(_ type: String, _ site: Site, _ holds: @Sendable (Condition) -> Bool) async throws
            -> Condition
        {
            try await site.host.until(
                "\(type) of \(Site.canary) is as wanted",
                explain: { $0.object("MemberCluster", Site.canary)?.status?.text() ?? "" }
            ) { record in
                ConditionSet(record.object("MemberCluster", Site.canary)?.status?["conditions"])[type]
                    .flatMap { holds($0) ? $0 : nil }
            }
        }

        /// Lets the operator reach the canary by another kubeconfig.
        private func use(_ file: String, _ site: Site) async throws {
            let text = try String(contentsOf: site.fleet.kubeconfig(Site.canary, file), encoding: .utf8)
            let data: JSONValue = ["data": ["kubeconfig": .string(Data(text.utf8).base64EncodedString())]]
            try await site.kubectl(
                "patch", "secret", Site.canary, "-n", Site.operatorNamespace, "--type=merge", "-p", data.text())
        }
    }
}
