public import KubeClient
public import KubeModel

/// Events of a cluster, as `events.k8s.io/v1` (Kubernetes 1.19 and newer).
public struct ClusterEvents: EventSink {
    /// The collection of events.
    public static let resource = GroupVersionResource(group: "events.k8s.io", version: "v1", resource: "events")

    private let client: KubeClient

    /// The Events of the client's cluster.
    public init(client: KubeClient) { self.client = client }

    /// Creates or patches one Event.
    public func perform(_ write: EventLog.Write) async -> EventLog.Verdict {
        do throws(APIError) {
            switch write {
            case .create(let event): _ = try await client.create(event, resource: Self.resource)
            case .patch(let key, let body): _ = try await client.mergePatch(body, resource: Self.resource, key: key)
            }
            return .stored
        } catch {
            if case .create = write, error.isAlreadyExists { return .stored }
            if case .patch = write, error.isObjectNotFound { return .gone }
            return switch error.disposition {
            case .permanent, .denied, .notFound, .expired: .refused
            case .conflict, .identity, .throttled, .unavailable, .unreachable, .unknownOutcome, .cancelled: .failed
            }
        }
    }
}
