import Rollout

extension Proof {
    /// Each guard of the rollout core and of the member writes, with the test that fails without it.
    ///
    /// All tests of a kind are one test with a row for each guard: it runs the guard's story twice, with the full set
    /// and without the guard, and expects harm only then.
    package static let guards: [Proof] =
        Guards.Guard.allCases.map { Proof($0.rawValue, claim(of: $0), tests: [coreTest]) }
        + [
            ("uid", "an object is written only as the very one that was read"),
            ("resourceVersion", "an object is written only as it was read"),
            ("deleteProof", "only what a complete list shows to carry our uid is deleted"),
            ("lease", "a request is sent only while this process may lead"),
        ].map { Proof($0.0, $0.1, tests: [memberTest]) } + hostGuards

    /// The guards of what is written to the host.
    private static let hostGuards: [Proof] = [
        Proof(
            "hostLease", "the host is looked at and written only while this process may lead",
            tests: [
                "a process whose lease has run out looks at nothing and writes nothing",
                "a lease that runs out while it is decided stops the next write to the host",
                "the status of a MemberCluster is written only under the lease",
            ]),
        Proof(
            "assignedFirst", "a target is written only after its assignment is stored",
            tests: ["within one target nothing is handed over before its assignment is stored"]),
        Proof(
            "finalizerFirst", "nothing is journaled before the finalizers stand",
            tests: [
                "nothing is journaled in the pass in which the finalizer of a MemberCluster or AccessPoint met a change"
            ]),
        Proof(
            "finalizerLast", "the finalizer goes after everything that it holds",
            tests: ["the finalizer goes after every AccessPointTarget is released, and stays while one is not"]),
    ]

    /// The test of the core's guards.
    package static let coreTest = "with the guard no harm is done, without it harm is done"
    /// The test of the member writer's guards.
    package static let memberTest = "with the guard a member is safe, without it harm is done there"

    private static func claim(of guarded: Guards.Guard) -> String {
        switch guarded {
        case .journal: "a target is journaled before it is written"
        case .epoch: "an older leader decides nothing"
        case .exactReport: "a report counts for one journal entry only"
        case .exactEvidence: "evidence counts for one revision only"
        case .tokenBinding: "a word acts only with the exact value that is awaited"
        case .tokenOnce: "a word that was there before, or was consumed, does nothing"
        case .deadlinePause: "nothing begins while a target is overdue"
        case .soakRestart: "a loss of health restarts the soak"
        case .frontier: "a step begins only when all before it are done"
        case .concurrency: "no more targets are unsettled than the step allows"
        case .preflight: "nothing is written before every set was dry-run"
        case .userPause: "nothing begins while the spec says paused"
        case .supersede: "a superseded write ends before the next begins"
        case .deletionOrder: "a deletion takes one target at a time"
        case .failureLimit: "no more failed targets are gone past than the policy says, and never a canary"
        case .queue: "what is queued waits for the end of the run"
        case .driftBrake: "repairs stop when too many targets drift at once"
        case .deletionTimeout: "a deletion gives a target up only when its time is over"
        }
    }
}
