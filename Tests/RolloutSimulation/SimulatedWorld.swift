package import KubeModel
package import Rollout

/// The host and the members: all that outlives a process.
package struct SimulatedWorld {
    /// The AccessPoint in the host: what people write and what the operator keeps in status, under one version.
    package struct Host: Sendable {
        /// The revision that the spec asks for; nil while it cannot be accepted.
        package var wanted: RevisionName?
        package var isPaused = false
        package var isDeleting = false
        /// A new spec waits for the end of the run.
        package var isQueueing = false
        /// The deletion leaves objects where they are, and waits for no target that does not answer.
        package var isOrphaning = false
        /// Seconds for which a deletion waits for a target that does not answer; 0: for ever.
        package var timeout: Int64 = 0
        package var verbs: [Verb: String] = [:]
        /// `status.rollout`; nil where there is none: never written, or lost.
        package var status: RolloutState?
        /// The AccessPointTargets. They are objects of their own: no change of theirs raises the AccessPoint's version.
        package var assigned: [String: Assignment] = [:]
        /// `metadata.resourceVersion`: raised by every change, whoever makes it.
        package var version = 0
    }

    /// The AccessPointTarget of one target.
    package struct Assignment: Sendable, Hashable {
        package var revision: RevisionName
        /// Its own `metadata.resourceVersion`.
        package var version: Int
    }

    /// A member cluster with two objects, each at a revision or absent.
    package struct Member {
        package var objects: [RevisionName?] = [nil, nil]
        /// Raised by every write, and checked by every writer.
        package var resourceVersion = 0
        package var isUp = true
        package var isPlaced = true
        /// Health by chance; good once the faults are off.
        package var finding = Evidence.Finding.good
        package var refusesDryRun = false
        package var refusesWrites = false

        package init() {}

        /// Whether it holds exactly a revision, or exactly nothing.
        package func holds(_ revision: RevisionName?) -> Bool { objects.allSatisfy { $0 == revision } }
    }

    /// A journal entry with its target.
    package struct Intent: Hashable {
        package var target: String
        package var goal: Goal
        package var stamp: WriteStamp
    }

    /// The newest version of the AccessPoint.
    package var host = Host()
    /// What a lagging API server still answers.
    package var lagging = Host()
    package var members: [String: Member] = [:]
    package var plans: [RevisionName: RolloutPlan] = [:]
    package var newest: Int64 = 0
    /// The newest revision whose record says that it completed.
    package var completed: RevisionName?
    package var isFinalized = false
    package var now = Timestamp(secondsSince1970: 1_800_000_000)
    /// Every journal entry that was ever committed.
    package var journaled: Set<Intent> = []
    /// Every write that was ever seen to have been stored as a whole.
    package var stored: Set<Intent> = []
    /// Targets in which an older leader, or a status that was lost, may have left something that no journal holds.
    ///
    /// A process that was taken over may still finish a request. It may bring back an object of the very write that it
    /// had journaled, which only a fence in the member could prevent; drift repair puts it right.
    package var tainted: Set<String> = []
    /// Targets that were ever given up for lost.
    package var abandoned: Set<String> = []
    package var commits = 0
    package var assignments = 0
    package var writes = 0
    package var violations: [String] = []

    package init() {}

    package var state: RolloutState { state(of: host) }

    /// The state that a reader of the AccessPoint works with: a lost one is rebuilt from the AccessPointTargets.
    package func state(of host: Host) -> RolloutState {
        if let status = host.status { return status }
        guard !host.assigned.isEmpty else { return RolloutState() }
        return .recovered(assigned: host.assigned.mapValues(\.revision), completed: completed, now: now)
    }

    /// A change of the AccessPoint by a person.
    package mutating func edit(_ change: (inout Host) -> Void) {
        change(&host)
        host.version += 1
    }

    /// Compare-and-swap on the AccessPoint's status.
    package mutating func commit(_ state: RolloutState, over version: Int) -> Bool {
        guard version == host.version else { return false }
        noteTruth(self.state, state)
        host.status = state
        host.version += 1
        commits += 1
        abandoned.formUnion(state.abandoned)
        if state.isComplete, let stable = state.stableRevision { completed = stable }
        for (target, entry) in state.inFlight {
            journaled.insert(Intent(target: target, goal: entry.goal, stamp: entry.stamp))
        }
        return true
    }

    /// Writes or deletes an AccessPointTarget under the version that the writer has read, where nil means that there was
    /// none; says whether it was stored.
    package mutating func assign(_ target: String, _ revision: RevisionName?, read version: Int?) -> Bool {
        guard host.assigned[target]?.version == version else { return false }
        assignments += 1
        host.assigned[target] = revision.map { Assignment(revision: $0, version: assignments) }
        return true
    }

    /// S14: a row says that a target has a revision only after all of it was seen there under the very entry.
    private mutating func noteTruth(_ previous: RolloutState, _ next: RolloutState) {
        for (target, row) in next.rows where row.revision != previous.rows[target]?.revision {
            guard let entry = previous.inFlight[target], row.revision != nil else { continue }
            guard !stored.contains(Intent(target: target, goal: entry.goal, stamp: entry.stamp)) else { continue }
            violations.append("S14: \(target) is said to have \(row.revision?.description ?? "-"), never seen there")
        }
    }

    /// Writes one object under the resource version that the writer has read; says whether it was stored.
    package mutating func write(
        _ target: String, object: Int, _ revision: RevisionName?, by intent: Intent, read: Int
    ) -> Bool {
        guard members[target]?.resourceVersion == read else { return false }
        if !journaled.contains(intent) { violations.append("S5: \(intent) was written and never journaled") }
        // An attempt of the executor may overlap with the commit that journals its target anew: the entry stands then,
        // and its own write begins when that attempt has ended.
        if state.inFlight[target] == nil {
            tainted.insert(target)
            // While the status is lost there is no present epoch.
            if intent.stamp.epoch == host.status?.epoch {
                violations.append("S11: \(intent) was written under the present epoch and is not in the journal")
            }
        }
        members[target]?.objects[object] = revision
        members[target]?.resourceVersion += 1
        writes += 1
        return true
    }

    /// The status is lost: what was in flight is known to nobody. That takes somebody a moment.
    package mutating func wipe() {
        now = now + .milliseconds(1)
        tainted.formUnion(state.inFlight.keys)
        edit { $0.status = nil }
    }

    /// Adds a revision with a plan and wants it.
    package mutating func change(plan: RolloutPlan) {
        newest += 1
        let name = RevisionName(number: newest, hash: "h")
        plans[name] = plan
        edit { $0.wanted = name }
    }

    /// What somebody else has written.
    package static let foreign = RevisionName(number: 999, hash: "x")

    /// S1: a target that holds a mixture of our own making is in the journal.
    package mutating func checkMixtures() {
        let state = state
        for (target, member) in members where member.objects[0] != member.objects[1] {
            guard state.inFlight[target] == nil, !tainted.contains(target) else { continue }
            guard !member.objects.contains(Self.foreign), !abandoned.contains(target) else { continue }
            violations.append("S1: \(target) is half written and not in the journal: \(member.objects)")
        }
    }
}
