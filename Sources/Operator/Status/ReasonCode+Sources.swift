import Rendering
import Rollout
import TrafficModel

// Rooms below have closed lists of their own; each of their words is a reason here, which a test holds.
extension ReasonCode {
    init(_ reason: ReferenceFinding.Reason) { self = .named(reason.rawValue, else: .referenceUnknown) }

    init(_ reason: ObjectFailure.Reason) { self = .named(reason.rawValue, else: .applyFailed) }

    init(_ reason: PauseReason) { self = .named(reason.rawValue, else: .rolloutPaused) }

    init(_ state: CertificateEvidence.State) { self = .named(state.rawValue, else: .secretUnreadable) }

    init(_ code: PlacementProblem.Code) { self = .named(code.rawValue, else: .placementUnknown) }

    init(_ code: RenderProblem.Code) { self = .named(code.rawValue, else: .invalid) }

    /// The reason of this name, or another where there is none.
    static func named(_ name: String, else other: ReasonCode) -> ReasonCode { ReasonCode(rawValue: name) ?? other }
}
