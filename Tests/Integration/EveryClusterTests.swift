import Foundation
import JSONValue
import KubeClient
import KubeModel
import Testing

extension Integration {
    @Suite("Entries for every cluster of a zone")
    struct EveryClusterTests {
        private static let other = "us-west-az1-k2"

        private static let manifest = """
            apiVersion: accesspoint.io/v1alpha1
            kind: AccessPoint
            metadata: {name: checkout, namespace: every}
            spec:
              scope: {regions: [us-west]}
              trafficTemplate:
              - name: external
                placement: EveryCluster
                object:
                  apiVersion: networking.istio.io/v1
                  kind: ServiceEntry
                  metadata: {name: external}
                  spec: {hosts: [external.example.org], location: MESH_EXTERNAL, resolution: DNS, ports: [{number: 443, name: tls, protocol: TLS}]}
              - name: route
                object:
                  apiVersion: networking.istio.io/v1
                  kind: VirtualService
                  metadata: {name: checkout}
                  spec: {hosts: [checkout.every.example.com], http: [{route: [{destination: {host: checkout.every.svc.cluster.local, port: {number: 8080}}}]}]}
              policy:
                rollout: {canary: {count: 1, gate: Automatic, soakSeconds: 0}}
            """

        @Test("they go to the zone's other clusters first and alone, and leave them last")
        func everyCluster() async throws {
            let site = try await Site.operated()
            try await site.namespace("every")
            // The host's server plays the zone's second cluster.
            try await site.kubectl(
                "create", "--validate=false", "-f",
                Checkout.top.appending(path: "scripts/demo/istio-crds.yaml").path)
            try await site.kubectl("create", "namespace", Site.gatewayNamespace)
            let entries = GroupVersionResource(group: "networking.istio.io", version: "v1", resource: "serviceentries")
            let client = try Site.client(Fleet.host, site.fleet, site.transport)
            try await eventually("the host serves ServiceEntries") { (try? await client.listAll(entries)) != nil }
            let second = try await Chronicle.start(client, [entries])
            try await site.kubectl(
                "create", "secret", "generic", Self.other, "-n", Site.operatorNamespace,
                "--from-file=kubeconfig=\(site.fleet.kubeconfig(Fleet.host).path)")
            try await site.kubectl.apply(
                """
                apiVersion: accesspoint.io/v1alpha1
                kind: MemberCluster
                metadata: {name: \(Self.other)}
                spec: {region: us-west, availabilityZone: us-west-az1, role: Member, access: {secretRef: {name: \(Self.other)}}}
                """)
            try await site.kubectl.apply(Self.manifest)
            try await site.untilReady(in: "every")
            let targets = await site.host.record.objects("AccessPointTarget", in: "every")
            #expect(targets.map(\.name) == ["checkout.us-west-az1-k1", "checkout.us-west-az1-k2"])
            #expect(targets.map { $0.spec?["placement"]?.stringValue } == [nil, "EveryCluster"])
            #expect(await second.record.owned(by: "checkout", in: "every").map(\.kind) == ["ServiceEntry"])
            let gateway = try await site.objects(in: "every", Site.canary)
            #expect(gateway.map(\.kind) == ["ServiceEntry", "VirtualService"])
            let made = try #require(await second.record.history("ServiceEntry", "external", in: "every").first)
            let first = try #require(
                try await site.chronicle(Site.canary).record.entries(of: "checkout", in: "every").first)
            #expect(made.number < first.number, "the other cluster was written before the gateway cluster")

            try await site.kubectl("delete", "axp", "checkout", "-n", "every", "--timeout=60s")
            let gone = try #require(await second.record.history("ServiceEntry", "external", in: "every").last)
            let last = try #require(
                try await site.chronicle(Site.canary).record.entries(of: "checkout", in: "every").last)
            #expect(gone.change == .deleted && last.change == .deleted)
            #expect(gone.number > last.number, "the other cluster was cleaned after the gateway cluster")
            try await site.kubectl("delete", "membercluster", Self.other, "--timeout=30s")
        }
    }
}
