import AccessPointAPI
import KubeModel
import Rendering
import Rollout
import TrafficModel

/// Something that happened to an AccessPoint and that a person may want to read as an Event.
struct Announcement: Sendable, Hashable {
    var isWarning = false
    /// From the closed list of docs/reasons.md.
    var reason: String
    /// What the operator did, in one word.
    var action: String
    var note: String
    /// Events of one reason are told apart by this: an answer to one value does not stand for that to another.
    ///
    /// What repeats keeps its first sentence, so that whatever a person is told to type, or to set, belongs in here. What
    /// members write does not: they could use up the few Events that an object has.
    var variant = ""
}

extension Announcement {
    /// What two committed states of a rollout say happened between them; a pure function, so that nothing is announced
    /// that was not committed.
    ///
    /// - Parameters:
    ///   - old: what was stored before.
    ///   - new: what is stored now.
    ///   - view: what status shows of it.
    ///   - key: that of the AccessPoint, for the command that ends a pause.
    ///   - repaired: what differed in targets whose repair has ended, in words, as it was seen before.
    /// - Returns: what is to be told.
    static func between(
        _ old: RolloutState, _ new: RolloutState, view: RolloutView, of key: ObjectKey,
        repaired: [String: [String]] = [:]
    ) -> [Announcement] {
        var said: [Announcement] = []
        if new.updateRevision != old.updateRevision, let revision = new.updateRevision {
            let isBack = revision == new.stableRevision
            said.append(
                Announcement(
                    reason: isBack ? "RolloutReturned" : "RolloutStarted", action: "Rollout",
                    note: "Revision \(revision)\(isBack ? " is the stable one: the targets go back to it" : "")",
                    variant: "\(revision)"))
        }
        if new.course == .back, old.course != .back {
            said.append(
                Announcement(
                    isWarning: new.rollbackCause != nil, reason: "RollbackStarted", action: "Rollback",
                    note: "Targets go back to \(new.stableRevision.map { "revision \($0)" } ?? "holding nothing")"
                        + (new.rollbackCause.map { ": \($0)" } ?? ""),
                    variant: new.updateRevision.map { "\($0)" } ?? ""))
        }
        said += targets(old, new, repaired)
        if let pause = new.pause, pause.reason != old.pause?.reason || view.gate != nil && !new.isAtStep(of: old) {
            said.append(paused(pause.reason, view, command: RolloutCommand(key: key, state: new, view: view).next))
        }
        said += abandoned(old, new)
        for verb in Verb.allCases {
            guard let handled = new.handled[verb], handled != old.handled[verb] else { continue }
            said.append(
                Announcement(
                    reason: verb.doneReason, action: verb.eventWord,
                    note: "\(verb.rawValue)=\(handled.value) was set by a person and is done",
                    variant: handled.value))
        }
        if new.isComplete, !old.isComplete || old.stableRevision != new.stableRevision,
            let revision = new.stableRevision
        {
            // Some targets may have failed, as many as maxFailures allows; the run's end says so.
            let cause = new.lastRun?.revision == revision ? new.lastRun?.cause ?? "" : ""
            let note = cause.isEmpty ? "Every target is on revision \(revision)" : "Revision \(revision): \(cause)"
            said.append(
                Announcement(
                    reason: "RolloutCompleted", action: "Rollout", note: note, variant: "\(revision)"))
        }
        return said
    }

    /// A pause, with the command that ends it: what is wrong is the reason; what only waits for a person is a pause
    /// like any other.
    private static func paused(_ reason: PauseReason, _ view: RolloutView, command: String?) -> Announcement {
        let trouble = view.phase == .deleting ? "DeletionBlocked" : reason.rawValue
        let event = reason.isTrouble ? trouble : "RolloutPaused"
        // What kubectl prints beside the note is not said twice.
        let prefix = event == reason.rawValue ? "" : "\(reason.rawValue): "
        let said = Verdict(.true, .rolloutPaused, prefix + view.message, command: command)
        return Announcement(
            isWarning: reason.isTrouble, reason: event, action: "Pause",
            note: said.text(bytes: noteLimit), variant: "\(reason.rawValue) \(command ?? view.gate ?? "")")
    }

    /// Targets that a deletion has passed by without a word of a person.
    private static func abandoned(_ old: RolloutState, _ new: RolloutState) -> [Announcement] {
        new.abandoned.subtracting(old.abandoned).sorted().compactMap { target in
            let handled = new.handled[.abandon]
            guard handled == old.handled[.abandon] || handled?.value != target else { return nil }
            return Announcement(
                isWarning: true, reason: "TargetAbandoned", action: "Abandon",
                note: "\(target) does not answer and is waited for no longer, as spec.policy.runtime.deletion says:"
                    + " its objects stay behind", variant: target)
        }
    }

