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
            try await site.namespace("rights")
            var manifest = AccessPointManifest(namespace: "rights")
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
            // Without `patch` and `delete` of what Istio serves.
            let verbs: JSONValue = [
                ["op": "replace", "path": "/rules/1/verbs", "value": ["get", "list", "watch", "create", "update"]]
            ]
            try await member("patch", "clusterrole", "accesspoint-member", "--type=json", "-p", verbs.text())
            try await use("kubeconfig.operator", site)
            let lacking = try await condition("Authorized", site) {
                $0.status == .false && $0.message.contains("in rights:")
            }
            #expect(lacking.reason == "Forbidden")
            for part in [
                "in rights: patch, delete of", "virtualservices.networking.istio.io", "a Role in rights with rules:",
                "apiGroups: [networking.istio.io]", "verbs: [patch, delete]",
            ] {
                #expect(lacking.message.contains(part), "no \(part) in: \(lacking.message)")
            }
            #expect(!lacking.message.contains("services, ") && !lacking.message.contains("secrets"))

            try await member("apply", "-f", sample)
            _ = try await condition("Authorized", site) { $0.status == .true }
            manifest.timeout = "6s"
            try await site.kubectl.apply(manifest.yaml)
            try await site.goOn(
                try await site.until("the canary is written with these rights", in: "rights") {
                    $0.gate == "r2/canary" && $0.isTrue("Paused")
                })
            try await site.untilReady(in: "rights")
            try await use("kubeconfig", site)
            try await member("delete", "clusterrolebinding", "operator-of-tests")
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
