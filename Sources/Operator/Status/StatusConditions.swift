import AccessPointAPI
import KubeModel
import Rollout
import TrafficModel

/// The conditions of an AccessPoint, by the rules of kstatus: Reconciling and Stalled never both, what is negative
/// only while True, and Ready at the first write.
struct StatusConditions {
    private let input: StatusInput
    private let previous: ConditionSet
    private let sights: [TargetSight]
    private let story: RolloutStory
    /// What each aspect comes to.
    private let aspects: [AspectWords.Outcome]
    private let accepted: Verdict
    private let placed: Verdict
    private let available: Verdict

    /// The schema takes more, but nobody reads it, and every watcher is sent all of it.
    private static let messageLimit = 2048

    /// Takes the targets that are placed; those that have left are not counted.
    init(_ input: StatusInput, _ sights: [TargetSight], previous: ConditionSet) {
        self.input = input
        self.previous = previous
        self.sights = sights
        let updated = sights.count(where: \.isUpdated)
        let revision = input.rollout?.updateRevision.map { " on revision \($0.number)" } ?? " updated"
        story = RolloutStory(input, progress: "\(updated)/\(sights.count) targets\(revision)")
        aspects = AspectWords.all.compactMap { words in
            words.outcome(sights, previous: words.type.flatMap { previous[$0] })
        }
        accepted = Self.accepted(input)
        placed = Self.placed(input)
        available = Self.available(input, sights)
    }

    /// All of them, in a fixed order; the time of transition moves only where the status is another than before.
    func conditions(staleness: [String: Verdict], now: Timestamp) -> ConditionSet {
        var list: [(String, Verdict)] = [("Ready", ready)]
        if let stalled, !input.isDeleting { list.append(("Stalled", stalled)) }
        if let reconciling { list.append(("Reconciling", reconciling)) }
        if input.isDeleting { list.append(("Deleting", deletion(.true))) }
        list += [
            ("Accepted", accepted), ("Placed", placed), ("Progressing", story.progressing), ("Paused", story.paused),
            ("Available", available),
        ]
        for aspect in aspects {
            guard let type = aspect.words.type else { continue }
            list.append((type, warned(aspect, staleness)))
        }
        if let names = input.names { list.append(("DNSReady", names.verdict)) }
        if let drifted { list.append(("Drifted", drifted)) }
        return ConditionSet(list.map { condition($0.0, $0.1, now) })
    }

    private func condition(_ type: String, _ verdict: Verdict, _ now: Timestamp) -> Condition {
        let before = previous[type]
        let time = before?.status == verdict.status ? before?.lastTransitionTime : nil
        return Condition(
            type: type, status: verdict.status, reason: verdict.reason.rawValue,
            message: verdict.text(limit: Self.messageLimit), observedGeneration: input.generation,
            lastTransitionTime: time ?? now.wholeSeconds)
    }
}

// The single conditions.
extension StatusConditions {
    private static func accepted(_ input: StatusInput) -> Verdict {
        let warnings = input.warnings.map { "; warning: \($0.text)" }.joined()
        switch input.acceptance {
        case .accepted(let message):
            guard input.rollout?.pause?.reason == .preflightRefused else {
                return Verdict(.true, .accepted, message + warnings)
            }
            return refusedInDryRun(input)
        case .pending(let message): return Verdict(.unknown, .dryRunPending, message + warnings)
        case .refused(let reason, let problems):
            return Verdict(.false, reason, Text.list(problems, most: 8, by: "; ") + warnings)
        }
    }

    /// The dry run of an accepted spec was refused: the object's own reason says most.
    private static func refusedInDryRun(_ input: StatusInput) -> Verdict {
        let target = input.targets.first { $0.facts.name == input.rollout?.pause?.target }
        guard let target, let failure = target.failures.first else {
            return Verdict(.false, .preflightRefused, input.view?.message ?? "")
        }
        return Verdict(.false, ReasonCode(failure.reason), "\(target.facts.name): \(failure.description)")
    }

    private static func placed(_ input: StatusInput) -> Verdict {
        switch input.placement {
        case .placed(let message): Verdict(.true, .placed, message)
        case .problem(let reason, let message): Verdict(.false, reason, message)
        case .unknown(let message): Verdict(.unknown, .placementUnknown, message)
        }
    }

