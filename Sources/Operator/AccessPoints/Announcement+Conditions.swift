import AccessPointAPI
import KubeModel
import Rendering
import Rollout

extension Announcement {
    /// What two committed sets of conditions say happened between them: a condition turned bad, or is bad for another
    /// reason. A pure function of what is stored, so that a restart repeats nothing and what was not committed was not
    /// said.
    static func between(_ old: ConditionSet, _ new: ConditionSet) -> [Announcement] {
        Trouble.all.compactMap { trouble in
            guard let now = new[trouble.type], trouble.isBad(now) else { return nil }
            if let before = old[trouble.type], trouble.isBad(before), before.reason == now.reason,
                !trouble.tellsEveryMessage || before.message == now.message
            {
                return nil
            }
            return Announcement(
                isWarning: true, reason: now.reason, action: trouble.action, note: now.message,
                variant: trouble.tellsEveryMessage ? now.message : "")
        }
    }

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
    private struct Trouble: Sendable {
        var type: String
        var action: String
        var badStatus = Condition.Status.false
        /// The reasons that count; nil: any.
        var reasons: Set<ReasonCode>?
        /// Whether another message is news although the reason is the same: it is about the spec, which a person writes.
        var tellsEveryMessage = false

        func isBad(_ condition: Condition) -> Bool {
            guard condition.status == badStatus else { return false }
            return reasons.map { $0.contains { $0.rawValue == condition.reason } } ?? true
        }

        static let all = [
            Trouble(type: "Accepted", action: "Validate", tellsEveryMessage: true),
            Trouble(type: "Placed", action: "Place", tellsEveryMessage: true),
            Trouble(type: "CertificatesReady", action: "Observe"),
            Trouble(type: "Available", action: "Observe"),
            Trouble(type: "Drifted", action: "Observe", badStatus: .true, reasons: [.driftBrake, .historyRegressed]),
        ]
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
