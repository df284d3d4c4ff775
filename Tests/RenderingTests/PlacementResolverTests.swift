import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Testing

@Suite struct PlacementResolverTests {
    private func member(
        _ name: String, _ region: String, _ zone: String, _ role: MemberClusterSpec.Role, _ labels: JSONObject = [:]
    ) -> MemberFacts {
        MemberFacts(
            facts: TargetFacts(name: name, region: region, availabilityZone: zone, labels: labels), role: role)
    }

    private var fleet: [MemberFacts] {
        [
            member("w1-g", "west", "w1", .gateway, ["tier": "edge"]), member("w1-a", "west", "w1", .member),
            member("e1-g", "east", "e1", .gateway), member("e1-b", "east", "e1", .member, ["tier": "edge"]),
            member("e2-g", "east", "e2", .gateway, ["tier": "edge"]),
        ]
    }

    private func resolve(
        _ scope: Scope?, _ placement: Placement? = nil, _ members: [MemberFacts]? = nil
    ) -> (names: [String], codes: [String], isCertain: Bool) {
        var spec = Samples.spec([])
        spec.scope = scope
        spec.policy.placement = placement
        let decision = PlacementResolver.resolve(spec, members: members ?? fleet)
        return (decision.targets.map(\.name), decision.problems.map(\.code.rawValue), decision.isCertain)
    }

    private let edge = Placement(
        type: .selector, clusterSelector: LabelSelector(matchLabels: ["tier": "edge"]))

    @Test("by zone each zone has one target, its gateway cluster, in order of names")
    func zones() {
        #expect(resolve(Scope()).names == ["e1-g", "e2-g", "w1-g"])
        #expect(resolve(nil, Placement()).names == ["e1-g", "e2-g", "w1-g"])
        #expect(resolve(Scope(), nil, fleet.reversed()).names == ["e1-g", "e2-g", "w1-g"])
    }

    @Test("by cluster each cluster is a target")
    func clusters() {
        #expect(resolve(Scope(level: .cluster)).names == ["e1-b", "e1-g", "e2-g", "w1-a", "w1-g"])
    }

    @Test("the fields of a scope are ANDed, the entries of a list ORed")
    func scopes() {
        #expect(resolve(Scope(regions: ["east"])).names == ["e1-g", "e2-g"])
        #expect(resolve(Scope(regions: ["east", "west"], availabilityZones: ["e2", "w1"])).names == ["e2-g", "w1-g"])
        #expect(resolve(Scope(clusters: ["w1-g"])).names == ["w1-g"])
        #expect(resolve(Scope(level: .cluster, regions: ["west"], clusters: ["w1-a", "e1-b"])).names == ["w1-a"])
    }

    @Test("selector and exclusion speak of the target")
    func placements() {
        #expect(resolve(nil, edge).names == ["e2-g", "w1-g"])
        #expect(resolve(Scope(level: .cluster), edge).names == ["e1-b", "e2-g", "w1-g"])
        let exclude = Placement(exclude: .init(availabilityZones: ["e2"], clusters: ["w1-g"]))
        let left = resolve(nil, exclude)
        #expect(left.names == ["e1-g"])
        #expect(left.codes.isEmpty)
        #expect(resolve(Scope(level: .cluster), exclude).names == ["e1-b", "e1-g", "w1-a"])
    }

    @Test("a zone without gateway cluster, or with two, makes the targets uncertain")
    func gateways() {
        let missing = resolve(Scope(), nil, fleet + [member("s1-a", "south", "s1", .member)])
        #expect(missing.codes == ["GatewayMissing"])
        #expect(!missing.isCertain)
        let two = resolve(Scope(), nil, fleet + [member("e1-h", "east", "e1", .gateway)])
        #expect(two.codes == ["GatewayAmbiguous"])
        let excluded = resolve(
            Scope(), Placement(exclude: .init(clusters: ["e1-h"])), fleet + [member("e1-h", "east", "e1", .gateway)])
        #expect(excluded.names == ["e1-g", "e2-g", "w1-g"])
        #expect(excluded.isCertain)
        // Outside of the scope nobody asks.
        #expect(resolve(Scope(regions: ["east"]), nil, fleet + [member("s1-a", "south", "s1", .member)]).isCertain)
        #expect(resolve(Scope(level: .cluster), nil, fleet + [member("s1-a", "south", "s1", .member)]).isCertain)
    }

