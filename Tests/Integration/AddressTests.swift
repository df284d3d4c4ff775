import JSONValue
import KubeClient
import KubeModel
import Testing

extension Integration {
    @Suite("Addresses of targets")
    struct AddressTests {
        private static let services = GroupVersionResource(group: "", version: "v1", resource: "services")

        @Test("a change of address is told, and one outside the ranges of its cluster is refused and handed to nobody")
        func ranges() async throws {
            let site = try await Site.operated()
            let manifest = AccessPointManifest(namespace: "ranges")
            try await site.namespace("ranges")
            let ready = try await site.rollOut(manifest)
            let first = Self.addresses(ready)
            let address = try #require(first.first)
            let range = address.split(separator: ".").dropLast().joined(separator: ".") + ".0/24"
            try await declare([.string(range)], site)

            let moved = address.split(separator: ".").dropLast().joined(separator: ".") + ".254"
            try await give(moved, to: manifest, site)
            try await site.until("the other address is shown", in: "ranges") { Self.addresses($0) == [moved] }
            try await site.untilTold("AddressChanged", "had address \(address) and has \(moved) now", in: "ranges")

            try await give("10.9.8.7", to: manifest, site)
            let refused = try await site.until("the strange address is refused", in: "ranges") {
                $0.row(Site.canary)["reason"] == "AddressRefused"
            }
            #expect(Self.addresses(refused) == [])
            #expect(!refused.text("summary", "vips").contains("10.9.8.7"))
            let messages = [
                refused.row(Site.canary)["message"]?.stringValue, refused.condition("AddressesReady")?.message,
            ]
            for message in messages.map({ $0 ?? "" }) {
                for part in [manifest.service, "10.9.8.7", range, "spec.addressRanges"] {
                    #expect(message.contains(part), "no \(part) in: \(message)")
                }
            }
            #expect(refused.condition("AddressesReady")?.reason == "AddressRefused")
            #expect(refused.condition("Ready")?.status == .false)
            try await site.untilTold("AddressChanged", "has lost its address \(moved)", in: "ranges")

            // The remedy of the message works.
            try await declare([.string(range), "10.9.8.0/24"], site)
            let taken = try await site.untilReady(in: "ranges")
            #expect(Self.addresses(taken) == ["10.9.8.7"])
            try await declare(nil, site)
        }

        @Test("the address of a Service that was deleted and made again is told with the one that it had")
        func madeAgain() async throws {
            let site = try await Site.operated()
            let manifest = AccessPointManifest(namespace: "remade")
            try await site.namespace("remade")
            let ready = try await site.rollOut(manifest)
            let address = try #require(Self.addresses(ready).first)
            site.cloud.withhold(manifest.service)
            try await site.member(Site.canary)(
                "delete", "service", manifest.service, "-n", Site.gatewayNamespace, "--wait=false")
            let lost = try await site.until("the address is gone", in: "remade") { Self.addresses($0) == [] }
            #expect(lost.row(Site.canary)["lostAddresses"]?[0]?["value"]?.stringValue == address)
            await site.cloud.release(manifest.service)
            let healed = try await site.until("there is another address", in: "remade") { !Self.addresses($0).isEmpty }
            let other = try #require(Self.addresses(healed).first)
            #expect(other != address && healed.row(Site.canary)["lostAddresses"] == nil)
            try await site.untilTold("AddressChanged", "had address \(address) and has \(other) now", in: "remade")
        }

        private static func addresses(_ view: AccessPointView) -> [String] {
            (view.row(Site.canary)["addresses"]?.arrayValue ?? []).compactMap { $0["value"]?.stringValue }
        }

        private func declare(_ ranges: [JSONValue]?, _ site: Site) async throws {
            let patch: JSONValue = ["spec": ["addressRanges": ranges.map { .array($0) } ?? .null]]
            try await site.kubectl("patch", "membercluster", Site.canary, "--type=merge", "-p", patch.text())
        }

        /// Plays a load balancer of the canary, or whoever has taken its place.
        private func give(_ address: String, to manifest: AccessPointManifest, _ site: Site) async throws {
            _ = try await site.chronicle(Site.canary).client.mergePatch(
                ["status": ["loadBalancer": ["ingress": [["ip": .string(address)]]]]], resource: Self.services,
                key: ObjectKey(namespace: Site.gatewayNamespace, name: manifest.service), fieldManager: "cloud",
                subresource: "status")
        }
    }
}
