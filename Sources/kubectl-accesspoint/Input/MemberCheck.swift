import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import Rendering
import TrafficModel

/// What a rendered set would meet in its member: whether everything that it refers to is there, and whether it gets along
/// with what others have.
struct MemberCheck {
    /// Rounds of questions at most: one answer leads to the next question.
    private static let rounds = 8

    private let client: KubeClient
    private let hub: String
    private let versions: [TrafficKind: String]

    /// Asks a member which kinds it serves.
    /// - Throws: `APIError` where it cannot be asked: then nothing is told, for a part would look like the whole.
    init(_ client: KubeClient, hub: String) async throws {
        self.client = client
        self.hub = hub
        var versions: [TrafficKind: String] = [:]
        for group in Set(TrafficKind.allCases.map(\.group)) {
            let served = try await client.servedResources(group)
            for kind in TrafficKind.allCases where kind.group == group {
                versions[kind] = kind.newestVersion(
                    servedBy: served.filter { $0.kind == kind.kind }.map(\.resource.version))
            }
        }
        self.versions = versions
    }

    /// What a set would meet.
    struct Report {
        /// What does not resolve or cannot be told.
        let references: [ReferenceFinding]
        /// What does not get along.
        let neighbours: [Finding]
        /// What could not be read, so that it cannot be told whether all is there that the set refers to.
        let open: [FactQuery: FactAnswer]
        /// What could not be read and leaves that open nowhere: it is only warned of, or something that was read has told
        /// enough.
        let passedOver: [FactQuery: FactAnswer]
    }

    /// Looks at a set.
    /// - Parameters:
    ///   - set: the rendered set of the member.
    ///   - isAlone: whether its zone has no other cluster in which a backend could be.
    ///   - gatewayNamespaces: the namespaces of ingress gateways.
    /// - Returns: what the set would meet, as far as it can be told.
    func report(on set: RenderedSet, isAlone: Bool, gatewayNamespaces: [String]) async -> Report {
        let objects = set.objects.map(\.traffic)
        var facts = LiveFacts(zoneHasSingleCluster: isAlone, gatewayNamespaces: gatewayNamespaces)
        var present = facts
        for _ in 0..<Self.rounds {
            let needed = Set(
                ReferenceCheck.report(objects, facts: facts).neededFacts
                    + NeighbourCheck.report(objects, facts: facts).neededFacts)
            guard !needed.isEmpty else { break }
            for query in needed.sorted() {
                let answer = await answer(query)
                present.answers[query] = answer
                facts.answers[query] = answer.remaining(to: query) { isTakenAway($1, $2, of: $0, by: set) }
            }
        }
        let references = ReferenceCheck.report(objects, facts: facts).findings
        let unread = facts.answers.filter { $0.value.failure != nil }
        // What the references would look like all the same if nothing of it were there has left no question open.
        var without = facts
        without.answers.merge(unread) { _, _ in .notFound }
        let isWhole = ReferenceCheck.report(objects, facts: without).findings == references
        let open = isWhole ? [:] : unread.filter { !$0.key.isOfNeighbours }
        let told = ReferenceCheck.report(objects, facts: facts).telling(
            ofRemovalsFrom: ReferenceCheck.report(objects, facts: present))
        return Report(
            references: told.findings, neighbours: NeighbourCheck.report(objects, facts: facts).findings, open: open,
            passedOver: unread.filter { open[$0.key] == nil })
    }

    /// Whether an object is of the AccessPoint of the set and not in it, so that the operator takes it away.
    private func isTakenAway(_ key: ObjectKey, _ live: JSONValue, of kind: TrafficKind, by set: RenderedSet) -> Bool {
        guard !set.objects.contains(where: { $0.kind == kind && $0.key == key }), let own = set.objects.first?.body
        else { return false }
        let object = KubeObject(lenient: live)
        guard hub == Subject.offline || object.label(Names.Label.hub) == hub else { return false }
        return [Names.Label.namespace, Names.Label.accessPoint].allSatisfy { label in
            let value = own.value("metadata", "labels", label)?.stringValue
            return value != nil && value == object.label(label)
        }
    }

    private func answer(_ query: FactQuery) async -> FactAnswer {
        do throws(APIError) {
            switch query {
            case .object(let kind, let key):
                guard let resource = resource(kind) else { return Self.notServed(kind) }
                return .objects([try await client.get(resource, key).json])
            case .list(let kind, let namespace): return try await list(kind, namespace)
            case .foreign(let kind, let namespace): return try await list(kind, namespace, others)
            case .foreignBindings: return try await list(.virtualService, nil, others)
            case .secret(let key):
                let secrets = GroupVersionResource(group: "", version: "v1", resource: "secrets")
                let secret = try await client.get(secrets, key)
                return AuthorityName.data(of: secret.json) == nil ? .lacksAuthority : .exists
            case .namespace(let name):
                _ = try await client.get(
                    GroupVersionResource(group: "", version: "v1", resource: "namespaces"),
                    ObjectKey(namespace: nil, name: name))
                return .exists
            case .events, .certificate: return .objects([])
            }
        } catch {
            switch error.disposition {
            case .notFound(.object), .notFound(.namespace): return .notFound
            case .denied: return .denied(error.message(for: .caller))
            default: return .unknown(error.message(for: .caller))
            }
        }
    }

    /// Selects what this host has not made; where its mark is not known, what no host has made.
    private var others: String {
        hub == Subject.offline ? "!\(Names.Label.hub)" : "\(Names.Label.hub)!=\(hub)"
    }

    private func resource(_ kind: TrafficKind) -> GroupVersionResource? { versions[kind].map { kind.resource($0) } }

    private func list(
        _ kind: TrafficKind, _ namespace: String?, _ selector: String? = nil
    ) async throws(APIError) -> FactAnswer {
        guard let resource = resource(kind) else { return Self.notServed(kind) }
        return .objects(
            try await client.listAll(resource, namespace: namespace, labelSelector: selector).items.map(\.json))
    }

    private static func notServed(_ kind: TrafficKind) -> FactAnswer {
        .unknown("the cluster does not serve \(kind.plural)")
    }
}

extension FactAnswer {
    /// Why it could not be read; nil: it was.
    var failure: String? {
        switch self {
        case .unknown(let reason), .denied(let reason): reason
        case .objects, .exists, .lacksAuthority, .notFound: nil
        }
    }
}
