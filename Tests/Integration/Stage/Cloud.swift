import JSONValue
import KubeClient
import KubeModel
import Synchronization

/// Plays the load balancer controller of every member: each Service of type LoadBalancer gets an address.
///
/// Addresses come from the documentation ranges of RFC 5737, one range per cluster, each address once.
final class Cloud: Sendable {
    private static let ranges = ["198.51.100", "203.0.113", "192.0.2"]
    private static let services = GroupVersionResource(group: "", version: "v1", resource: "services")

    private let withheld = Mutex<Set<String>>([])
    private let members: [String: Chronicle]

    private init(_ members: [String: Chronicle]) { self.members = members }

    /// Begins to serve the given members.
    static func start(_ members: [String: Chronicle]) -> Cloud {
        let cloud = Cloud(members)
        for (range, member) in zip(ranges, members.keys.sorted()) {
            Task { await cloud.serve(member, range: range) }
        }
        return cloud
    }

    /// Leaves Services of this name without an address until `release`.
    func withhold(_ service: String) { _ = withheld.withLock { $0.insert(service) } }

    /// Gives the withheld Services of this name their addresses.
    func release(_ service: String) async {
        _ = withheld.withLock { $0.remove(service) }
        for chronicle in members.values { await chronicle.nudge() }
    }

    private func serve(_ member: String, range: String) async {
        guard let chronicle = members[member] else { return }
        var last = 0
        var refused: Set<String> = []
        while !Task.isCancelled {
            let found = try? await chronicle.until("a Service waits for its address", within: .seconds(3600)) {
                record in
                record.objects("Service").first {
                    $0.spec?["type"]?.stringValue == "LoadBalancer" && !$0.isBeingDeleted
                        && ($0.status?.value("loadBalancer", "ingress")?.arrayValue ?? []).isEmpty
                        && !refused.contains($0.resourceVersion ?? "") && !self.isWithheld($0.name)
                }
            }
            guard let service = found else { continue }
            last = last % 254 + 1
            // The Service as it is now, or not at all: whoever changed it meanwhile brings another event.
            refused = [service.resourceVersion ?? ""]
            let body: JSONValue = [
                "metadata": ["resourceVersion": .string(service.resourceVersion ?? "")],
                "status": ["loadBalancer": ["ingress": [["ip": .string("\(range).\(last)")]]]],
            ]
            do {
                _ = try await chronicle.client.mergePatch(
                    body, resource: Self.services, key: service.key, fieldManager: "cloud", subresource: "status")
            } catch {
                if error.disposition != .conflict { try? await ContinuousClock().sleep(for: .milliseconds(300)) }
                if error.disposition != .conflict, error.disposition != .notFound(.object) { refused = [] }
            }
        }
    }

    private func isWithheld(_ name: String) -> Bool { withheld.withLock { $0.contains(name) } }
}
