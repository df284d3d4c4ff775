import SeededRandom
import Testing

@testable import KubeRuntime

/// What the queue must never do, against a model that only knows which keys are owed a run.
@Suite("Work queue core, random runs")
struct WorkQueueCorePropertyTests {
    private struct Model {
        /// Earliest time at which each key is owed a run.
        var owed: [Int: Moment] = [:]
        var running: Set<Int> = []

        mutating func add(_ key: Int, at: Moment) { owed[key] = min(owed[key] ?? at, at) }
    }

    @Test("no key is lost, none is with two workers, none comes early or uncalled for", arguments: Seeds.upTo(60))
    func losesNothing(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var queue = WorkQueueCore<Int>(backoff: BackoffPolicy(base: .milliseconds(5), cap: .seconds(2), jitter: 1)) {
            String($0 % 3)
        }
        var model = Model()
        var now = Moment.start

        func take() -> Bool {
            guard let item = queue.take(now: now) else {
                let overdue = model.owed.filter { $0.value <= now && !model.running.contains($0.key) }
                #expect(overdue.isEmpty, "nothing handed out although \(overdue) are due")
                return false
            }
            #expect(model.running.insert(item.key).inserted, "key \(item.key) is with two workers")
            let owed = model.owed.removeValue(forKey: item.key)
            #expect(owed.map { $0 <= now } ?? false, "key \(item.key) was not due: \(String(describing: owed))")
            return true
        }

        for _ in 0..<400 {
            let key = Int.random(in: 0..<12, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1:
                queue.add(key, priority: Int.random(in: -1...1, using: &random), now: now)
                model.add(key, at: now)
            case 2:
                let at = now.advanced(by: .milliseconds(Int.random(in: -50...500, using: &random)))
                queue.add(key, priority: Int.random(in: -1...1, using: &random), at: at, now: now)
                model.add(key, at: at)
            case 3:
                let wait = queue.addAfterFailure(key, now: now, using: &random)
                model.add(key, at: now.advanced(by: wait))
            case 4, 5:
                _ = take()
            case 6:
                if let key = model.running.sorted().randomElement(using: &random) {
                    model.running.remove(key)
                    queue.done(key, now: now)
                }
            default:
                now = now.advanced(by: .milliseconds(Int.random(in: 0...80, using: &random)))
                if random.once(in: 3) { queue.forget(key) }
            }
            #expect(queue.runningCount == model.running.count)
        }

        for key in model.running.sorted() { queue.done(key, now: now) }
        model.running = []
        while let due = queue.nextDue() ?? (queue.readyCount > 0 ? now : nil) {
            now = max(now, due)
            while take() {}
            for key in model.running.sorted() { queue.done(key, now: now) }
            model.running = []
        }
        #expect(model.owed.isEmpty, "lost: \(model.owed)")
        #expect(queue.isEmpty)
    }

    @Test("every group gets its turn within one round of the groups", arguments: Seeds.upTo(30))
    func fairBetweenGroups(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var queue = WorkQueueCore<Int> { String($0 % 5) }
        for key in 0..<200 where key % 5 == 0 || random.once(in: 6) { queue.add(key, now: .start) }
        var order: [Int] = []
        while let item = queue.take(now: .start) { order.append(item.key % 5) }
        // Each occurrence of a group is followed by all groups that still have keys before it comes again.
        for (index, group) in order.enumerated() {
            guard let next = order[(index + 1)...].firstIndex(of: group) else { continue }
            let between = Set(order[(index + 1)..<next])
            let later = Set(order[next...])
            #expect(later.subtracting([group]).isSubset(of: between), "seed \(seed): \(order)")
        }
    }

    @Test("memory follows the number of keys, not the number of adds")
    func doesNotGrow() {
        var queue = WorkQueueCore<Int>()
        for key in 100..<600 { queue.add(key, priority: -100, now: .start) }
        var most = 0
        for round in 0..<8000 {
            queue.add(1, priority: -100, at: .seconds(100_000 - round), now: .start)
            queue.add(2, priority: -100, now: .start)
            queue.add(2, now: .start)
            if let item = queue.take(now: .start) { queue.done(item.key, now: .start) }
            most = max(most, queue.storedSlots)
        }
        #expect(most < 1500)
    }
}
