extension Proof {
    /// The safety rules S1 to S19 and the liveness rules L1 to L3, each with what shows that it holds.
    package static let rules: [Proof] = [
        Proof(
            "S1", "no more targets are in flight than the step allows; what is half written is in the journal",
            model: true, simulation: true,
            tests: [
                "no more targets than maxConcurrency are unsettled at once", "a target that soaks keeps its place",
            ]),
        Proof(
            "S2", "a target begins only when all steps before its own are done, healthy, soaked and let through",
            model: true, simulation: true,
            tests: [
                "each wave has a gate of its own, named after it",
                "without fresh evidence nothing begins, even if the stored state would allow it",
            ]),
        Proof(
            "S3", "nothing beyond the canary changes while its gate waits", model: true, simulation: true,
            tests: ["the canary is written, the rollout pauses by itself, a resume lets the others follow one by one"]),
        Proof(
            "S4", "a word acts once, and only if it names what waits", model: true, simulation: true,
            tests: [
                "any other value opens nothing and is answered with the right one, once",
                "a value that stays on the object is consumed once, also across revisions and restarts",
                "a value that was there when its step began is inert, and the person is told",
                "nothing else does: no other value, and no promote-full",
            ]),
        Proof(
            "S5", "no write without a committed journal entry; a process that was taken over decides nothing",
            model: true, simulation: true,
            tests: [
                "taking over raises the epoch and stamps the journal in the same commit",
                "an older leader that wakes up decides nothing",
                "a write may be sent while it can end before the lease does, and not after the deadline",
                "killed at a call and started again, it comes to the end of the undisturbed story, each object made once",
                "a process whose lease has run out looks at nothing and writes nothing",
                "within one target nothing is handed over before its assignment is stored",
            ]),
        Proof(
            "S6", "what is deleted is ours, by a complete list, under its uid and resourceVersion, after all applies",
            tests: [
                "what the set no longer has is deleted on a quorum list, under its uid and resourceVersion",
                "a listed object that does not carry our uid is left alone, whatever the selector answered",
                "a list that fails deletes nothing",
                "objects go in apply order, and nothing follows the first that fails",
            ]),
        Proof(
            "S7", "what cannot be read or is empty never takes anything away",
            tests: [
                "an empty choice is an error, never a withdrawal",
                "a list without version, that does not advance or is too long is a failed read, never a set",
                "an answer that is no list of this collection is a failed read",
                "while the present spec is not accepted the revision before it goes no further",
                "it never lets targets lose their objects: the gate of the step remove is asked all the same",
            ]),
        Proof(
            "S8", "after the way back every touched target has the stable revision, and no other was written",
            model: true, simulation: true,
            tests: [
                "an abort takes touched targets back in reverse order, and the same revision does not start again",
                "an abort of the first revision takes away what it wrote",
            ]),
        Proof(
            "S9", "a target's revision changes only by a rollout", model: true, simulation: true,
            tests: [
                "hashes depend on what is rendered, not on the order of entries, on numbers' spelling or on the target's name",
                "what holds at once is not frozen: names, pausing and the runtime policy",
                "with everything in place nothing is decided, whatever time passes",
            ]),
        Proof(
            "S10", "drift repair writes the assigned revision, one target at a time and not too often",
            model: true, simulation: true,
            tests: [
                "drift is corrected to the assigned revision, journaled, one target at a time, also while a gate waits",
                "more than half of the targets at once: nothing is repaired, and a reason is shown",
                "what is edited or deleted in a member is put back, and only that",
            ]),
        Proof(
            "S11", "nothing is done on an older state than one that was acted on", model: true, simulation: true,
            tests: [
                "a list older than what the server showed before is refused until somebody accepts it, then it begins anew",
                "an older, equal or replayed state changes nothing",
                "what a member holds of a history that the host does not know is told, and not put back by itself",
            ]),
        Proof(
            "S12", "without a change nothing is written", model: true, simulation: true,
            tests: [
                "a decision is a fixed point: deciding again on its state decides nothing",
                "with no change nothing is written but the lease, on no server",
                "an equal object costs no request at all",
            ]),
        Proof(
            "S13", "effort is bounded: waits grow, work at once is limited, a stop ends writes",
            tests: [
                "the wait doubles with every failure and stops at the cap",
                "groups take turns, so that a large one does not hold up a small one",
                "nothing is released once this process may no longer lead",
            ]),
        Proof(
            "S14", "status says done only of what was seen to be stored under the very journal entry",
            model: true, simulation: true,
            tests: [
                "a report of another epoch or another entry counts for nothing",
                "a target stays in flight until its assignment is stored, whatever the executor says",
            ]),
        Proof(
            "S15", "the finalizer goes when every target is clean or was given up by a recorded word",
            model: true, simulation: true,
            tests: [
                "targets are cleaned one at a time, last in the plan first; then the finalizer goes",
                "the finalizer goes after every AccessPointTarget is released, and stays while one is not",
                "a dead cluster is passed only by a person who names it, and that is recorded",
                "a deleted AccessPoint leaves its members clean, and foreign objects of the same kinds alone",
            ]),
        Proof(
            "S16", "a member is asked only while it is the cluster that was registered",
            tests: [
                "the identity that was written down first is never replaced",
                "a member whose cluster another MemberCluster has is not reachable, names the other and records no identity",
            ]),
        Proof(
            "S17", "the plan is fixed at the start; who joins gets the stable revision, who leaves is skipped",
            model: true, simulation: true,
            tests: [
                "a target that joins gets the stable revision, also while a canary waits at its gate",
                "a target that leaves in mid-rollout is skipped and keeps what it has",
            ]),
        Proof(
            "S18", "a new revision starts at the canary, and no target gets onto a superseded one any more",
            model: true, simulation: true,
            tests: [
                "it starts again at the canary, and targets that were done keep what they have until their turn",
                "a target that is being written is waited for before the new revision touches it",
            ]),
        Proof(
            "S19",
            "what is rendered is of an allowed kind, in an allowed place, of bounded size, and never another object",
            tests: [
                "no list of overrides, however wild, changes what an object is or who owns it, or passes with an error in it",
                "kinds that are not in the list are refused with the list",
                "objects and sets have a size that no template can exceed",
            ]),
        Proof(
            "L1", "once faults end and gates are given every target gets where it belongs", model: true,
            simulation: true,
            tests: [
                "killed between any two steps, the story ends the same",
                "killed when one of the steps is seen, and started again, it comes to the same end",
            ]),
        Proof(
            "L2", "a dead cluster holds up others only as far as the rules say",
            tests: [
                "a person may let the rollout go on past an unreachable target; it follows when it is back",
                "a way back that a dead cluster holds up does not hold up the next revision",
            ]),
        Proof(
            "L3", "an event that is lost is made up for",
            tests: [
                "any order of changes, faults and late answers ends at the server's state, and no deletion is invented",
                "silence ends a watch, a break is a failure, and so is an event of another collection",
                "when a list is due, the end of a watch leads to one",
            ]),
    ]
}
