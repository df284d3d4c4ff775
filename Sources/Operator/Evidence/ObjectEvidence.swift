import AccessPointAPI
import JSONValue
import KubeModel
import TrafficModel

/// How one object of a target's set is stored in the member.
struct ObjectEvidence: Sendable, Hashable {
    /// What lives at the object's place.
    enum State: Sendable, Hashable {
        /// Our object, as rendered.
        case stored
        /// Nothing.
        case missing
        /// Our object, but not as rendered: the first places that differ, as JSON pointers.
        case differs([String])
        /// Our object, written from a revision that this host does not know: its history, or that of the member, has
        /// gone back. The hash that the object carries.
        case strange(String)
        /// An object that is not ours.
        case foreign(ObjectFailure)
        /// Our object, on its way out.
        case terminating(ObjectFailure)
        /// It cannot be told while not all lists of the member are complete.
        case unknown
    }

    /// The most differences that a message names.
    static let shownDifferences = 3
    /// The most differences of one object that are listed in its AccessPointTarget.
    static let listedDifferences = 8

    /// The template entry that the object comes from.
    var template: String
    /// Its kind.
    var kind: TrafficKind
    /// Its namespace and name.
    var key: ObjectKey
    /// The hash of its rendering.
    var hash: String
    /// What lives there.
    var state: State
    /// Where and how it is not as rendered; nothing where that is not for us to say.
    var differences: [DriftEntry] = []
    /// Whether there are more of them than are listed.
    var hasMoreDifferences = false
    /// uid of the live object.
    var uid: String?
    /// `apiVersion` of the live object, or of the rendering.
    var apiVersion: String
    /// What Istio says of it as it is stored; nil: nothing, as where its analysis is not enabled.
    var istio: IstioStatus?
    /// Whether Istio sends to it, of a WorkloadEntry whose health is watched; nil: it is none.
    var health: WorkloadHealth?
    /// Whether it is stored as rendered and does what it is for: a Service of type LoadBalancer has its address, a
    /// Gateway its certificates, a VirtualService what it refers to, and Istio finds no error in it.
    var working: Verdict

    /// The error that Istio finds in it as it is rendered; nil: none, as far as it says.
    var refusal: Verdict? {
        guard state == .stored, let errors = istio?.errors, let first = errors.first else { return nil }
        let others = errors.dropFirst().map(\.code)
        return Verdict(
            .false, .rejectedByIstio,
            "\(kind.kind) \(key): Istio finds \(first)"
                + (others.isEmpty ? "" : "; and \(Text.list(others, most: 3))"))
    }

    /// What Istio warns of in it as it is rendered, and whether it is left out for its health.
    var istioWarnings: [Finding] {
        guard state == .stored else { return [] }
        return (istio?.findings(in: kind, key) ?? []) + [health?.finding(in: key)].compactMap(\.self)
    }

    /// What is put back where it is changed or gone: the object, and the first place with who wrote it; nil: nothing is.
    var repairable: String? {
        let name = "\(kind.kind) \(key)"
        switch state {
        case .missing: return "\(name) (was gone)"
        case .differs:
            guard let place = differences.first, !place.pointer.isEmpty else { return name }
            let writer = place.manager.isEmpty ? "" : " (written by \(Text.cut(place.manager, to: 64)))"
            return "\(name) at \(Text.cut(place.pointer, to: 80))\(writer)"
        case .stored, .strange, .foreign, .terminating, .unknown: return nil
        }
    }

    /// Whether it is stored as rendered.
    var stored: Verdict {
        let name = "\(kind.kind) \(key)"
        switch state {
        case .stored: return Verdict(.true, .stored)
        case .missing: return Verdict(.false, .objectMissing, "\(name) does not exist")
        case .differs(let places):
            return Verdict(
                .false, .objectDiffers,
                "\(name) differs from its rendering at \(Text.list(places, most: Self.shownDifferences))")
        case .strange(let hash):
            return Verdict(
                .false, .historyRegressed,
                "\(name) was written from a revision that this host does not know (hash \(Text.cut(hash, to: 32)));"
                    + " if the host was restored from a backup, give it the present spec; nothing is put back by"
                    + " itself: a spec that renders differently is rolled out from its canary, and an object that is"
                    + " deleted there is put back as this host knows it")
        case .foreign(let failure): return Verdict(.false, ReasonCode(failure.reason), failure.description)
        case .terminating(let failure): return Verdict(.false, .objectTerminating, failure.description)
        case .unknown: return Verdict(.unknown, .observationPending, "\(name) has not been looked at yet")
        }
    }
}
