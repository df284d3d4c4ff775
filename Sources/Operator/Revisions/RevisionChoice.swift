import AccessPointAPI
import Rendering
import Rollout

/// Which revision the present spec asks for: one that exists already, or a new one.
enum RevisionChoice: Sendable, Hashable {
    /// Its sets are what the spec renders now.
    case existing(RevisionName)
    /// No revision in play renders this: the next number.
    case new(number: Int64)
}

extension RevisionChoice {
    /// What the choice rests on.
    struct Question: Sendable {
        /// The targets of the placement and what the present spec renders for each.
        var wanted: [String: RenderedSet]
        /// Targets that hold objects and are no longer placed, on proof.
        var leaving: Set<String>
        /// The revisions in the order in which they are tried: the one under way, the stable one, the newest.
        var candidates: [RevisionName]
        /// The highest number that was ever given out.
        var highest: Int64
    }

    /// Chooses: a change of the spec that changes no target's set, and a target that joins, are no new revision.
    ///
    /// - Parameters:
    ///   - question: what the choice rests on.
    ///   - plan: the frozen plan of a candidate, nil where it cannot be read.
    ///   - set: what a candidate renders for a target, nil where it renders nothing valid.
    /// - Returns: the revision.
    static func choose(
        _ question: Question, plan: (RevisionName) -> RolloutPlan?, set: (RevisionName, String) -> RenderedSet?
    ) -> RevisionChoice {
        for candidate in question.candidates {
            guard let plan = plan(candidate) else { continue }
            let removed = Set(plan.steps.filter(\.isRemoval).flatMap(\.targets))
            // A target that leaves is only taken out by a plan that says so, and one that came back is not.
            guard question.leaving.isSubset(of: removed), removed.isDisjoint(with: question.wanted.keys) else {
                continue
            }
            if question.wanted.allSatisfy({ set(candidate, $0.key)?.hash == $0.value.hash }) {
                return .existing(candidate)
            }
        }
        let (next, overflows) = question.highest.addingReportingOverflow(1)
        return .new(number: overflows ? question.highest : max(1, next))
    }
}
