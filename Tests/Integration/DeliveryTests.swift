import CurlTransport
import JSONValue
import KubeClient
import KubeModel
import Testing

extension Integration {
    @Suite("Delivery of watch events")
    struct DeliveryTests {
        @Test("every event arrives at once, though several watches share a connection and events exceed its buffers")
        func everyEvent() async throws {
            let site = try await Site.operated()
            try await site.kubectl("create", "namespace", "delivery")
            let maps = GroupVersionResource(group: "", version: "v1", resource: "configmaps")
            let writer = try Site.client(Fleet.host, site.fleet, try CurlTransport())
            // Five watches of the same collection: each event comes five times on one connection.
            let reader = try Site.client(Fleet.host, site.fleet, try CurlTransport())
            var watches: [Chronicle] = []
            for _ in 0..<5 { watches.append(try await Chronicle.start(reader, [maps])) }
            for round in 0..<150 {
                let sizes = [300, 3_000, 4_000, 9_000, 17_000, 40_000]
                let size = sizes[round % sizes.count]
                let version = try await writer.apply(
                    [
                        "apiVersion": "v1", "kind": "ConfigMap",
                        "metadata": ["name": .string("m\(round % 3)"), "namespace": "delivery"],
                        "data": ["text": .string(String(repeating: "\(round % 10)", count: size + round))],
                    ], resource: maps, key: ObjectKey(namespace: "delivery", name: "m\(round % 3)"),
                    fieldManager: "writer"
                ).object.resourceVersion
                for (index, watch) in watches.enumerated() {
                    _ = try await watch.until(
                        "watch \(index) delivers round \(round), \(size) bytes", within: .seconds(3)
                    ) {
                        $0.object("ConfigMap", "m\(round % 3)", in: "delivery")?.resourceVersion == version ? true : nil
                    }
                }
            }
        }
    }
}
