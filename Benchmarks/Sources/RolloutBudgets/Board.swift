import Foundation
import KubeClient
import KubeModel
import Synchronization

/// When an event arrived, on both clocks.
struct Arrival: Sendable {
    var instant: ContinuousClock.Instant
    var time: Date
}

/// The newest state of objects in all clusters, as watches tell it.
final class Board: Sendable {
    struct Seen: Sendable {
        var object: KubeObject
        var arrival: Arrival
    }

    private let states = Mutex<[String: Seen]>([:])

    func seen(_ cluster: String, _ kind: String, _ key: ObjectKey) -> Seen? {
        states.withLock { $0["\(cluster) \(kind) \(key)"] }
    }

    /// Watches a collection until the process ends.
    func follow(_ client: KubeClient, _ resource: GroupVersionResource) async throws {
        let list = try await client.listAll(resource)
        for object in list.items { note(client.clusterName, object) }
        let stream = try await client.watch(
            resource, resourceVersion: list.resourceVersion, timeoutSeconds: 7200, bufferLimit: 64 << 20)
        Task {
            do {
                for try await batch in stream {
                    for event in batch {
                        switch event {
                        case .added(let object), .modified(let object): note(client.clusterName, object)
                        default: break
                        }
                    }
                }
                say("a watch of \(resource) in \(client.clusterName) has ended; figures after this are void")
            } catch {
                say("a watch of \(resource) in \(client.clusterName) failed, figures after this are void: \(error)")
            }
        }
    }

    private func note(_ cluster: String, _ object: KubeObject) {
        let arrival = Arrival(instant: .now, time: Date())
        states.withLock { $0["\(cluster) \(object.kind) \(object.key)"] = Seen(object: object, arrival: arrival) }
    }
}
