import KubeRuntime
import SeededRandom
import Testing

@Suite("Backoff")
struct BackoffTests {
    struct Row: Sendable {
        var policy: BackoffPolicy
        var failures: Int
        var milliseconds: Int
    }

    @Test(
        "the wait doubles with every failure and stops at the cap",
        arguments: [
            Row(policy: .watch, failures: 0, milliseconds: 800), Row(policy: .watch, failures: 1, milliseconds: 1600),
            Row(policy: .watch, failures: 5, milliseconds: 25_600),
            Row(policy: .watch, failures: 6, milliseconds: 30_000),
            Row(policy: .watch, failures: .max, milliseconds: 30_000),
            Row(policy: .reconcile, failures: 0, milliseconds: 5),
            Row(policy: .reconcile, failures: 10, milliseconds: 5120),
            Row(policy: .reconcile, failures: 60, milliseconds: 120_000),
            Row(policy: BackoffPolicy(base: .zero, cap: .seconds(9)), failures: .max, milliseconds: 0),
            Row(policy: BackoffPolicy(base: .seconds(9), cap: .seconds(2)), failures: 0, milliseconds: 2000),
            Row(policy: BackoffPolicy(base: .seconds(-9), cap: .seconds(-2)), failures: 3, milliseconds: 0),
        ])
    func doubles(_ row: Row) {
        var policy = row.policy
        policy.jitter = 0
        var random = SplitMix64(seed: 1)
        #expect(policy.delay(afterFailures: row.failures, using: &random) == .milliseconds(row.milliseconds))
    }

    @Test("jitter adds between nothing and its share, and is not always the same")
    func jitters() {
        let policy = BackoffPolicy(base: .seconds(1), cap: .seconds(4), jitter: 0.5)
        var random = SplitMix64(seed: 7)
        let waits = (0..<200).map { _ in policy.delay(afterFailures: 9, using: &random) }
        #expect(waits.allSatisfy { $0 >= .seconds(4) && $0 <= .seconds(6) })
        #expect(Set(waits).count > 100)
    }

    @Test("a share that is no number, negative or above one is brought into range", arguments: [.nan, -1, 2.5])
    func clampsJitter(_ jitter: Double) {
        #expect((0...1).contains(BackoffPolicy(base: .seconds(1), cap: .seconds(1), jitter: jitter).jitter))
    }

    @Test("two quiet minutes or a success make the next failure the first")
    func forgets() {
        var random = SplitMix64(seed: 1)
        var policy = BackoffPolicy.watch
        policy.jitter = 0
        var backoff = Backoff(policy)
        #expect(backoff.fail(now: .seconds(0), using: &random) == .milliseconds(800))
        #expect(backoff.fail(now: .seconds(1), using: &random) == .milliseconds(1600))
        #expect(backoff.fail(now: .seconds(120), using: &random) == .milliseconds(3200))
        #expect(backoff.fail(now: .seconds(240), using: &random) == .milliseconds(800))
        #expect(backoff.fail(now: .seconds(241), using: &random) == .milliseconds(1600))
        backoff.succeed()
        #expect(backoff.fail(now: .seconds(242), using: &random) == .milliseconds(800))
        #expect(backoff.failures == 1)
    }
}