    /// An object that was nobody's was taken over.
    static func tookOver(_ object: RenderedObject, in cluster: String, _ resolution: RuntimePolicy.ConflictResolution)
        -> Announcement
    {
        Announcement(
            reason: "ObjectsTakenOver", action: "TakeOver",
            note: "\(cluster): \(object) was there before and belongs to this AccessPoint now"
                + " (conflictResolution \(resolution.rawValue))", variant: "\(cluster) \(object)")
    }

    /// Objects were left where they are, without our marks.
    static func gaveUp(_ keys: [ObjectKey], _ kind: TrafficKind, in cluster: String, isOrphaned: Bool) -> Announcement {
        let objects = "\(cluster): \(kind.kind) \(Text.list(keys.map(\.description), most: 5))"
        return isOrphaned
            ? Announcement(
                reason: "ObjectsOrphaned", action: "Orphan",
                note: "\(objects) stays behind without our labels and annotations (deletion.policy Orphan)",
                variant: objects)
            : Announcement(
                reason: "ObjectsReturned", action: "Return",
                note:
                    "\(objects) was taken over by a revision that was never completed: it stays, and is nobody's again",
                variant: objects)
    }

    private static func targets(
        _ old: RolloutState, _ new: RolloutState, _ repaired: [String: [String]]
    ) -> [Announcement] {
        old.inFlight.keys.sorted().compactMap { target in
            guard let entry = old.inFlight[target], new.inFlight[target]?.stamp != entry.stamp,
                new.rows[target]?.revision == entry.goal.revision
            else { return nil }
            switch entry.purpose {
            case .repair:
                // A repair that was refused is tried again, and a new leader stamps it anew: neither has put back anything.
                guard new.inFlight[target] == nil else { return nil }
                let objects = repaired[target] ?? []
                // There are few kinds; which objects, where and by whom is up to whoever writes in the member.
                let kind = objects.first?.prefix { $0 != " " } ?? ""
                return Announcement(
                    isWarning: true, reason: "DriftCorrected", action: "Repair", note: repair(of: target, objects),
                    variant: "\(target) \(kind)")
            case .remove:
                // What was given up was not removed; that is told as such.
                guard !new.abandoned.subtracting(old.abandoned).contains(target) else { return nil }
                return Announcement(
                    reason: "TargetRemoved", action: "Remove", note: "\(target) holds nothing any more",
                    variant: target)
            case .update, .back, .join:
                let revision = entry.goal.revision.map { "is on revision \($0)" } ?? "holds nothing any more"
                return Announcement(
                    reason: "TargetUpdated", action: "Apply", note: "\(target) \(revision)",
                    variant: "\(target) \(revision)")
            }
        }
    }

    /// A repair that is done, with as many of the objects that it has put back as a note takes, three at most.
    private static func repair(of target: String, _ objects: [String]) -> String {
        let told = "\(target): objects differed from their revision and were put back"
        guard !objects.isEmpty else { return told }
        let notes = [3, 2, 1].map { Text.clean("\(told): \(Text.list(objects, most: $0))") }
        return notes.first { $0.utf8.count <= noteLimit } ?? notes.last ?? told
    }

    /// The most bytes that the API server takes as the note of an Event.
    private static let noteLimit = 1024

    /// The answer to a verb that does nothing.
    init(_ answer: VerbAnswer) {
        let right =
            answer.right.map { "; the value that it takes now is \($0)" }
            ?? "; there is nothing to \(answer.verb.rawValue) now"
        let why =
            switch answer.reason {
            case .wrongValue: "does not name what waits now"
            case .alreadyThere: "was there before its step began; take it off and set it again"
            }
        self.init(
            isWarning: true, reason: "\(answer.verb.eventWord)Ignored", action: answer.verb.eventWord,
            note: "accesspoint.io/\(answer.verb.rawValue)=\(answer.value) \(why)\(right)",
            variant: [answer.value, answer.right].compactMap { $0 }.joined(separator: " "))
    }
}

extension RolloutState {
    /// Whether it is at the same step of the same run: the gates of two steps may follow each other at once.
    fileprivate func isAtStep(of other: RolloutState) -> Bool {
        updateRevision == other.updateRevision && round == other.round && passedSteps == other.passedSteps
    }
}

extension PauseReason {
    /// Whether a pause means that something went wrong.
    fileprivate var isTrouble: Bool {
        switch self {
        case .userPaused, .growthGate, .canaryGate, .waveGate, .removeGate: false
        case .specNotAccepted, .preflightRefused, .targetFailed, .failuresExceeded, .deadlineExceeded,
            .clusterUnreachable:
            true
        }
    }
}

extension Verb {
    /// The verb as a part of reasons and actions, which are CamelCase.
    fileprivate var eventWord: String { self == .promoteFull ? "PromoteFull" : rawValue.capitalised }

    fileprivate var doneReason: String {
        switch self {
        case .resume: "RolloutResumed"
        case .promoteFull: "RolloutPromoted"
        case .abort: "RolloutAborted"
        case .retry: "RolloutRetried"
        case .abandon: "TargetAbandoned"
        }
    }
}

extension String {
    fileprivate var capitalised: String { prefix(1).uppercased() + dropFirst() }
}
