// What events do to a state that needs no decision.
extension ModelState {
    mutating func spendFault() -> Bool {
        guard faults > 0 else { return false }
        faults -= 1
        return true
    }

    mutating func spendEdit() -> Bool {
        guard edits > 0 else { return false }
        edits -= 1
        return true
    }

    mutating func spendWord(_ change: (inout ModelHost) -> Void) -> Bool {
        guard words > 0 else { return false }
        words -= 1
        return tell(change)
    }

    mutating func tell(_ change: (inout ModelHost) -> Void) -> Bool {
        change(&host)
        return true
    }

    /// The other operator goes on where it was.
    mutating func change() -> Bool {
        guard switches > 0 else { return false }
        switches -= 1
        (active, other) = (other, active)
        return true
    }

    /// What the active operator sees of a member stays as it is.
    mutating func lag(_ target: Int) -> Bool {
        guard active.sights[target].freshness == .live else { return false }
        var seen = members[target]
        (seen.refusesDryRun, seen.refusesWrites, seen.isPlaced) = (false, false, true)
        active.sights[target] = ModelSight(freshness: .old, old: seen)
        return true
    }

    /// Something that befalls a member, or passes.
    mutating func apply(trouble event: ModelEvent) -> Bool {
        switch event {
        case .cutOff(let target): return members[target].isUp && spendFault() && alter(target) { $0.isUp = false }
        case .reconnect(let target): return alter(target) { $0.isUp = true }
        case .fallIll(let target):
            return members[target].health == .good && spendFault() && alter(target) { $0.health = .bad }
        case .turnUnclear(let target):
            return members[target].health == .good && spendFault() && alter(target) { $0.health = .unclear }
        case .getWell(let target): return alter(target) { $0.health = .good }
        case .refuseWrites(let target):
            return !members[target].refusesWrites && spendFault() && alter(target) { $0.refusesWrites = true }
        case .admitWrites(let target): return alter(target) { $0.refusesWrites = false }
        case .refuseDryRuns(let target):
            return !members[target].refusesDryRun && spendFault() && alter(target) { $0.refusesDryRun = true }
        case .admitDryRuns(let target): return alter(target) { $0.refusesDryRun = false }
        case .drift(let target): return spendFault() && drift(target)
        case .leave(let target):
            return members[target].isPlaced && spendFault() && alter(target) { $0.isPlaced = false }
        case .join(let target):
            return !members[target].isPlaced && spendFault() && alter(target) { $0.isPlaced = true }
        default: return false
        }
    }

    private mutating func alter(_ target: Int, _ change: (inout ModelMember) -> Void) -> Bool {
        change(&members[target])
        return true
    }

    /// Somebody edits the first object by hand.
    private mutating func drift(_ target: Int) -> Bool {
        guard members[target].object0 != 0, members[target].object0 != 4 else { return false }
        members[target].object0 = 4
        if active.jobs[target].read == .current { active.jobs[target].read = .old }
        if other.jobs[target].read == .current { other.jobs[target].read = .old }
        return true
    }
}

extension ModelOperator {
    /// The process dies; its successor first reads what it had read.
    mutating func restart() -> Bool {
        let host = host
        self = ModelOperator()
        self.host = host
        return true
    }

    mutating func look() -> Bool {
        sights = Three(ModelSight(freshness: .live))
        return true
    }

    /// Takes a write on unless it is known; a new one waits until no request of the old one is outstanding.
    mutating func begin(_ goal: UInt8, on target: Int) {
        let job = jobs[target]
        let (epoch, number) = (host.stampEpoch[target], host.stampNumber[target])
        let isKnown =
            job.outcome != .none && job.goal == goal && job.stampEpoch == epoch && job.stampNumber == number
        guard !isKnown, job.outcome != .writing else { return }
        jobs[target] = ModelJob(outcome: .writing, goal: goal, stampEpoch: epoch, stampNumber: number)
    }

    /// Forgets what came of writes that no journal entry asks for.
    mutating func dropJobs(_ shape: ModelShapes.Shape) {
        for target in 0..<3 where jobs[target].outcome != .none && jobs[target].outcome != .writing {
            let isEntry =
                shape.goals[target] != nil && jobs[target].stampEpoch == host.stampEpoch[target]
                && jobs[target].stampNumber == host.stampNumber[target]
            if !isEntry { jobs[target] = ModelJob() }
        }
    }
}

extension ModelJob {
    /// Passes over the objects that are as they shall be.
    mutating func pass(_ member: ModelMember) {
        guard read == .current else { return }
        if next == 0, member.object0 == goal { next = 1 }
        if next == 1, member.object1 == goal { next = 2 }
    }
}

extension ModelMember {
    func finding(at revision: UInt8) -> ModelDecisions.Facts.Finding {
        guard isUp else { return .unclear }
        guard holds(revision) else { return .bad }
        switch health {
        case .good: return .good
        case .bad: return .bad
        case .unclear: return .unclear
        }
    }
}

extension ModelPreflight {
    /// A dry run that passed is not repeated, however old it is.
    mutating func age() { isOld = revision != 0 && result != .passed }
}
