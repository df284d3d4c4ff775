import KubeModel
import Rollout
import RolloutSimulation
import Testing

/// Stories that others had to tell, played against the simulated world.
@Suite("Incidents of others")
struct IncidentTests {
    /// A world of three targets in which a revision is in place, and its operator.
    private static func rolledOut() -> (world: SimulatedWorld, process: SimulatedOperator) {
        var world = SimulatedWorld()
        for target in ["01", "02", "03"] { world.members[target] = .init() }
        let steps = [PlanStep(name: "canary", targets: ["01"]), PlanStep(name: "rest", targets: ["02", "03"])]
        world.change(plan: RolloutPlan(steps: steps))
        var process = SimulatedOperator(planner: RolloutPlanner(), host: world.host)
        settle(&world, &process)
        return (world, process)
    }

    private static func settle(_ world: inout SimulatedWorld, _ process: inout SimulatedOperator, rounds: Int = 40) {
        for _ in 0..<rounds {
            process.sync(world)
            process.look(world)
            process.reconcile(&world)
            for target in process.jobs.keys.sorted() { process.work(on: target, &world) }
            world.now = world.now.adding(seconds: 20)
        }
    }

    @Test("a stale read of an AccessPoint that is being deleted does nothing")
    func staleDeletion() {
        var (world, process) = Self.rolledOut()
        world.edit { $0.isDeleting = true }
        // An API server keeps answering with every state of the deletion that there ever was.
        var former: [SimulatedWorld.Host] = []
        while !world.isFinalized, former.count < 60 {
            former.append(world.host)
            Self.settle(&world, &process, rounds: 1)
        }
        #expect(world.isFinalized)
        // Somebody makes an AccessPoint of the same name again; its objects stand where the old ones stood.
        let fresh = RevisionName(number: 1, hash: "fresh")
        for target in world.members.keys { world.members[target]?.objects = [fresh, fresh] }
        let (writes, commits) = (world.writes, world.commits)
        for host in former where host.version < world.host.version {
            process.restart(reading: host)
            process.look(world)
            process.reconcile(&world)
            #expect(process.jobs.isEmpty)
        }
        #expect(world.writes == writes)
        #expect(world.commits == commits)
        #expect(world.members.values.allSatisfy { $0.holds(fresh) })
        #expect(world.violations == [])
    }

    @Test("a cluster away for an hour while the spec changes: it gets the newest revision, and nothing is deleted")
    func outage() {
        var (world, process) = Self.rolledOut()
        world.members["03"]?.isUp = false
        for _ in 0..<3 {
            world.change(plan: world.plans[world.host.wanted ?? SimulatedWorld.foreign] ?? RolloutPlan(steps: []))
            Self.settle(&world, &process)
        }
        #expect(world.members["03"]?.objects.contains(nil) == false)
        world.now = world.now.adding(seconds: 3600)
        world.members["03"]?.isUp = true
        Self.settle(&world, &process, rounds: 80)
        #expect(world.members.values.allSatisfy { $0.holds(world.host.wanted) })
        #expect(world.violations == [])
    }
}
