import JSONValue
import KubeModel
import Testing

@testable import AccessPointAPI

@Suite("Choosing targets")
struct SelectorTests {
    static let facts = TargetFacts(
        name: "us-west-az1-k1", region: "us-west", availabilityZone: "us-west-az1", labels: ["network": "internet"])

    static let selectors: [(TargetSelector, Bool)] = [
        (TargetSelector(regions: []), true),
        (TargetSelector(regions: ["us-west"]), true),
        (TargetSelector(regions: ["eu", "us-west"]), true),
        (TargetSelector(regions: ["eu"]), false),
        (TargetSelector(regions: ["us-west"], availabilityZones: ["us-west-az2"]), false),
        (TargetSelector(availabilityZones: ["us-west-az1"]), true),
        (TargetSelector(clusters: ["us-west-az1-k1"]), true),
        (TargetSelector(clusters: ["us-west-az1"]), false),
        (TargetSelector(clusterSelector: LabelSelector(matchLabels: ["network": "internet"])), true),
        (TargetSelector(clusterSelector: LabelSelector(matchLabels: ["network": "intranet"])), false),
        (TargetSelector(regions: ["eu"], clusterSelector: LabelSelector(matchLabels: ["network": "internet"])), false),
    ]

    @Test("fields are ANDed, entries ORed, and an absent field sets no bound", arguments: selectors)
    func matches(_ selector: TargetSelector, _ expected: Bool) { #expect(selector.matches(Self.facts) == expected) }

    @Test("names are compared byte by byte: a Kelvin sign is not the letter K")
    func bytes() {
        var facts = Self.facts
        facts.region = "K"
        #expect("\u{212A}" == "K")
        #expect(!TargetSelector(regions: ["\u{212A}"]).matches(facts))
        #expect(TargetSelector(regions: ["K"]).matches(facts))
    }

    @Test("placement chooses inside the scope, and an exclusion beats it")
    func placement() {
        var spec = AccessPointSpec(scope: Scope(regions: ["us-west"]))
        #expect(spec.chooses(Self.facts))
        spec.policy.placement = Placement(
            type: .selector, clusterSelector: LabelSelector(matchLabels: ["network": "x"]))
        #expect(!spec.chooses(Self.facts))
        spec.policy.placement = Placement(exclude: .init(availabilityZones: ["us-west-az1"]))
        #expect(!spec.chooses(Self.facts))
        spec.policy.placement = Placement(exclude: .init(clusters: ["us-west-az1-k1"]))
        #expect(!spec.chooses(Self.facts))
        spec.policy.placement = Placement(exclude: .init(clusters: ["other"]))
        #expect(spec.chooses(Self.facts))
        spec.scope = Scope(regions: ["eu"])
        #expect(!spec.chooses(Self.facts))
        // The type without its selector, which validation refuses.
        spec = AccessPointSpec(policy: .init(placement: Placement(type: .selector)))
        #expect(!spec.chooses(Self.facts))
    }

    @Test(
        "concurrency is at least one, and what must be available is rounded up",
        arguments: [
            (IntOrPercent.count(3), 10, 3, 3), (.percent(50), 5, 2, 3), (.percent(1), 10, 1, 1),
            (.percent(100), 7, 7, 7),
        ])
    func counts(_ value: IntOrPercent, _ total: Int, _ concurrency: Int, _ required: Int) {
        #expect(WavePolicy(name: "w", maxConcurrency: value).concurrency(of: total) == concurrency)
        #expect(RuntimePolicy(minAvailable: value).requiredAvailable(of: total) == required)
    }

    @Test("no two pairs of AccessPoint and cluster share the name of a target")
    func targetNames() {
        #expect(Names.target(of: "a", in: "b.c") == "a.b.c")
        #expect(ResourceMetadata.nameHasDots == "metadata.name may not contain dots")
    }

    @Test("each pattern says the same as its regular expression", arguments: TextPattern.allCases)
    func patterns(_ pattern: TextPattern) throws {
        let expression = try Regex(pattern.expression)
        let words = [
            "", "a", "A", "-", "a-", "-a", "a-b", "a--b", "a.b", "a_b", "A1", "1", "é", "a\n", "/", "/a", "a/", "a/b",
            "a/b/c", "x.y/Ready", "X/y", "a..b/c", ".a/b", "Ready", "Ready_", "A,B", "A,", ":A", "a:b", "_a", "0%",
            "00%",
            "1%", "01%", "10%", "99%", "100%", "101%", "110%", "%", "1", "1 %", "1%%", "+1%", "１%",
            "a.b", "*.a.b", "*.b", "**.a.b", "a.*.b", "A.b", "a.1", "1.a", "a.b.", ".a.b", "a..b", "a-.b", "a.b-",
            "x--y.b",
            String(repeating: "a", count: 63) + ".b", String(repeating: "a", count: 64) + ".b", "a.b\n", "1.2.3.4",
            "1.2.3.0/24", "1.2.3.0/", "/24", "1.2.3.0/2400", "A::f/64", "g::/64", "1.2.3.0/24/8", "1.2.3.0/２", "::/0\n",
        ]
        for word in words {
            #expect(pattern.matches(word) == (word.firstMatch(of: expression) != nil), "\(pattern) on \(word)")
        }
    }

    @Test(
        "the nearest name is found for slips, and none for other words",
        arguments: [
            ("canry", "canary"), ("Canary", "canary"), ("wave", "waves"), ("maxFailures", nil), ("x", nil), ("", nil),
        ])
    func nearest(_ name: String, _ expected: String?) {
        #expect(
            NearestName.nearest(to: name, in: ["paused", "canary", "waves", "progressDeadlineSeconds"]) == expected)
    }
}
