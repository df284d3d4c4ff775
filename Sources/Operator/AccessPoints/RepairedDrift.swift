import Rollout

/// What differed in the targets whose repair is under way, in words: when a repair is done it is gone.
///
/// A process that takes over in the middle of a repair does not know it.
struct RepairedDrift: Sendable {
    private var seen: [String: [String]] = [:]

    /// Follows one committed state to the next.
    ///
    /// - Parameters:
    ///   - old: what was stored before.
    ///   - new: what is stored now.
    ///   - differing: the objects that differ in a target whose repair begins.
    /// - Returns: those of the targets whose repair has ended.
    mutating func follow(_ old: RolloutState, _ new: RolloutState, differing: (String) -> [String])
        -> [String: [String]]
    {
        let repairs = new.inFlight.filter { $0.value.purpose == .repair }
        let ended = seen.filter { repairs[$0.key] == nil }
        seen = seen.filter { repairs[$0.key] != nil }
        for target in repairs.keys where old.inFlight[target]?.purpose != .repair { seen[target] = differing(target) }
        return ended
    }

    /// Whether no repair is under way.
    var isEmpty: Bool { seen.isEmpty }
}
