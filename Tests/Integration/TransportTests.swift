import CurlTransport
import Foundation
import JSONValue
import KubeClient
import KubeModel
import Testing

/// Connections of this process, as the kernel knows them.
private enum Sockets {
    /// The established TCP connections to a port.
    static func established(toPort port: Int) throws -> Int {
        let files = FileManager.default
        let own = Set(
            try files.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
                try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
            })
        var count = 0
        for table in ["tcp", "tcp6"] {
            // Foundation takes the first piece of such a file for the whole.
            let text = String(decoding: try LocalFile.read("/proc/self/net/\(table)"), as: UTF8.self)
            for line in text.split(separator: "\n") {
                // sl, local, remote, state, queues, timer, retransmits, uid, timeout, inode (proc(5)); 01 is ESTABLISHED.
                let words = line.split(separator: " ")
                guard words.count > 9, words[3] == "01", let hexadecimal = words[2].split(separator: ":").last,
                    Int(hexadecimal, radix: 16) == port, own.contains("socket:[\(words[9])]")
                else { continue }
                count += 1
            }
        }
        return count
    }
}

extension Integration {
    @Suite("The connection to an API server")
    struct TransportTests {
        @Test("watches and requests of a cluster share connections, which only HTTP/2 can")
        func oneConnection() async throws {
            let site = try await Site.unoperated()
            let transport = try CurlTransport()
            let client = try Site.client(Fleet.host, site.fleet, transport)
            let port = client.endpoint.connection.server.port
            let services = GroupVersionResource(group: "", version: "v1", resource: "services")
            let kubernetes = ObjectKey(namespace: "default", name: "kubernetes")
            let before = try Sockets.established(toPort: port)

            // All at once on a cold transport: the burst that would open the most connections.
            let watches = try await withThrowingTaskGroup(of: WatchStream.self) { group in
                let version = try await client.list(services).resourceVersion
                for _ in 0..<40 {
                    group.addTask { try await client.watch(services, resourceVersion: version, timeoutSeconds: 60) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(watches.count == 40)
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<40 { group.addTask { try await client.get(services, kubernetes).name } }
                for try await name in group { #expect(name == "kubernetes") }
            }
            // HTTP/1.1 would need 40 for the watches alone.
            let opened = try Sockets.established(toPort: port) - before
            #expect((1...4).contains(opened), "\(opened) connections for 40 watches and 40 requests")

            // The watches are alive: one change reaches each of them.
            _ = try await client.mergePatch(
                ["metadata": ["annotations": ["transport-test": "1"]]], resource: services, key: kubernetes)
            for watch in watches {
                var batches = watch.makeAsyncIterator()
                let batch = try #require(try await batches.next())
                #expect(!batch.isEmpty)
                watch.abandon()
            }
            await transport.shutdown()
            #expect(try Sockets.established(toPort: port) <= before)
        }
    }
}
