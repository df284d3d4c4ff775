import JSONValue
import KubeClient
import KubeModel

/// What a story comes to, without what differs each time: what is stored, and how often each object was created,
/// deleted and rewritten.
struct SweepEnd: Sendable, Equatable {
    /// Objects that exist, each as its leaves, by `cluster resource namespace/name`.
    var objects: [String: [String]] = [:]
    /// The AccessPoint's status; empty where it is gone.
    var status: [String] = []
    var creations: [String: Int] = [:]
    var deletions: [String: Int] = [:]
    /// Versions of each member's object that the operator's calls have stored.
    var rewrites: [String: Int] = [:]

    /// Reads the servers and counts the calls.
    init(_ stage: SweepStage, calls: [FaultProxy.Call]) async throws {
        let stored = try await Self.accessPoint(stage)
        var uid = stored?.uid ?? ""
        status = Self.lines(Self.plain(stored?.status ?? .null, uid))
        let found = try await withThrowingTaskGroup(of: [Found].self) { group in
            for (cluster, client) in stage.clients {
                group.addTask { try await Self.objects(cluster, client) }
            }
            return try await group.reduce(into: [Found]()) { $0 += $1 }
        }
        // What outlives the AccessPoint still tells its uid.
        if uid.isEmpty { uid = found.lazy.compactMap { $0.object.label("accesspoint.io/uid") }.first ?? "" }
        for one in found { objects[one.place] = Self.lines(Self.plain(one.object.json, uid)) }
        count(calls)
    }

    /// The lines of the AccessPoint's status alone, which is what comes last in most stories.
    static func status(_ stage: SweepStage) async throws -> [String] {
        let stored = try await accessPoint(stage)
        return lines(plain(stored?.status ?? .null, stored?.uid ?? ""))
    }

    private static func accessPoint(_ stage: SweepStage) async throws -> KubeObject? {
        let host = try stage.client(Fleet.host)
        do throws(APIError) {
            return try await host.get(SweepStage.accessPoints, SweepStage.key)
        } catch {
            guard error.disposition == .notFound(.object) else { throw error }
            return nil
        }
    }

    private struct Found: Sendable {
        var place: String
        var object: KubeObject
    }

    /// All that a cluster holds of the story.
    private static func objects(_ cluster: String, _ client: KubeClient) async throws -> [Found] {
        let isHost = cluster == Fleet.host
        var found: [Found] = []
        for resource in isHost ? [SweepStage.revisions, SweepStage.targets] : Site.memberResources(of: cluster) {
            let list = try await client.listAll(
                resource, namespace: isHost ? SweepManifest.namespace : nil,
                labelSelector: isHost ? nil : "accesspoint.io/namespace=\(SweepManifest.namespace)")
            found += list.items.map {
                Found(place: "\(cluster) \(resource.resource) \($0.namespace ?? "")/\($0.name)", object: $0)
            }
        }
        return found
    }

    private mutating func count(_ calls: [FaultProxy.Call]) {
        var versions: [String: Set<String>] = [:]
        for call in calls {
            if call.hasCreated { creations[call.object, default: 0] += 1 }
            if call.hasDeleted { deletions[call.object, default: 0] += 1 }
            if call.isOfMember, call.status == 200, call.method != "DELETE" {
                versions[call.object, default: []].insert(call.version)
            }
        }
        rewrites = versions.mapValues(\.count)
    }
}

extension SweepEnd {
    /// What differs from a reference, a line each.
    func differences(from reference: SweepEnd) -> [String] {
        var found: [String] = []
        for key in Set(objects.keys).union(reference.objects.keys).sorted() {
            switch (objects[key], reference.objects[key]) {
            case (nil, _): found.append("\(key) is missing")
            case (_, nil): found.append("\(key) should not be there")
            case (let mine?, let other?): found += Self.differences(key, mine, other)
            }
        }
        found += Self.differences("status", status, reference.status)
        for (what, counts, expected) in [
            ("created", creations, reference.creations), ("deleted", deletions, reference.deletions),
            ("rewritten", rewrites, reference.rewrites),
        ] {
            for key in Set(counts.keys).union(expected.keys).sorted() where counts[key] != expected[key] {
                found.append("\(key) was \(what) \(counts[key] ?? 0) times, not \(expected[key] ?? 0)")
            }
        }
        return found
    }

    private static func differences(_ what: String, _ lines: [String], _ expected: [String]) -> [String] {
        let (mine, others) = (Set(lines), Set(expected))
        return mine.subtracting(others).sorted().map { "\(what) has \($0)" }
            + others.subtracting(mine).sorted().map { "\(what) lacks \($0)" }
    }

    /// A value without times, identities and addresses that differ each time.
    private static func plain(_ value: JSONValue, _ uid: String) -> JSONValue {
        switch value {
        case .object(let members):
            var plain = JSONObject()
            for member in members where !volatile.contains(member.key) {
                plain[same(member.key, uid)] = Self.plain(member.value, uid)
            }
            return .object(plain)
        case .array(let items): return .array(items.map { Self.plain($0, uid) })
        case .string(let text): return .string(same(text, uid))
        default: return value
        }
    }

    private static func same(_ text: String, _ uid: String) -> String {
        guard text.utf8.contains(where: { (0x30...0x39).contains($0) }) else { return text }
        return (uid.isEmpty ? text : text.replacing(uid, with: "UID"))
            .replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/, with: "TIME")
            .replacing(/((?:198\.51\.100)|(?:203\.0\.113)|(?:192\.0\.2))\.\d+/) { "\($0.1).N" }
    }

    /// Each leaf as `path: value`.
    private static func lines(_ value: JSONValue, _ path: String = "") -> [String] {
        switch value {
        case .object(let members): members.flatMap { lines($0.value, "\(path).\($0.key)") }
        case .array(let items):
            items.enumerated().flatMap { index, item in
                lines(item, "\(path)[\(item["name"]?.stringValue ?? item["type"]?.stringValue ?? "\(index)")]")
            }
        default: ["\(path): \(value.text())"]
        }
    }

    /// Fields that servers fill in anew for each object, hashes of renderings, in which the AccessPoint's uid takes
    /// part, and the two numbers that grow with every change of leader.
    private static let volatile: Set<String> = [
        "uid", "resourceVersion", "creationTimestamp", "selfLink", "clusterIP", "clusterIPs", "nodePort",
        "healthCheckNodePort", "time", "epoch", "sequence", "hash",
        "accesspoint.io/hash",
    ]
}