    @Test("a zone of which only a member cluster is in the scope says which gateway to add")
    func gatewayOutOfScope() throws {
        var spec = Samples.spec([])
        spec.scope = Scope(clusters: ["w1-a", "e1-g"])
        let decision = PlacementResolver.resolve(spec, members: fleet)
        let problem = try #require(decision.problems.first)
        #expect(problem.code == .gatewayMissing)
        #expect(problem.message.hasSuffix("add w1-g to spec.scope.clusters"))
    }

    @Test("zones of the same name in two regions are two zones")
    func sameName() {
        let members = [member("a", "west", "az1", .gateway), member("b", "east", "az1", .gateway)]
        #expect(resolve(Scope(), nil, members).names == ["a", "b"])
    }

    @Test("names that are not registered are reported with their place")
    func unknown() throws {
        let wrong = resolve(Scope(regions: ["north"], availabilityZones: ["n1"], clusters: ["w1-g", "n1-g"]))
        #expect(wrong.codes == ["RegionUnknown", "AvailabilityZoneUnknown", "ClusterUnknown"])
        #expect(!wrong.isCertain)
        let excluded = resolve(Scope(), Placement(exclude: .init(availabilityZones: ["n1"], clusters: ["gone"])))
        #expect(excluded.codes == ["ExcludedUnknown", "ExcludedUnknown"])
        #expect(excluded.isCertain)
        var spec = Samples.spec([])
        spec.scope = Scope(clusters: ["w1-g", "gone"])
        let decision = PlacementResolver.resolve(spec, members: fleet)
        #expect(decision.problems.map(\.path) == ["spec.scope.clusters[1]"])
        #expect(decision.targets.map(\.name) == ["w1-g"])
    }

    @Test("an empty choice is an error, never a withdrawal")
    func empty() {
        let nothing = resolve(
            nil, Placement(type: .selector, clusterSelector: LabelSelector(matchLabels: ["no": "one"])))
        #expect(nothing.names.isEmpty)
        #expect(nothing.codes == ["PlacementEmpty"])
        #expect(!nothing.isCertain)
        #expect(resolve(Scope(), nil, []).codes == ["PlacementEmpty"])
    }

    @Test("an entry for every cluster makes the zone's other clusters targets of their own")
    func everyCluster() throws {
        func resolve(_ scope: Scope, _ placement: Placement? = nil, _ members: [MemberFacts]? = nil) -> [String] {
            var spec = Samples.spec([Samples.route, Samples.vip])
            spec.trafficTemplate[1].placement = .everyCluster
            spec.scope = scope
            spec.policy.placement = placement
            let decision = PlacementResolver.resolve(spec, members: members ?? fleet)
            return decision.targets.map { $0.name + ($0.placement == nil ? "" : "*") }
        }
        #expect(resolve(Scope()) == ["e1-b*", "e1-g", "e2-g", "w1-a*", "w1-g"])
        #expect(resolve(Scope(regions: ["west"])) == ["w1-a*", "w1-g"])
        #expect(resolve(Scope(clusters: ["w1-g", "e1-g", "e1-b"])) == ["e1-b*", "e1-g", "w1-g"])
        // Scope and placement choose among them as among gateway clusters.
        #expect(resolve(Scope(), edge) == ["e2-g", "w1-g"])
        #expect(resolve(Scope(), Placement(exclude: .init(clusters: ["w1-a"]))) == ["e1-b*", "e1-g", "e2-g", "w1-g"])
        // A zone whose gateway cluster is excluded is left out with all its clusters.
        #expect(resolve(Scope(), Placement(exclude: .init(clusters: ["w1-g"]))) == ["e1-b*", "e1-g", "e2-g"])
        // A gateway cluster that is excluded is no other cluster of its zone.
        let second = fleet + [member("e1-h", "east", "e1", .gateway)]
        #expect(
            resolve(Scope(regions: ["east"]), Placement(exclude: .init(clusters: ["e1-h"])), second)
                == ["e1-b*", "e1-g", "e2-g"])
    }

    @Test("what a cluster gets as a target follows from its role and the level")
    func portions() {
        #expect(member("a", "west", "w1", .member).target(at: .availabilityZone).placement == .everyCluster)
        #expect(member("a", "west", "w1", .gateway).target(at: .availabilityZone).placement == nil)
        #expect(member("a", "west", "w1", .member).target(at: .cluster).placement == nil)
    }
}
