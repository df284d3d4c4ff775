import KubeModel

// Health at exactly the update revision: since when it is good, or since when it is awaited.
extension Turn {
    /// Notes gain and loss of health of every target that has the update revision.
    ///
    /// Without news the last ones hold, so that a restart neither ends a soak early nor begins it again.
    mutating func trackHealth() {
        guard let revision = state.updateRevision else { return }
        let (time, restarts) = (now, guards.has(.soakRestart))
        for target in members where state.rows[target]?.revision == revision && isPlaced(target) {
            switch finding(target, at: revision) {
            case .good:
                remember(target) { ($0.healthyTime, $0.waitingTime) = ($0.healthyTime ?? time, nil) }
            case .cannotTell where isAccepted(target):
                continue
            case .bad, .cannotTell:
                remember(target) { row in
                    if restarts { row.healthyTime = nil }
                    row.waitingTime = row.waitingTime ?? time
                }
            case nil:
                remember(target) { if $0.healthyTime == nil { $0.waitingTime = $0.waitingTime ?? time } }
            }
        }
    }

    /// Whether this process itself knows every target at the update revision to be as the state has it.
    ///
    /// What the state remembers is enough to keep waiting; it is not enough to begin something (S14).
    var isEvidenceFresh: Bool {
        guard let revision = state.updateRevision else { return false }
        return members.allSatisfy { target in
            state.rows[target]?.revision != revision || !isPlaced(target) || isAccepted(target)
                || finding(target, at: revision) != nil
        }
    }
}
