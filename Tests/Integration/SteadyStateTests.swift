import Foundation
import JSONValue
import KubeClient
import Testing

extension Integration {
    @Suite("Steady state")
    struct SteadyStateTests {
        @Test("with no change nothing is written but the lease, on no server")
        func quiet() async throws {
            let site = try await Site.operated("--resync-seconds", "15")
            try await site.namespace("steady")
            try await site.rollOut(AccessPointManifest(namespace: "steady"))
            let clients = try Fleet.all.map { ($0, try Site.client($0, site.fleet, site.transport)) }
            // The last observations of the rollout are stored, and what the servers do for themselves has passed.
            try await ContinuousClock().sleep(for: .seconds(5))
            var before: [String: [String: Int]] = [:]
            for (name, client) in clients { before[name] = try await Requests.mutating(client) }
            #expect(before.values.allSatisfy { !$0.isEmpty }, "the servers count their requests")
            let start = await site.host.record.entries.last?.number ?? 0
            let isSoak = ProcessInfo.processInfo.environment["ACCESSPOINT_SOAK"] != nil
            try await ContinuousClock().sleep(for: isSoak ? .seconds(600) : .seconds(90))
            for (name, client) in clients {
                let added = Requests.added(before[name] ?? [:], try await Requests.mutating(client))
                let changes = added == [:] ? [] : await site.host.record.changes(since: start)
                #expect(added == [:], "\(name) was written; on the host:\n\(changes.joined(separator: "\n"))")
            }
            // The count does see a write.
            let counted = try await Requests.mutating(clients[0].1)
            try await site.kubectl("annotate", "axp", "checkout", "-n", "steady", "example.com/seen=yes")
            #expect(Requests.added(counted, try await Requests.mutating(clients[0].1)) == ["PATCH accesspoints": 1])
        }
    }
}
