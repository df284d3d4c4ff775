public import KubeClient
public import KubeModel
import Synchronization

/// One `coordination.k8s.io/v1` Lease of a cluster.
public final class ClusterLease: LeaseAccess {
    /// The collection of leases.
    public static let resource = GroupVersionResource(group: "coordination.k8s.io", version: "v1", resource: "leases")

    private let client: KubeClient
    private let key: ObjectKey
    /// The object as it was seen last: a write leaves alone what is not ours in it.
    private let seen = Mutex<KubeObject?>(nil)

    /// The lease of that key. The client's own timeout should not exceed ``LeaseSettings/requestTimeout``.
    public init(client: KubeClient, key: ObjectKey) {
        self.client = client
        self.key = key
    }

    /// Reads, creates or replaces the lease.
    public func perform(_ command: LeaseMachine.Command) async throws(LeaseRequestError) -> LeaseMachine.Input {
        do throws(APIError) {
            switch command {
            case .read:
                return .read(keep(try await client.get(Self.resource, key)))
            case .create(let record):
                let kind = GroupVersionKind(group: "coordination.k8s.io", version: "v1", kind: "Lease")
                var object = KubeObject(kind, key)
                record.write(to: &object)
                return .written(keep(try await client.create(object, resource: Self.resource)))
            case .update(let record):
                guard var object = seen.withLock({ $0 }) else { return .conflict }
                record.write(to: &object)
                return .written(keep(try await client.replace(object, resource: Self.resource)))
            case .wait, .stop:
                return .failed
            }
        } catch {
            switch (command, error.disposition) {
            case (.read, .notFound(.object)): return .read(nil)
            case (.create, .conflict), (.update, .conflict), (.update, .notFound(.object)): return .conflict
            default: throw LeaseRequestError(error.description)
            }
        }
    }

    private func keep(_ object: KubeObject) -> LeaseRecord {
        seen.withLock { $0 = object }
        return LeaseRecord(object)
    }
}
