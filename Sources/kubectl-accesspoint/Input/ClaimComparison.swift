import AccessPointAPI
import KubeModel
import Rendering
import TrafficModel

/// What several AccessPoints cannot all have: objects, and hosts at gateways, of one cluster.
///
/// The operator refuses whoever comes second. Nothing here knows who came first: the older one is taken for it, and of
/// those without an age, as in files, the one that was read earlier.
struct ClaimComparison {
    typealias Sight = LintRun.Sight

    /// Something that another AccessPoint has, wherever that is.
    struct Clash: Hashable {
        /// In the order in which they are told.
        enum Kind: Int {
            case object
            case host
            case server
        }

        let kind: Kind
        /// The template entry of the object.
        let template: String
        let problem: ClaimProblem
    }

    /// Who has something, and by which object.
    private struct Holder {
        let sight: Sight
        let object: String
    }

    /// A port and host of one cluster.
    private struct Spot: Hashable {
        let cluster: String
        let place: TLSServerPlace
    }

    private var holders: [ClaimIdentity: Holder] = [:]
    /// The template entries of objects such as `Gateway shop/web`, by the hash of their set.
    private var templates: [String: [String: String]] = [:]
    private var servers: [Spot: [(claim: ServerClaim, sight: Sight)]] = [:]

    /// What is wrong between the AccessPoints of these sights, at most ``TrafficCheck/limit`` of each and the number of
    /// the others.
    static func findings(in sights: [Sight]) -> [LintFinding] {
        let all = Dictionary(grouping: sights.enumerated(), by: \.element.subject.key).values
        func age(_ sights: [EnumeratedSequence<[Sight]>.Element]) -> (Int64, Int) {
            let created = sights.compactMap(\.element.subject.created).min { $0 < $1 } ?? .latest
            return (created.microsecondsSince1970, sights.first?.offset ?? 0)
        }
        var comparison = ClaimComparison()
        return all.sorted { age($0) < age($1) }.flatMap { comparison.findings(of: $0.map(\.element)) }
    }

    /// What is wrong with one AccessPoint beside those before it.
    private mutating func findings(of sights: [Sight]) -> [LintFinding] {
        // Most targets get the same objects.
        let claims = Dictionary(sights.map { ($0.set.hash, $0.set) }) { first, _ in first }.mapValues(
            GatewayClaims.init)
        var clashes: [Clash: [Sight]] = [:]
        for sight in sights {
            for clash in taken(of: claims[sight.set.hash]?.hosts ?? [:], for: sight) {
                clashes[clash, default: []].append(sight)
            }
        }
        // Who is refused gets nothing and serves nothing, so that nobody else is refused for it.
        for sight in clashes.isEmpty ? sights : [] {
            hold(claims[sight.set.hash]?.hosts ?? [:], for: sight)
            for clash in serve(claims[sight.set.hash]?.servers ?? [], for: sight) {
                clashes[clash, default: []].append(sight)
            }
        }
        let inOrder = clashes.sorted { $0.key < $1.key }
        let listed = inOrder.prefix(TrafficCheck.limit).map { LintFinding($0.key, in: $0.value) }
        let others = inOrder.dropFirst(TrafficCheck.limit)
        guard let first = others.first, let sight = first.value.first else { return listed }
        return listed + [LintFinding(further: others.count, severity: first.key.kind.severity, sight)]
    }

    /// What others have of the objects of a set, and of the hosts, each with the object that claims it.
    private mutating func taken(of hosts: [HostClaim: String], for sight: Sight) -> [Clash] {
        let cluster = sight.set.target
        var found: [Clash] = []
        for object in sight.set.objects {
            let identity = ClaimIdentity(cluster: cluster, kind: object.kind, key: object.key)
            guard let holder = holder(of: identity, otherThan: sight) else { continue }
            let problem = ClaimProblem(object: object.description, of: holder.sight.owner)
            found.append(Clash(kind: .object, template: object.template, problem: problem))
        }
        for (host, object) in hosts {
            // That one object is both's says enough.
            guard let holder = holder(of: ClaimIdentity(cluster: cluster, host: host), otherThan: sight),
                holder.object != object
            else { continue }
            let problem = ClaimProblem(host, by: object, of: holder.sight.owner)
            found.append(Clash(kind: .host, template: template(of: object, sight), problem: problem))
        }
        return found
    }

    /// Keeps the objects of a set, and hosts, for an AccessPoint.
    private mutating func hold(_ hosts: [HostClaim: String], for sight: Sight) {
        let cluster = sight.set.target
        for object in sight.set.objects {
            let identity = ClaimIdentity(cluster: cluster, kind: object.kind, key: object.key)
            holders[identity] = Holder(sight: sight, object: object.description)
        }
        for (host, object) in hosts {
            holders[ClaimIdentity(cluster: cluster, host: host)] = Holder(sight: sight, object: object)
        }
    }

    /// Who has something, unless it is the AccessPoint itself.
    private func holder(of identity: ClaimIdentity, otherThan sight: Sight) -> Holder? {
        holders[identity].flatMap { $0.sight.subject.key == sight.subject.key ? nil : $0 }
    }

    /// The template entry of an object; all clusters together ask for each set once.
    private mutating func template(of object: String, _ sight: Sight) -> String {
        let known =
            templates[sight.set.hash]
            ?? Dictionary(
                sight.set.objects.map { ($0.description, $0.template) }, uniquingKeysWith: { first, _ in first })
        templates[sight.set.hash] = known
        return known[object] ?? ""
    }

    /// Adds the servers of a set to those of its cluster, of which ``TrafficCheck/limit`` are known at one place.
    /// - Returns: where they meet those of others.
    private mutating func serve(_ claims: Set<ServerClaim>, for sight: Sight) -> [Clash] {
        var found: [Clash] = []
        for claim in claims {
            let spot = Spot(cluster: sight.set.target, place: claim.place)
            let rivals = servers[spot, default: []]
            for rival in rivals where rival.sight.subject.key != sight.subject.key && claim.meets(rival.claim) {
                let problem = ClaimProblem(claim, meets: rival.claim, of: rival.sight.owner)
                let template = template(of: "\(TrafficKind.gateway.kind) \(claim.gateway)", sight)
                found.append(Clash(kind: .server, template: template, problem: problem))
            }
            if rivals.count < TrafficCheck.limit { servers[spot, default: []].append((claim, sight)) }
        }
        return found
    }
}

extension ClaimComparison.Clash: Comparable {
    static func < (left: Self, right: Self) -> Bool {
        (left.kind.rawValue, left.problem.message) < (right.kind.rawValue, right.problem.message)
    }
}

extension ClaimComparison.Clash.Kind {
    /// What the operator says of it: it refuses what is certain.
    var severity: LintFinding.Severity { self == .server ? .warning : .error }

    /// The reason that the operator gives.
    var code: String {
        switch self {
        case .object: "ObjectOwned"
        case .host: "HostClaimed"
        case .server: RenderProblem.Code.trafficDoubtful.rawValue
        }
    }
}

extension LintRun.Sight {
    /// The AccessPoint, and the file in which it stands.
    fileprivate var owner: String { "\(subject.key)" + (file.isEmpty ? "" : " (\(file))") }
}
