import KubeRuntime
import Synchronization
import Testing

@testable import Operator

@Suite("Health of the process")
struct OperatorHealthTests {
    private func wrong(_ health: OperatorHealth) -> [OperatorHealth.Check: String] {
        var wrong: [OperatorHealth.Check: String] = [:]
        for check in OperatorHealth.Check.allCases { wrong[check] = health.problem(check) }
        return wrong
    }

    @Test("it is ready when the host is listed completely, whether it leads or waits, and until it ends")
    func readiness() {
        let health = OperatorHealth()
        #expect(wrong(health) == [.hostCaches: "the host has not answered yet"])
        let missing = Mutex(["accesspoints", "secrets of namespace a"])
        health.watches { missing.withLock { $0 } }
        #expect(
            wrong(health) == [.hostCaches: "not listed completely yet: accesspoints, secrets of namespace a"])
        missing.withLock { $0 = [] }
        #expect(wrong(health) == [:])
        health.lostLease()
        #expect(wrong(health) == [.lease: "the lease is lost; this process ends"])
        health.end()
        #expect(wrong(health).keys.sorted { $0.rawValue < $1.rawValue } == [.lease, .shutdown])
    }

    @Test("a loop that has had no turn for longer than half a minute is not alive")
    func silence() {
        let now = Mutex(SuspendingClock.now)
        let health = OperatorHealth(now: { now.withLock { $0 } })
        health.watches { [] }
        now.withLock { $0 += OperatorHealth.silence }
        #expect(wrong(health) == [:])
        now.withLock { $0 += .seconds(1) }
        #expect(wrong(health) == [.loop: "no turn for 31 s"])
        health.beat()
        #expect(wrong(health) == [:])
    }

    @Test("the loop beats while the work goes on, whose end or error is passed on")
    func beating() async throws {
        struct Failure: Error {}
        let health = OperatorHealth()
        try await health.beating(Timeline()) {}
        await #expect(throws: Failure.self) { try await health.beating(Timeline()) { throw Failure() } }
        let task = Task {
            try await health.beating(Timeline()) {
                try? await ContinuousClock().sleep(for: .seconds(600))
                throw Failure()
            }
        }
        task.cancel()
        await #expect(throws: Failure.self) { try await task.value }
    }

    @Test("before the first lists all that is watched is missing, by its name")
    func missing() {
        #expect(
            HostStores(secretNamespaces: ["fleet"]).missing == [
                "accesspoints", "memberclusters", "accesspointtargets", "controllerrevisions", "nameservices",
                "secrets of namespace fleet",
            ])
    }
}
