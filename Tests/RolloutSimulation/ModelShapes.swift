import KubeModel
import Rollout

/// Rollout states by number, without what the model keeps beside them: counters, and times other than "now" and "long
/// ago".
final class ModelShapes {
    /// What the model asks of a rollout state again and again.
    struct Shape {
        /// Each target's journal entry: the revision it goes to (0 for none at all), or nil where there is no entry.
        var goals = Three<UInt8?>(nil)
        /// The revision that a target was last brought to; 0 for none.
        var rows = Three<UInt8>(0)
        /// The revision that belongs in a target now; 0 for none.
        var assignments = Three<UInt8>(0)
        var abandoned: UInt8 = 0
        var stable: UInt8 = 0
        var update: UInt8 = 0
        var isComplete = false
        /// Whether the update revision is on its way and its canary has not been let through.
        var isAtCanary = false
        /// Whether the update revision waits for a person to agree to it before its canary.
        var isUnagreed = false
    }

    static let targets = ["a", "b", "c"]
    static let now = Timestamp(secondsSince1970: 1_800_000_000)
    /// Longer ago than every soak, deadline and retry of the model.
    static let longAgo = now.adding(seconds: -1000)
    /// The counters that a state has while a decision is made from it.
    static let epoch: Int64 = 10
    static let sequence: Int64 = 100

    /// How many steps come before the canary.
    private let stepsBefore: Int
    private var shapes: [Shape] = []
    private var states: [RolloutState] = []
    private var numbers: [RolloutState: UInt32] = [:]
    private var aged: [UInt32: UInt32] = [:]

    init(plan: RolloutPlan) { stepsBefore = plan.steps.firstIndex { $0.name == PlanStep.canary } ?? 0 }

    var count: Int { shapes.count }

    subscript(number: UInt32) -> Shape { shapes[Int(number)] }

    func state(_ number: UInt32) -> RolloutState { states[Int(number)] }

    /// The number of a state's shape.
    func number(of state: RolloutState) -> UInt32 {
        var state = state
        (state.epoch, state.sequence, state.handled) = (Self.epoch, Self.sequence, [:])
        state.lastRun = nil
        for (index, target) in Self.targets.enumerated() {
            state.inFlight[target]?.stamp = WriteStamp(epoch: Self.epoch, sequence: Int64(index + 1))
        }
        state.startTime = state.startTime.map { _ in Self.longAgo }
        state.completionTime = state.completionTime.map { _ in Self.longAgo }
        state.preflightTime = state.preflightTime.map { _ in Self.longAgo }
        state.changeTimes { $0 > Self.longAgo ? Self.now : Self.longAgo }
        if let known = numbers[state] { return known }
        let number = UInt32(shapes.count)
        numbers[state] = number
        shapes.append(shape(of: state))
        states.append(state)
        return number
    }

    /// The same state a long time later.
    func aged(_ number: UInt32) -> UInt32 {
        if let known = aged[number] { return known }
        var state = states[Int(number)]
        state.changeTimes { _ in Self.longAgo }
        let later = self.number(of: state)
        aged[number] = later
        return later
    }

    private func shape(of state: RolloutState) -> Shape {
        var shape = Shape()
        for (index, target) in Self.targets.enumerated() {
            shape.goals[index] = state.inFlight[target].map { $0.goal.revision?.short ?? 0 }
            shape.rows[index] = state.rows[target]?.revision?.short ?? 0
            shape.assignments[index] = state.assignment(of: target)?.short ?? 0
            if state.abandoned.contains(target) { shape.abandoned |= 1 << UInt8(index) }
        }
        (shape.stable, shape.update) = (state.stableRevision?.short ?? 0, state.updateRevision?.short ?? 0)
        shape.isComplete = state.isComplete
        let isUpdating = state.isUnfinished && state.course == .update
        shape.isAtCanary = isUpdating && state.passedSteps <= stepsBefore
        shape.isUnagreed = isUpdating && state.passedSteps < stepsBefore
        return shape
    }
}

extension RolloutState {
    /// Changes every time that is compared with the present one.
    fileprivate mutating func changeTimes(_ change: (Timestamp) -> Timestamp) {
        if let time = pause?.time { pause?.time = change(time) }
        if let time = brake?.time { brake?.time = change(time) }
        for (target, row) in rows {
            var row = row
            row.waitingTime = row.waitingTime.map(change)
            row.healthyTime = row.healthyTime.map(change)
            row.repairTime = row.repairTime.map(change)
            rows[target] = row
        }
    }
}

extension RevisionName {
    /// The number of one of the model's few revisions.
    var short: UInt8 { UInt8(clamping: number) }

    /// The model's revision of a number; nil for 0.
    static func model(_ number: UInt8) -> RevisionName? {
        number == 0 ? nil : RevisionName(number: Int64(number), hash: "h")
    }
}

/// Values of annotations by number; 0 is none.
final class ModelWords {
    private(set) var texts = [""]
    private var numbers: [String: UInt8] = ["": 0]

    func number(of text: String?) -> UInt8 {
        guard let text else { return 0 }
        if let known = numbers[text] { return known }
        let number = UInt8(clamping: texts.count)
        numbers[text] = number
        texts.append(text)
        return number
    }
}
