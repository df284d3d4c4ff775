public import KubeModel

/// Decides what a rollout does next: one pure step from state and observation to state and actions.
///
/// It reads no clock and does no I/O, so that production, model checks and simulations run the very same code.
public struct RolloutPlanner: Sendable, Hashable {
    private let guards: Guards

    /// The planner.
    public init() { guards = .full }

    /// A planner without one guard, for tests.
    package init(guards: Guards) { self.guards = guards }

    /// Decides.
    ///
    /// A decision is a fixed point: the same call on its state decides nothing more.
    ///
    /// - Parameters:
    ///   - state: what is stored, read no earlier than anything this process has acted on.
    ///   - observation: what is known besides.
    ///   - now: the time of the host's API server, or the process's clock set by it.
    /// - Returns: the next state, what to do once it is committed, and what to show.
    public func step(
        _ state: RolloutState, _ observation: RolloutObservation, now: Timestamp
    ) -> RolloutDecision {
        var turn = Turn(state: state, observed: observation, now: now, guards: guards)
        return turn.decide()
    }
}
