import JSONValue
import KubeModel
import Testing

extension Integration {
    @Suite("What others have in a member")
    struct NeighbourTests {
        private static let rules = ["NeighbourServer", "NeighbourGatewayHost", "NeighbourRule"]

        @Test("what clashes with objects of others is warned of, refuses and holds nothing, and is gone with them")
        func clashes() async throws {
            let site = try await Site.operated()
            try await site.namespace("neighbours")
            let member = site.member(Site.canary)
            try await member("create", "namespace", "edge")
            let others = """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: neighbour, namespace: istio-ingress}
                spec:
                  selector: {istio: ingressgateway}
                  servers: [{port: {number: 443, name: https, protocol: HTTPS}, tls: {mode: SIMPLE, credentialName: theirs}, hosts: ["*/checkout.neighbours.example.com"]}]
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: neighbour, namespace: edge}
                spec: {hosts: [checkout.neighbours.example.com], gateways: [neighbours/checkout], http: [{redirect: {uri: /}}]}
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: neighbour, namespace: neighbours}
                spec: {host: checkout.neighbours.svc.cluster.local, trafficPolicy: {loadBalancer: {simple: RANDOM}}}
                """
            try await member.apply(others)
            let manifest = AccessPointManifest(namespace: "neighbours")
            let rule = """
                - name: balance
                    object:
                      apiVersion: networking.istio.io/v1
                      kind: DestinationRule
                      metadata: {name: checkout}
                      spec: {host: checkout.neighbours.svc.cluster.local, trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}}
                  - name: route
                """
            try await site.kubectl.apply(manifest.yaml.replacing("- name: route", with: rule))

            try await site.goOn(try await site.untilCanaryGate(in: "neighbours"))
            try await site.untilReady(in: "neighbours")
            let warned = try await site.until("the clashes are told", in: "neighbours") {
                $0.condition("ResolvedRefs")?.message.contains("(and 2 more)") ?? false
            }
            #expect(warned.isTrue("ResolvedRefs") && warned.isTrue("Ready") && warned.isTrue("Accepted"))
            let message = warned.condition("ResolvedRefs")?.message ?? ""
            #expect(message.contains("warning: \(Site.canary): Gateway neighbours/checkout"), "\(message)")
            #expect(message.contains("Gateway istio-ingress/neighbour, which is there already"), "\(message)")
            let detail = try await target(Site.canary, site) { told in
                told.status == .true && Self.rules.allSatisfy(told.message.contains)
            }
            #expect(detail.message.contains("VirtualService edge/neighbour"), "\(detail.message)")
            // What the other members hold is no matter of theirs.
            for name in Site.rest {
                let told = try await target(name, site) { $0.status == .true }
                #expect(told.message.isEmpty, "\(name): \(told.message)")
            }

            try await member("delete", "-f", "-", input: others)
            try await site.until("the warning is gone", in: "neighbours") {
                $0.condition("ResolvedRefs")?.message == "3/3 targets resolve all references"
            }
            _ = try await target(Site.canary, site) { $0.status == .true && $0.message.isEmpty }
        }

        /// The condition of a member's AccessPointTarget, as soon as it is as wanted.
        private func target(
            _ member: String, _ site: Site, _ holds: @Sendable (Condition) -> Bool
        ) async throws -> Condition {
            try await site.host.until("the target in \(member) tells it") { record in
                record.referenceCondition(of: member).flatMap { holds($0) ? $0 : nil }
            }
        }
    }
}

extension Chronicle.Record {
    fileprivate func referenceCondition(of member: String) -> Condition? {
        objects("AccessPointTarget", in: "neighbours")
            .first { $0.spec?["clusterName"]?.stringValue == member }
            .flatMap { ConditionSet($0.status?["conditions"])["ResolvedRefs"] }
    }
}
