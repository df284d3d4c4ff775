package import Rollout

/// A breadth-first walk through everything that can happen in the model.
package final class ModelCheck {
    /// What came of a walk.
    package struct Result: Sendable {
        package var states = 0
        package var transitions = 0
        package var depth = 0
        /// Distinct questions that the planner was asked, and distinct states of the rollout among them.
        package var decisions = 0
        package var shapes = 0
        /// Whether every state within the bounds was visited.
        package var isComplete = false
        /// The rules that were broken, with the path that leads there.
        package var failure: [String] = []

        /// The chance that two states shared a fingerprint and one was missed: n squared over 2 to the 65.
        package var collision: Double { Double(states) * Double(states) / 36_893_488_147_419_103_232 }
    }

    /// What may happen in every state, in one line.
    package static let eventNames: String = {
        var names: [String] = []
        for event in ModelEvent.all {
            let name = String("\(event)".prefix { $0 != "(" })
            if !names.contains(name) { names.append(name) }
        }
        return names.joined(separator: ", ")
    }()

    private let model: Model
    private var known = FingerprintSet()
    private var fine = FingerprintSet()
    private var parents: [UInt32] = []
    private var events: [UInt8] = []

    package init(plan: RolloutPlan, isQueueing: Bool = false, bounds: ModelBounds, guards: Guards = .full) {
        model = Model(plan: plan, isQueueing: isQueueing, bounds: bounds, guards: guards)
    }

    /// Visits every state, or as many as the limit; stops at the first that breaks a rule.
    package func run(limit: Int, progress: (Result) -> Void = { _ in }) -> Result {
        var result = Result()
        let start = model.start
        var wave = [start]
        add(start.fingerprint, parent: 0, event: 0)
        while !wave.isEmpty, result.failure.isEmpty, parents.count < limit {
            let base = parents.count - wave.count
            var next: [ModelState] = []
            for (offset, state) in wave.enumerated() {
                visit(state, base + offset, &next, &result)
                guard result.failure.isEmpty, parents.count < limit else { break }
            }
            wave = next
            result.depth += 1
            (result.states, result.decisions, result.shapes) = (
                parents.count, model.decisions.count, model.shapes.count
            )
            progress(result)
        }
        result.isComplete = wave.isEmpty && result.failure.isEmpty
        return result
    }

    private func add(_ fingerprint: UInt64, parent: Int, event: Int) {
        known.insert(fingerprint)
        parents.append(UInt32(truncatingIfNeeded: parent))
        events.append(UInt8(truncatingIfNeeded: event))
    }

    private func visit(_ state: ModelState, _ index: Int, _ next: inout [ModelState], _ result: inout Result) {
        if let failure = failure(from: state) {
            result.failure = path(to: index) + [failure]
            return
        }
        for (number, event) in model.events.enumerated() {
            guard let after = model.after(event, state) else { continue }
            result.transitions += 1
            guard model.violations.isEmpty else {
                result.failure = path(to: index) + ["\(event)"] + model.violations
                return
            }
            let fingerprint = after.fingerprint
            guard !known.contains(fingerprint) else { continue }
            add(fingerprint, parent: index, event: number)
            next.append(after)
        }
    }

    /// L1: follows the way to the goal until it meets a state that is known to lead there.
    private func failure(from state: ModelState) -> String? {
        var path: [UInt64] = []
        var state = state
        while !model.isAtGoal(state) {
            let fingerprint = state.fingerprint
            if fine.contains(fingerprint) { break }
            path.append(fingerprint)
            guard path.count < 120 else { return "L1: the goal is not reached: \(model.describe(state))" }
            state = model.healed(state)
            guard model.violations.isEmpty else { return "on the way to the goal: \(model.violations)" }
        }
        for fingerprint in path { fine.insert(fingerprint) }
        return nil
    }

    /// The events that lead to a state, each with what the rollout looks like after it.
    private func path(to index: Int) -> [String] {
        var numbers: [Int] = []
        var index = index
        while index != 0 {
            numbers.append(Int(events[index]))
            index = Int(parents[index])
        }
        var state = model.start
        return numbers.reversed().map { number in
            let event = model.events[number]
            state = model.after(event, state) ?? state
            return "\(event): \(model.describe(state))"
        }
    }
}

extension Model {
    /// A state in one line, for people.
    func describe(_ state: ModelState) -> String {
        let rollout = shapes.state(state.host.shape)
        let targets = (0..<3).map { target in
            let (member, job) = (state.members[target], state.active.jobs[target])
            let entry = rollout.inFlight[ModelShapes.targets[target]].map { " \($0.purpose.rawValue)" } ?? ""
            let row = shapes[state.host.shape].rows[target]
            return "\(ModelShapes.targets[target]):\(member.object0)\(member.object1)(\(row))\(entry)"
                + "\(job.outcome == .none ? "" : " job \(job.goal) \(job.outcome)")\(member.isUp ? "" : " cut off")"
        }
        return "epoch \(state.host.epoch), held \(state.active.held), stable \(rollout.stableRevision?.number ?? 0),"
            + " update \(rollout.updateRevision?.number ?? 0) \(rollout.course.rawValue) passed \(rollout.passedSteps),"
            + " wanted \(state.host.wanted)\(state.host.isDeleting ? " deleting" : ""),"
            + " pause \(rollout.pause?.reason.rawValue ?? "-"), " + targets.joined(separator: ", ")
    }
}

/// 64-bit numbers in a flat table with open addressing: 8 bytes each at two thirds full.
struct FingerprintSet {
    private var table = [UInt64](repeating: 0, count: 1 << 16)
    private(set) var count = 0

    func contains(_ value: UInt64) -> Bool {
        let value = value == 0 ? 1 : value
        var place = slot(value)
        while table[place] != 0 {
            if table[place] == value { return true }
            place = (place + 1) & (table.count - 1)
        }
        return false
    }

    mutating func insert(_ value: UInt64) {
        let value = value == 0 ? 1 : value
        if 3 * count > 2 * table.count { grow() }
        var place = slot(value)
        while table[place] != 0 {
            if table[place] == value { return }
            place = (place + 1) & (table.count - 1)
        }
        table[place] = value
        count += 1
    }

    private func slot(_ value: UInt64) -> Int { Int(truncatingIfNeeded: value) & (table.count - 1) }

    private mutating func grow() {
        let old = table
        table = [UInt64](repeating: 0, count: old.count * 2)
        count = 0
        for value in old where value != 0 { insert(value) }
    }
}
