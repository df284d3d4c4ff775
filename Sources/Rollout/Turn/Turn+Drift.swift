import KubeModel

// The repair of what differs from its assigned revision, and the brake for when too much does (S10).
extension Turn {
    /// Begins to correct one drift: back to the assigned revision, whatever is paused.
    mutating func admitRepair() {
        trackBrake()
        guard state.brake?.isReleased ?? true || !guards.has(.driftBrake) else { return }
        guard !state.inFlight.contains(where: { $0.value.purpose == .repair }) else { return }
        for target in drifted where observed.targets[target]?.reachability == .reachable {
            guard state.inFlight[target] == nil, let row = state.rows[target], let revision = row.revision else {
                continue
            }
            guard row.nextRepairTime.map({ $0 <= now }) ?? true else { continue }
            return journal(target, .revision(revision), .repair)
        }
    }

    /// Puts the brake on when too many targets drift within one window, and takes it off when none drifts any more.
    private mutating func trackBrake() {
        if state.brake == nil {
            if !drifted.isEmpty, observed.driftBrake.isTouched(by: recentlyDrifted, of: held.count) {
                state.brake = RolloutState.Brake(time: now)
            }
        } else if isDriftOver {
            state.brake = nil
        }
    }

    /// Targets that are placed and have a revision.
    private var held: [String] { state.rows.keys.filter { state.rows[$0]?.revision != nil && isPlaced($0) }.sorted() }

    private var drifted: [String] { held.filter { observed.targets[$0]?.isDrifted ?? false } }

    /// How many targets drift now, or were repaired within the window.
    private var recentlyDrifted: Int {
        let (now, window) = (now, observed.driftBrake.windowSeconds)
        return held.count { target in
            observed.targets[target]?.isDrifted ?? false
                || state.rows[target]?.repairTime.map { $0.adding(seconds: window) > now } ?? false
        }
    }

    /// Whether every target has been looked at, and is as it should be: one that does not answer may be anything.
    private var isDriftOver: Bool {
        held.allSatisfy { target in
            guard let seen = observed.targets[target] else { return false }
            guard seen.reachability == .reachable else { return false }
            return !seen.isDrifted && (seen.evidence != nil || state.inFlight[target] != nil)
        }
    }

    /// The stop of repairs that a person can end; nil if there is none.
    var brakeView: RolloutView.Brake? {
        guard !observed.isDeleting, let brake = state.brake, !brake.isReleased else { return nil }
        let number = state.updateRevision?.number ?? 0
        let (now, recent) = (drifted.count, recentlyDrifted)
        let before =
            recent > now
            ? ", and \(recent - now) more \(recent - now == 1 ? "was" : "were") put back a short time ago" : ""
        return RolloutView.Brake(
            message: "\(now) of \(held.count) targets differ\(now == 1 ? "s" : "") from the revision\(before); "
                + "none is repaired until a person has looked or they are equal again",
            token: "r\(number)/drift/\(state.retries.successor)")
    }

    /// Lets the repairs go on at a person's word.
    mutating func releaseBrake() -> Bool {
        guard let token = brakeView?.token, consume(.retry, token) else { return false }
        state.retries = state.retries.successor
        state.brake?.isReleased = true
        return true
    }
}