    private static func available(_ input: StatusInput, _ sights: [TargetSight]) -> Verdict {
        guard !sights.isEmpty else {
            guard case .unknown(let message) = input.placement else {
                return Verdict(.false, .noTargets, "there is no target")
            }
            return Verdict(.unknown, .placementUnknown, message)
        }
        let serving = sights.count { $0.isInService == true }
        let open = sights.filter { $0.isInService == nil }
        let needed = RuntimePolicy(minAvailable: input.minAvailable).requiredAvailable(of: sights.count)
        let progress = "\(serving)/\(sights.count) targets in service"
        if serving >= needed { return Verdict(.true, .minimumTargetsAvailable, progress) }
        if serving + open.count >= needed, let first = open.first {
            return Verdict(
                .unknown, .availabilityUnknown,
                "\(progress), \(needed) needed; it cannot be told of \(first.name)"
                    + (open.count > 1 ? " (and \(open.count - 1) more)" : ""))
        }
        let idle = sights.filter { $0.isInService == false }
        let more = idle.count > 1 ? " (and \(idle.count - 1) more)" : ""
        return Verdict(
            .false, .minimumTargetsUnavailable,
            "\(progress), \(needed) needed" + (idle.first.map { "; \($0.name) is not\(more)" } ?? ""))
    }

    /// A certificate that ends soon or is older than that of other targets: False, beside what is wrong in earnest.
    private func warned(_ outcome: AspectWords.Outcome, _ staleness: [String: Verdict]) -> Verdict {
        let verdict = outcome.verdict
        if outcome.words.aspect == .references, !outcome.isStanding { return beside(neighbours: verdict) }
        guard outcome.words.aspect == .certificates, !outcome.isStanding, verdict.status != .false else {
            return verdict
        }
        let looked = sights.filter { !$0.isPending }
        let ending = looked.compactMap { sight in sight.evidence?.certificateWarning.map { (sight.name, $0) } }
        let stale = looked.compactMap { sight in staleness[sight.name].map { (sight.name, $0) } }
        guard let (name, warning) = (ending + stale).first else { return verdict }
        let others = Set((ending + stale).map(\.0)).count - 1
        return Verdict(
            .false, warning.reason,
            "\(name): \(warning.message)" + (others > 0 ? " (and \(others) more)" : ""))
    }

    /// What does not get along with objects of others, and what Istio warns of, is told beside the references, and
    /// changes no status.
    private func beside(neighbours verdict: Verdict) -> Verdict {
        let looked = sights.compactMap { sight in sight.evidence.map { (sight.name, $0.neighbours) } }
        let clashes = looked.flatMap { name, neighbours in (neighbours ?? []).map { "\(name): \($0)" } }
        let warning = clashes.first.map { $0 + (clashes.count > 1 ? " (and \(clashes.count - 1) more)" : "") }
        return verdict.warned(
            warning, isOpen: looked.contains { $0.1 == nil }, before: previous[AspectWords.references])
    }

    private var drifted: Verdict? {
        if let view = input.view, let brake = view.brake, let state = input.rollout {
            let command = RolloutCommand(key: input.key, state: state, view: view).repair
            return Verdict(.true, .driftBrake, brake.message, command: command)
        }
        let drifts = sights.compactMap { sight in sight.drift.map { (sight.name, $0) } }
        if let (name, drift) = drifts.first {
            let more = drifts.count > 1 ? " (and \(drifts.count - 1) more)" : ""
            return Verdict(.true, drift.reason, "\(name): \(drift.message)\(more)\(pace(ofRepairIn: name, drift))")
        }
        guard let before = previous["Drifted"], sights.contains(where: \.isPending) else { return nil }
        return Verdict(standing: before)
    }

