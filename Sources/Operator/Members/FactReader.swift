import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import TrafficModel

/// Reads by name what rendered sets refer to in a member: Services and what is said of them, Istio objects of others,
/// namespaces, TLS Secrets, and what cert-manager says of these.
struct FactReader: Sendable {
    private static let secrets = GroupVersionResource(group: "", version: "v1", resource: "secrets")
    private static let namespaces = GroupVersionResource(group: "", version: "v1", resource: "namespaces")
    private static let events = GroupVersionResource(group: "", version: "v1", resource: "events")
    private static let certificates = GroupVersionResource(
        group: "cert-manager.io", version: "v1", resource: "certificates")
    /// Events of one Service that are read: a controller that repeats itself adds to the count of one.
    private static let eventLimit = 100
    /// The most objects of others that one answer keeps, with little of each, and the most pages that are read for it:
    /// they may be very many, and are only warned of.
    static let othersLimit = (objects: 1000, pages: 20)

    let client: KubeClient
    let cache: MemberCache
    /// The mark of this host, by which its objects are told from those of others.
    let hubID: String

    /// The answer to one query; a failure is an answer too, never a missing object.
    func read(_ query: FactQuery) async -> FactAnswer {
        do throws(APIError) {
            switch query {
            case .secret(let key):
                return .found([try await client.get(Self.secrets, key)], for: query)
            case .namespace(let name):
                let key = ObjectKey(namespace: nil, name: name)
                return .found([try await client.get(Self.namespaces, key)], for: query)
            case .certificate(let key):
                return .found([try await client.get(Self.certificates, key)], for: query)
            case .events(let key):
                let selector = "involvedObject.kind=Service,involvedObject.name=\(key.name)"
                let list = try await client.list(
                    Self.events, namespace: key.namespace, fieldSelector: selector, limit: Self.eventLimit)
                return .found(list.items, for: query)
            case .object(let kind, let key):
                guard let resource = cache.resource(kind) else { return Self.notServed(kind) }
                return .found([try await client.get(resource, key)], for: query)
            case .list(let kind, let namespace):
                guard let resource = cache.resource(kind) else { return Self.notServed(kind) }
                return .found(try await client.listAll(resource, namespace: namespace).items, for: query)
            case .foreign(let kind, let namespace): return try await readOthers(kind, namespace, for: query)
            case .foreignBindings: return try await readOthers(.virtualService, nil, for: query)
            }
        } catch {
            switch error.disposition {
            case .notFound(.object), .notFound(.namespace): return .notFound
            case .denied: return .denied("\(error)")
            default: return .unreadable("\(error)")
            }
        }
    }

    /// The first objects of others, in the order of the list; of each page only what is looked at stays.
    private func readOthers(
        _ kind: TrafficKind, _ namespace: String?, for query: FactQuery
    ) async throws(APIError) -> FactAnswer {
        guard let resource = cache.resource(kind) else { return Self.notServed(kind) }
        var kept: [JSONValue] = []
        var token: String?
        for _ in 0..<Self.othersLimit.pages {
            // True of objects without the label too.
            let page = try await client.list(
                resource, namespace: namespace, labelSelector: "\(Names.Label.hub)!=\(hubID)", continueToken: token)
            if case .objects(let found) = FactAnswer.found(page.items, for: query) { kept += found }
            token = page.continueToken
            guard token != nil, kept.count < Self.othersLimit.objects else { break }
        }
        return .objects(Array(kept.prefix(Self.othersLimit.objects)))
    }

    /// All answers; so many reads at a time, for they are many and none of them is urgent.
    func read(_ queries: Set<FactQuery>, atMost limit: Int = 2) async -> [FactQuery: FactAnswer] {
        let sorted = queries.sorted()
        let answers = await sorted.mapConcurrently(atMost: limit) { await read($0) }
        return Dictionary(zip(sorted, answers), uniquingKeysWith: { first, _ in first })
    }

    private static func notServed(_ kind: TrafficKind) -> FactAnswer {
        .notServed("the cluster does not serve \(kind.plural)")
    }
}
