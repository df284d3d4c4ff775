import KubeModel

// The rules about single targets: the way back, drift repair, and what a superseded revision leaves behind.
extension RolloutInvariants {
    /// S8: a way back is over only when every target is back, and it writes none that was not touched.
    var exactReturn: [Violation] {
        var found: [Violation] = []
        if previous.course == .back, next.course == .update, previous.updateRevision == next.updateRevision {
            for (target, row) in next.rows where row.revision != nil && row.revision != next.stableRevision {
                found.append(Violation(rule: "S8", detail: "\(target) is not back, and the way back is over"))
            }
        }
        for (target, entry) in next.inFlight where entry.purpose == .back && isNew(entry) {
            guard previous.inFlight[target] == nil, let row = previous.rows[target]?.revision,
                row == next.stableRevision
            else { continue }
            found.append(Violation(rule: "S8", detail: "\(target) goes back although it was not touched"))
        }
        return found
    }

    /// S10: a repair restores the revision that the target has, one at a time, and not twice within half a minute.
    var repair: [Violation] {
        let repairs = next.inFlight.filter { $0.value.purpose == .repair }
        var found: [Violation] = []
        if repairs.count > 1 {
            found.append(Violation(rule: "S10", detail: "\(repairs.keys.sorted()) are repaired at once"))
        }
        for (target, entry) in repairs where isNew(entry) {
            if entry.goal.revision == nil || entry.goal.revision != next.rows[target]?.revision {
                found.append(Violation(rule: "S10", detail: "\(target) is repaired to another than its own revision"))
            }
            if let last = previous.rows[target]?.repairTime, last.adding(seconds: 30) > now {
                found.append(Violation(rule: "S10", detail: "\(target) is repaired again at once"))
            }
        }
        return found
    }

    /// S18: the targets on neither the stable nor the update revision become no more.
    var superseded: [Violation] {
        var allowed = stray(in: previous)
        if next.updateRevision != previous.updateRevision {
            allowed.formUnion(targets(on: previous.updateRevision, in: previous))
        }
        if next.stableRevision != previous.stableRevision {
            allowed.formUnion(targets(on: previous.stableRevision, in: previous))
        }
        let fresh = stray(in: next).subtracting(allowed)
        return fresh.sorted().map {
            Violation(rule: "S18", detail: "\($0) gets onto a revision that is neither stable nor rolled out")
        }
    }

    private func isNew(_ entry: JournalEntry) -> Bool { entry.stamp.sequence > previous.sequence }

    private func stray(in state: RolloutState) -> Set<String> {
        targets(in: state) { $0 != nil && $0 != state.stableRevision && $0 != state.updateRevision }
    }

    private func targets(on revision: RevisionName?, in state: RolloutState) -> Set<String> {
        targets(in: state) { $0 == revision }
    }

    private func targets(in state: RolloutState, _ isMeant: (RevisionName?) -> Bool) -> Set<String> {
        Set(state.rows.keys).union(state.inFlight.keys).filter { target in
            isMeant(state.assignment(of: target)) && observed.targets[target]?.isPlaced ?? true
        }
    }
}
