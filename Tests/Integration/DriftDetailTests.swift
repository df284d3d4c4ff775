import JSONValue
import KubeModel
import Testing

extension Integration {
    @Suite("What a target tells of foreign changes")
    struct DriftDetailTests {
        @Test("each place that differs is listed with both values, its writer and when it was first seen")
        func detail() async throws {
            let site = try await Site.operated()
            try await site.namespace("detail")
            var manifest = AccessPointManifest(namespace: "detail")
            manifest.runtime = ["drift: Report"]
            try await site.rollOut(manifest)
            try await edit("9s", site)
            let first = try await drift(site) { $0["live"] == "\"9s\"" }
            #expect(first["kind"] == "VirtualService" && first["namespace"] == "detail")
            #expect(first["pointer"] == "/spec/http/0/timeout" && first["change"] == "Changed")
            #expect(first["ours"]?.stringValue?.isEmpty == false)
            #expect(first["manager"]?.stringValue?.hasPrefix("kubectl") == true, "\(first.text())")
            let view = try await site.until("the sum is told", in: "detail") { $0.isTrue("Drifted") }
            #expect(view.condition("Drifted")?.message.contains("/spec/http/0/timeout") == true)
            try await site.untilTold("ObjectDiffers", "/spec/http/0/timeout", in: "detail")

            // Another value at the same place; the time is that of the first.
            try await ContinuousClock().sleep(for: .seconds(1.2))
            try await edit("8s", site)
            let second = try await drift(site) { $0["live"] == "\"8s\"" }
            #expect(second["firstSeenTime"] == first["firstSeenTime"] && first["firstSeenTime"] != nil)
            let before = await site.host.record.object("AccessPointTarget", name, in: "detail")?.resourceVersion
            try await ContinuousClock().sleep(for: .seconds(5))
            let after = await site.host.record.object("AccessPointTarget", name, in: "detail")?.resourceVersion
            #expect(before == after, "nothing is written while nothing changes")

            try await overgrow(site)
            manifest.runtime = ["drift: Correct"]
            try await site.kubectl.apply(manifest.yaml)
            _ = try await site.host.until("what was put back is listed no more") { record in
                record.object("AccessPointTarget", name, in: "detail").flatMap {
                    $0.status?["drift"] == nil && $0.status?["driftTruncated"] == nil ? true : nil
                }
            }
        }

        private var name: String { "checkout.\(Site.canary)" }

        private func edit(_ timeout: String, _ site: Site) async throws {
            let patch: JSONValue = [
                ["op": "replace", "path": "/spec/http/0/timeout", "value": .string(timeout)]
            ]
            try await site.member(Site.canary)(
                "patch", "virtualservices.networking.istio.io", "checkout", "-n", "detail", "--type=json", "-p",
                patch.text())
        }

        /// Adds more fields than are listed of an object, which is said.
        private func overgrow(_ site: Site) async throws {
            let extra = (0..<9).map {
                JSONValue.object(["op": "add", "path": .string("/spec/extra\($0)"), "value": 1])
            }
            try await site.member(Site.canary)(
                "patch", "virtualservices.networking.istio.io", "checkout", "-n", "detail", "--type=json", "-p",
                JSONValue.array(extra).text())
            let status = try await site.host.until("the list is said to be cut") { record in
                record.object("AccessPointTarget", name, in: "detail")?.status.flatMap {
                    $0["driftTruncated"] == true ? $0 : nil
                }
            }
            #expect(status["drift"]?.arrayValue?.count == 8)
        }

        private func drift(_ site: Site, _ holds: @Sendable (JSONValue) -> Bool) async throws -> JSONValue {
            try await site.host.until(
                "the change is listed",
                explain: { $0.object("AccessPointTarget", name, in: "detail")?.status?.text() ?? "" }
            ) { record in
                record.object("AccessPointTarget", name, in: "detail")?.status?["drift"]?.arrayValue?.first(
                    where: holds)
            }
        }
    }
}
