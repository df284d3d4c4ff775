import AccessPointAPI
import JSONValue
import KubeModel
import Rollout
import Testing

@Suite("The plan of a rollout")
struct PlanTests {
    let targets = [
        ("eu-1", "eu", "eu-a"), ("us-3", "us", "us-c"), ("us-1", "us", "us-a"), ("us-2", "us", "us-b"),
        ("ap-1", "ap", "ap-a"),
    ].map { TargetFacts(name: $0.0, region: $0.1, availabilityZone: $0.2) }

    private func steps(_ policy: RolloutPolicy, leaving: [String] = []) throws -> [String] {
        try RolloutPlan.make(policy: policy, targets: targets, leaving: leaving).steps.map {
            "\($0.name): \($0.targets.joined(separator: " ")) (\($0.maxConcurrency), \($0.gate.rawValue), \($0.soakSeconds) s)"
        }
    }

    @Test("without a policy: the first target by name is the canary, the others follow one by one")
    func defaults() throws {
        #expect(
            try steps(RolloutPolicy()) == [
                "canary: ap-1 (1, Manual, 60 s)", "rest: eu-1 us-1 us-2 us-3 (1, Automatic, 0 s)",
            ])
    }

    @Test("the canary takes the first that its selector matches, as many as count says")
    func canary() throws {
        let us = TargetSelector(regions: ["us"])
        #expect(
            try steps(RolloutPolicy(canary: CanaryPolicy(targets: us, count: 2)))[0]
                == "canary: us-1 us-2 (1, Manual, 60 s)")
        #expect(try steps(RolloutPolicy(canary: CanaryPolicy(targets: us)))[0] == "canary: us-1 (1, Manual, 60 s)")
        #expect(
            try steps(RolloutPolicy(canary: CanaryPolicy(count: 9))) == [
                "canary: ap-1 eu-1 us-1 us-2 us-3 (1, Manual, 60 s)"
            ])
    }

    @Test("a canary that matches nothing is refused, and so is a rollout without targets")
    func empty() {
        #expect(throws: PlanProblem.canaryEmpty) {
            try RolloutPlan.make(
                policy: RolloutPolicy(canary: CanaryPolicy(targets: TargetSelector(regions: ["mars"]))),
                targets: targets)
        }
        #expect(throws: PlanProblem.noTargets) { try RolloutPlan.make(policy: RolloutPolicy(), targets: []) }
    }

    @Test("waves take what they match of those left, and rest takes what no wave has")
    func waves() throws {
        let policy = RolloutPolicy(
            waves: [
                WavePolicy(
                    name: "us", targets: TargetSelector(regions: ["us"]), maxConcurrency: .percent(67), gate: .manual,
                    soakSeconds: 30),
                WavePolicy(name: "again", targets: TargetSelector(regions: ["us"])),
            ])
        #expect(
            try steps(policy) == [
                "canary: ap-1 (1, Manual, 60 s)", "us: us-1 us-2 us-3 (2, Manual, 30 s)",
                "again:  (1, Automatic, 0 s)", "rest: eu-1 (1, Automatic, 0 s)",
            ])
    }

    @Test("a percentage is rounded down, to at least one", arguments: [(1, 1), (49, 1), (50, 2), (99, 3), (100, 4)])
    func percent(share: Int, count: Int) throws {
        let policy = RolloutPolicy(waves: [WavePolicy(name: "rest", maxConcurrency: .percent(share))])
        #expect(try steps(policy)[1] == "rest: eu-1 us-1 us-2 us-3 (\(count), Automatic, 0 s)")
    }

    @Test("a declared rest is the one that takes what is left")
    func declaredRest() throws {
        let policy = RolloutPolicy(waves: [
            WavePolicy(name: "eu", targets: TargetSelector(regions: ["eu"])),
            WavePolicy(name: "rest", maxConcurrency: .count(3)),
        ])
        #expect(
            try steps(policy) == [
                "canary: ap-1 (1, Manual, 60 s)", "eu: eu-1 (1, Automatic, 0 s)",
                "rest: us-1 us-2 us-3 (3, Automatic, 0 s)",
            ])
    }

    @Test("targets that left come last, with a manual gate, in the order in which they are named")
    func leaving() throws {
        #expect(try steps(RolloutPolicy(), leaving: ["z", "y"]).last == "remove: z y (1, Manual, 0 s)")
    }

    @Test("maxFailures is a number or a share of each step's targets, rounded down; never of the canary or of remove")
    func maxFailures() throws {
        let waves = [WavePolicy(name: "us", targets: TargetSelector(regions: ["us"]))]
        let numbers = { (limit: IntOrPercent) throws -> [Int] in
            try RolloutPlan.make(
                policy: RolloutPolicy(waves: waves, maxFailures: limit, failurePolicy: .carryOn), targets: self.targets,
                leaving: ["z"]
            ).steps.map(\.maxFailures)
        }
        #expect(try numbers(.count(0)) == [0, 0, 0, 0])
        #expect(try numbers(.count(2)) == [0, 2, 2, 0])
        #expect(try numbers(.percent(67)) == [0, 2, 0, 0])
        #expect(try numbers(.percent(100)) == [0, 3, 1, 0])
        #expect(
            try FailurePolicy.allCases.map {
                try RolloutPlan.make(policy: RolloutPolicy(failurePolicy: $0), targets: targets).failureResponse
                    .rawValue
            } == FailurePolicy.allCases.map(\.rawValue))
    }

    @Test("the other clusters of a zone are no canary and no member of a wave: they go first where their zone goes")
    func followers() throws {
        let others = [("eu-9", "eu", "eu-a"), ("us-0", "us", "us-a"), ("us-9", "us", "us-a"), ("xx-1", "xx", "xx-a")]
            .map {
                TargetFacts(name: $0.0, region: $0.1, availabilityZone: $0.2, placement: .everyCluster)
            }
        let policy = RolloutPolicy(
            canary: CanaryPolicy(targets: TargetSelector(regions: ["us"])),
            waves: [WavePolicy(name: "us", targets: TargetSelector(regions: ["us"]), maxConcurrency: .count(2))])
        let plan = try RolloutPlan.make(policy: policy, targets: targets + others)
        #expect(
            plan.steps.map { "\($0.name): \($0.targets.joined(separator: " ")), \($0.lead) first" } == [
                "canary: us-0 us-9 us-1, 2 first", "us: us-2 us-3, 0 first", "rest: eu-9 xx-1 ap-1 eu-1, 2 first",
            ])
        #expect(plan.targets.count == 9)
        #expect(throws: PlanProblem.noTargets) { try RolloutPlan.make(policy: policy, targets: others) }
        let declared = try RolloutPlan.make(
            policy: RolloutPolicy(waves: [WavePolicy(name: "rest", maxConcurrency: .count(3))]),
            targets: targets + others)
        #expect(declared.steps.last?.targets == ["xx-1", "eu-9", "us-0", "us-9", "eu-1", "us-1", "us-2", "us-3"])
        #expect(declared.steps.last?.lead == 4)
    }

    @Test("no target is ever dropped or taken twice")
    func complete() throws {
        for bits in 0..<64 {
            let waves = (0..<3).map { index in
                let regions = ["us", "eu", "ap"].enumerated().filter { bits >> ($0.offset + index) & 1 == 1 }.map(
                    \.element)
                return WavePolicy(
                    name: "w\(index)", targets: TargetSelector(regions: regions.isEmpty ? ["x"] : regions))
            }
            let plan = try RolloutPlan.make(policy: RolloutPolicy(waves: waves), targets: targets)
            #expect(plan.targets.sorted() == targets.map(\.name).sorted())
        }
    }

    @Test("a plan reads back as it was written")
    func roundTrip() throws {
        let policy = RolloutPolicy(
            waves: [WavePolicy(name: "us", targets: TargetSelector(regions: ["us"]), gate: .manual, soakSeconds: 9)],
            maxFailures: .count(3), failurePolicy: .rollback, progressDeadlineSeconds: 77)
        let plan = try RolloutPlan.make(policy: policy, targets: targets, leaving: ["z"])
        #expect(try RolloutPlan(json: JSONValue(parsing: plan.json.bytes())) == plan)
    }

    @Test("what is usual is not written, so that the data of revisions stays as it was")
    func usual() throws {
        let plan = try RolloutPlan.make(policy: RolloutPolicy(), targets: targets)
        #expect(plan.json.objectValue?.keys == ["progressDeadlineSeconds", "steps"])
        #expect(
            plan.json["steps"]?[0]?.objectValue?.keys == ["gate", "maxConcurrency", "name", "soakSeconds", "targets"])
    }

    @Test(
        "a plan that cannot be read says where",
        arguments: [
            (#"{"steps": []}"#, "progressDeadlineSeconds"),
            (#"{"progressDeadlineSeconds": 1, "steps": [{"name": "x"}]}"#, "steps[0].maxConcurrency"),
            (#"{"progressDeadlineSeconds": 1, "steps": [{"name": "x", "targets": [1]}]}"#, "steps[0].targets[0]"),
            (#"{"progressDeadlineSeconds": 1, "steps": [], "failurePolicy": "Pray"}"#, "failurePolicy"),
        ])
    func unreadable(text: String, path: String) throws {
        let json = try JSONValue(parsing: text)
        let error = #expect(throws: StoredFieldError.self) { try RolloutPlan(json: json) }
        #expect(error?.path == path)
    }
}
