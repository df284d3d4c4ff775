import AccessPointAPI
import KubeModel
import Rendering
import Rollout

extension Announcement {
    /// What two committed sets of conditions of an AccessPoint say happened between them: a condition turned bad, is bad
    /// for another reason, or is well again. A pure function of what is stored, so that a restart repeats nothing and what
    /// was not committed was not said.
    ///
    /// Drift is told where it is not put back; where it is, that is told when it is done.
    static func between(_ old: ConditionSet, _ new: ConditionSet, correctsDrift: Bool = true) -> [Announcement] {
        (correctsDrift ? Trouble.all : Trouble.all + [Trouble.drift]).news(old, new)
    }

    /// The same of a NameService.
    static func ofNames(_ old: ConditionSet, _ new: ConditionSet) -> [Announcement] { Trouble.ofNames.news(old, new) }

    /// That a resume was given before its gate waits, once it is said in a condition.
    static func noted(resume value: String, _ old: ConditionSet, _ new: ConditionSet) -> Announcement? {
        let words = RolloutStory.noted(resume: value)
        guard new["Progressing"]?.message.contains(words) ?? false,
            !(old["Progressing"]?.message.contains(words) ?? false)
        else { return nil }
        return Announcement(
            reason: "ResumeNoted", action: "Resume", note: "accesspoint.io/\(words)", variant: value)
    }

    /// A condition of which a person is told when it turns bad.
    fileprivate struct Trouble: Sendable {
        var type: String
        var action: String
        var badStatus = Condition.Status.false
        /// The reasons that count; nil: any.
        var reasons: Set<ReasonCode>?
        /// The reasons that do not count.
        ///
        /// Records that are so new that resolvers may not know them come with every change of a target.
        var silent: Set<ReasonCode> = [.recordsPending]
        /// What of a message is news although the reason is the same.
        var tells = Told.reason
        /// Whether it is news too that it is well again: it rests on what is seen from outside, where nobody here has
        /// mended it.
        var tellsRecovery = false

        func isBad(_ condition: Condition) -> Bool {
            guard condition.status == badStatus, !silent.contains(where: { $0.rawValue == condition.reason }) else {
                return false
            }
            return reasons.map { $0.contains { $0.rawValue == condition.reason } } ?? true
        }

        /// Whether what was so is over when it turns well: also what only waited for resolvers, for that may stand
        /// between what a person was told and its end.
        func wasBad(_ condition: Condition) -> Bool {
            isBad(condition) || condition.status == badStatus && condition.reason == ReasonCode.recordsPending.rawValue
        }

        /// What tells two messages of one reason apart.
        enum Told {
            /// Nothing.
            case reason
            /// The command that it ends with.
            case command
            /// Every word: it is about the spec, which a person writes.
            case message
        }

        /// What tells a message of this condition apart from others of the same reason.
        func variant(of condition: Condition) -> String {
            switch tells {
            case .reason: ""
            case .command: Verdict.command(in: condition.message) ?? ""
            case .message: condition.message
            }
        }

        static let all = [
            Trouble(type: "Accepted", action: "Validate", tells: .message),
            Trouble(type: "Placed", action: "Place", tells: .message),
            Trouble(type: "CertificatesReady", action: "Observe", tellsRecovery: true),
            Trouble(type: "AddressesReady", action: "Observe", tellsRecovery: true),
            // What is changed or gone is told as drift, and is put back at once as a rule.
            Trouble(
                type: "RoutesReady", action: "Observe", silent: [.objectMissing, .objectDiffers, .historyRegressed],
                tellsRecovery: true),
            Trouble(type: "ResolvedRefs", action: "Observe", tellsRecovery: true),
            Trouble(type: "DNSReady", action: "Resolve", tellsRecovery: true),
            Trouble(type: "Available", action: "Observe"),
            Trouble(type: "Drifted", action: "Observe", badStatus: .true, reasons: [.driftBrake], tells: .command),
            Trouble(type: "Drifted", action: "Observe", badStatus: .true, reasons: [.historyRegressed]),
        ]

        static let drift = Trouble(
            type: "Drifted", action: "Observe", badStatus: .true, reasons: [.objectMissing, .objectDiffers])

        static let ofNames = [
            Trouble(type: "Published", action: "Publish", tellsRecovery: true),
            Trouble(type: "Resolved", action: "Resolve", tellsRecovery: true),
        ]
    }
}

extension [Announcement.Trouble] {
    /// What two committed sets of conditions say happened between them.
    ///
    /// What two conditions give one reason for is told once.
    fileprivate func news(_ old: ConditionSet, _ new: ConditionSet) -> [Announcement] {
        var told: Set<[String]> = []
        return all(old, new).filter { told.insert([$0.action, $0.reason]).inserted }
    }

    private func all(_ old: ConditionSet, _ new: ConditionSet) -> [Announcement] {
        compactMap { trouble in
            guard let now = new[trouble.type] else { return nil }
            let before = old[trouble.type].flatMap { trouble.isBad($0) ? $0 : nil }
            guard trouble.isBad(now) else {
                guard trouble.tellsRecovery, now.status == .true, old[trouble.type].map(trouble.wasBad) ?? false else {
                    return nil
                }
                return Announcement(reason: now.reason, action: trouble.action, note: now.message)
            }
            let variant = trouble.variant(of: now)
            if let before, before.reason == now.reason, trouble.variant(of: before) == variant { return nil }
            return Announcement(
                isWarning: true, reason: now.reason, action: trouble.action, note: now.message, variant: variant)
        }
    }
}

extension Announcement {
    /// What is said of a new revision: that it exists, whether it waits for the one before, and which overrides reach
    /// nothing.
    static func made(_ revision: Revision, _ scene: AccessPointScene, _ evaluation: AccessPointEvaluation)
        -> [Announcement]
    {
        let queues = (try? scene.spec.get())?.policy.rollout.onNewRevision == .queue && !scene.state.isComplete
        var said = [
            Announcement(
                reason: "RevisionCreated", action: "Render",
                note: "Revision \(revision.name) of \(evaluation.placed.count) targets"
                    + (queues && scene.state.updateRevision != nil ? "; it waits for the end of the rollout" : ""),
                variant: revision.name)
        ]
        for problem in evaluation.outcome?.problems ?? [] where problem.code == .overrideUnmatched {
            said.append(
                Announcement(
                    isWarning: true, reason: problem.code.rawValue, action: "Render", note: problem.description,
                    variant: problem.override ?? ""))
        }
        return said
    }
}