    /// Why what was put back a moment ago is not put back at once; as times, which do not age.
    private func pace(ofRepairIn name: String, _ drift: Verdict) -> String {
        guard input.correctsDrift, drift.reason != .historyRegressed, let state = input.rollout,
            state.inFlight[name] == nil, let row = state.rows[name], let last = row.repairTime,
            let next = row.nextRepairTime
        else { return "" }
        let (before, again) = (last.wholeSeconds.rfc3339, next.wholeSeconds.rfc3339)
        return "; \(name) was put back last at \(before), and is again at \(again) at the earliest"
    }

    private func deletion(_ status: Condition.Status) -> Verdict {
        let told = story.ready.reason == .deleting ? story.ready : Verdict(.false, .deleting, "it is being deleted")
        return Verdict(status, .deleting, told.message, command: told.command)
    }

    /// Why it does not go on by itself; nil: it does, or is done.
    private var stalled: Verdict? {
        guard accepted.status == .false else { return story.stalled }
        return Verdict(.true, accepted.reason, accepted.message)
    }

    private var reconciling: Verdict? {
        guard !input.isDeleting, stalled == nil else { return nil }
        if story.isReconciling {
            return Verdict(.true, story.ready.reason, story.ready.message, command: story.ready.command)
        }
        guard accepted.status == .unknown else { return nil }
        return Verdict(.true, accepted.reason, accepted.message)
    }
}

// The summary of all.
extension StatusConditions {
    /// Whether everything that was asked for is well: the worst of all conditions that count.
    ///
    /// A warning about certificates does not count. While a target has not been looked at, Ready does not become
    /// better than what was seen before.
    private var ready: Verdict {
        if input.isDeleting { return deletion(.false) }
        let structure = Verdict.worst([accepted, placed, story.ready]) ?? story.ready
        let evidence = aspects.map(\.verdict).filter { $0.status != .false || !$0.reason.isWarning }
        let names = input.names.map { [$0.verdict] } ?? []
        let worst = Verdict.worst([structure] + evidence + names + [available]) ?? structure
        guard structure.status == .true, let standing else {
            guard worst.status != .true else { return Verdict(.true, .targetsReady, story.ready.message) }
            guard worst == structure else { return braked(worst) }
            guard let trouble else { return worst }
            return Verdict(worst.status, worst.reason, "\(worst.message); \(trouble)", command: worst.command)
        }
        let isNews =
            names.contains { $0.status == .false }
            || aspects.contains { !$0.isStanding && $0.verdict.status == .false && !$0.verdict.reason.isWarning }
        return isNews && (standing.status != .false || standing.reason != worst.reason) ? worst : standing
    }

    /// What is wrong with targets, and that it is not put back by itself if the brake is on.
    private func braked(_ worst: Verdict) -> Verdict {
        guard worst.command == nil, let drifted, drifted.reason == .driftBrake else { return worst }
        return Verdict(
            worst.status, worst.reason, "\(worst.message); \(drifted.message)", command: drifted.command)
    }

    /// The worst that targets show, for a message that speaks of the rollout; nil: all is well, or the pause speaks of
    /// the very target.
    ///
    /// It is taken from conditions, so that what was said before a restart stands until the targets are looked at anew.
    private var trouble: String? {
        var shown = aspects.filter { $0.words.type != nil }.map { ($0.verdict, $0.targets) }
        if let drifted, drifted.reason != .driftBrake {
            shown.insert((Verdict(.false, drifted.reason), drifted.message), at: 0)
        }
        shown.removeAll { $0.0.status == .true || $0.0.reason.isWarning || $0.0.reason == .observationPending }
        guard let (verdict, targets) = shown.first(where: { $0.0.status == .false }) ?? shown.first else { return nil }
        guard input.rollout?.pause?.target.map({ targets.hasPrefix("\($0): ") }) != true else { return nil }
        return Text.cut("\(verdict.reason.rawValue) in \(Text.clean(targets))", to: 512)
    }

    /// Ready as it was, if it spoke of evidence alone and not all of that has been looked at anew.
    private var standing: Verdict? {
        guard sights.contains(where: \.isPending), let before = previous["Ready"] else { return nil }
        let wasDone =
            previous.isTrue("Accepted") && previous.isTrue("Placed")
            && previous["Progressing"]?.reason == ReasonCode.rolloutCompleted.rawValue
        return wasDone ? Verdict(standing: before) : nil
    }
}
