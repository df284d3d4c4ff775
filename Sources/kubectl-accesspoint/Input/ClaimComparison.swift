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
            for clash in take(claims[sight.set.hash]?.hosts ?? [:], for: sight) {
                clashes[clash, default: []].append(sight)
            }
        }
        // Who is refused serves nothing.
        for sight in clashes.isEmpty ? sights : [] {
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

    /// Takes the objects of a set, and hosts, each with the object that claims it, as far as nobody has them.
    /// - Returns: what others have.
    private mutating func take(_ hosts: [HostClaim: String], for sight: Sight) -> [Clash] {
        let cluster = sight.set.target
        var found: [Clash] = []
        for object in sight.set.objects {
            let identity = ClaimIdentity(cluster: cluster, kind: object.kind, key: object.key)
            guard let holder = hold(identity, by: object.description, sight) else { continue }
            let problem = ClaimProblem(object: object.description, of: holder.sight.owner)
            found.append(Clash(.object, sight, object.description, problem))
        }
        for (host, object) in hosts {
            // That one object is both's says enough.
            guard let holder = hold(ClaimIdentity(cluster: cluster, host: host), by: object, sight),
                holder.object != object
            else { continue }
            let problem = ClaimProblem(host, by: object, of: holder.sight.owner)
            found.append(Clash(.host, sight, object, problem))
        }
        return found
    }

    /// Keeps something for an AccessPoint, unless another one has it: that is returned.
    private mutating func hold(_ identity: ClaimIdentity, by object: String, _ sight: Sight) -> Holder? {
        if let holder = holders[identity] { return holder.sight.subject.key == sight.subject.key ? nil : holder }
        holders[identity] = Holder(sight: sight, object: object)
        return nil
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
                found.append(Clash(.server, sight, "\(TrafficKind.gateway.kind) \(claim.gateway)", problem))
            }
            if rivals.count < TrafficCheck.limit { servers[spot, default: []].append((claim, sight)) }
        }
        return found
    }
}

extension ClaimComparison.Clash: Comparable {
    /// `object` is the one of the set that has what another AccessPoint has.
    fileprivate init(_ kind: Kind, _ sight: LintRun.Sight, _ object: String, _ problem: ClaimProblem) {
        self.kind = kind
        template = sight.set.objects.first { $0.description == object }?.template ?? ""
        self.problem = problem
    }

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
