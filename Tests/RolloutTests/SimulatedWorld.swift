import KubeModel
import Rollout

/// The host and the members: all that outlives a process.
struct SimulatedWorld: Hashable {
    /// A member cluster with two objects, each at a revision or absent.
    struct Member: Hashable {
        var objects: [RevisionName?] = [nil, nil]
        /// Raised by every write, and checked by every writer.
        var resourceVersion = 0
        var isUp = true
        var isPlaced = true
        /// Health by chance; good once the faults are off.
        var finding = Evidence.Finding.good
        var refusesDryRun = false
        var refusesWrites = false

        /// Whether it holds exactly a revision, or exactly nothing.
        func holds(_ revision: RevisionName?) -> Bool { objects.allSatisfy { $0 == revision } }
    }

    /// The committed states by version, newest last: `resourceVersion` of the AccessPoint is the index.
    var history = [RolloutState()]
    var assigned: [String: RevisionName] = [:]
    var members: [String: Member] = [:]
    var plans: [RevisionName: RolloutPlan] = [:]
    var wanted: RevisionName?
    var newest: Int64 = 0
    var isPaused = false
    var isDeleting = false
    var isFinalized = false
    /// Whether a process that was taken over may still finish a request. It may bring back one object of the very write
    /// that it had journaled, which only a fence in the member could prevent; drift repair puts it right.
    var hasOldLeaders = false
    var verbs: [Verb: String] = [:]
    var now = Timestamp(secondsSince1970: 1_800_000_000)
    /// Every journal entry that was ever committed.
    var journaled: Set<Intent> = []
    var violations: [String] = []

    /// A journal entry with its target.
    struct Intent: Hashable {
        var target: String
        var goal: Goal
        var stamp: WriteStamp
    }

    var state: RolloutState { history[history.count - 1] }

    /// Compare-and-swap on the AccessPoint's status.
    mutating func commit(_ state: RolloutState, over version: Int) -> Bool {
        guard version == history.count - 1 else { return false }
        history.append(state)
        for (target, entry) in state.inFlight {
            journaled.insert(Intent(target: target, goal: entry.goal, stamp: entry.stamp))
        }
        return true
    }

    /// Writes one object under the resource version that the writer has read; says whether it was stored.
    mutating func write(_ target: String, object: Int, _ revision: RevisionName?, by intent: Intent, read: Int) -> Bool
    {
        guard members[target]?.resourceVersion == read else { return false }
        if !journaled.contains(intent) { violations.append("S5: \(intent) was written and never journaled") }
        members[target]?.objects[object] = revision
        members[target]?.resourceVersion += 1
        return true
    }

    /// Adds a revision with a plan and wants it.
    mutating func change(plan: RolloutPlan) {
        newest += 1
        let name = RevisionName(number: newest, hash: "h")
        plans[name] = plan
        wanted = name
    }

    /// What somebody else has written.
    static let foreign = RevisionName(number: 999, hash: "x")

    /// S1: a target that holds a mixture of our own making is in the journal.
    mutating func checkMixtures() {
        for (target, member) in members where Set(member.objects).count > 1 && state.inFlight[target] == nil {
            guard !member.objects.contains(Self.foreign), !state.abandoned.contains(target) else { continue }
            violations.append("S1: \(target) is half written and not in the journal: \(member.objects)")
        }
    }
}
