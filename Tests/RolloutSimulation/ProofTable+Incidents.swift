extension Proof {
    /// What has gone wrong elsewhere, each with the tests that would fail if it could go wrong here.
    package static let incidents: [Proof] = [
        Proof(
            "Argo CD #18480, #18212, #18780, #14318, #9227",
            "a list that failed or came back empty or as HTML deleted applications", simulation: true,
            tests: [
                "a page of HTML with status 200 is a failed read, and its text is not repeated",
                "a list without version, that does not advance or is too long is a failed read, never a set",
                "an answer that is no list of this collection is a failed read",
                "it is ready after the first complete list, and not before, even an empty one",
                "an empty choice is an error, never a withdrawal", "a list that fails deletes nothing",
            ]),
        Proof(
            "Karmada #5406, #2364", "a cluster that came back after an outage lost what was still wanted",
            simulation: true,
            tests: [
                "a cluster away while the spec changed three times gets the newest revision, and nothing is deleted",
                "a cluster away for an hour while the spec changes: it gets the newest revision, and nothing is deleted",
                "a member that is down harms no other, is shown with the time of its last answer, and catches up",
            ]),
        Proof(
            "Karmada #3740, #1035, #1847", "a dead cluster could not be let go of, or was let go of silently",
            simulation: true,
            tests: [
                "a dead cluster is passed only by a person who names it, and that is recorded",
                "paused: true holds it",
            ]),
        Proof(
            "Google Cloud, 12 June 2025", "blank fields crashed every site at once, and all came back in a herd",
            tests: [
                "a field that is blank anywhere in a template is rendered or refused with a reason",
                "one refusal anywhere keeps every target untouched, and is tried again ever more rarely",
                "jitter adds between nothing and its share, and is not always the same",
                "200 clusters that come together are read 32 at a time, and every one of them is",
                "an established watch that breaks is resumed within the first wait, however often; a short one backs off",
            ]),
        Proof(
            "Cloudflare, 18 November 2025; eBay's gateways", "a generated file grew past a limit and went everywhere",
            tests: [
                "objects and sets have a size that no template can exceed",
                "the inputs have a size that fits beside the rest of an object",
                "in the worst case every word goes, and what the rollout remembers is whole",
                "the canary is written, the rollout pauses by itself, a resume lets the others follow one by one",
            ]),
        Proof(
            "kubernetes #100024, #95460, #121404, #131175", "an apply that changed nothing was written again and again",
            simulation: true,
            tests: [
                "with no change nothing is written but the lease, on no server",
                "an equal object costs no request at all", "equal: nothing, for a repeated apply is not free",
                "an empty map of an Istio object stays, for it has a meaning; a null has none",
            ]),
        Proof(
            "Operators for Cassandra, MongoDB, RabbitMQ (Sieve)", "a stale read after a restart deleted a second time",
            model: true, simulation: true,
            tests: [
                "a listed object that does not carry our uid is left alone, whatever the selector answered",
                "a deleted object does not come back by a late event, but by a newer one",
                "a stale read of an AccessPoint that is being deleted does nothing",
            ]),
    ]
}
