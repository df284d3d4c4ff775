import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import TrafficModel

/// What an AccessPoint may do with an object that stands where one of its own is to be.
struct TakeoverRights: Sendable {
    /// `spec.policy.runtime.conflictResolution`.
    var resolution = RuntimePolicy.ConflictResolution.abort
    /// The AccessPoint of this host that has this uid, or else this name; nil: there is none. Where it cannot be asked,
    /// what an object's labels say is believed.
    var owner: (@Sendable (_ uid: String, _ key: ObjectKey) -> ObjectKey?)?
}

extension WriteDecision {
    /// Whose a live object is.
    enum Standing: Sendable, Equatable {
        /// That of the AccessPoint for which it is rendered.
        case own
        /// That of an AccessPoint of the same name on this host, of which nobody knows the uid: the host was restored,
        /// or the AccessPoint was made anew without its finalizer having run. The object is this one's by inheritance.
        case inherited
        /// That of another AccessPoint of this host, which exists: never taken, whatever the policy says.
        case owned(by: ObjectKey)
        /// That of an AccessPoint that does not exist on this host; `isElsewhere`: another host's.
        case abandoned(by: ObjectKey, isElsewhere: Bool)
        /// Of no AccessPoint at all.
        case foreign

        /// Whether it was nobody's of this host until now.
        var isStrange: Bool {
            switch self {
            case .own, .inherited: false
            case .owned, .abandoned, .foreign: true
            }
        }
    }
}

extension WriteDecision.Standing {
    /// Reads the marks of a live object at the place of a rendered one.
    init(of live: KubeObject, for rendered: RenderedObject, _ rights: TakeoverRights) {
        let marks = rendered.body.value("metadata", "labels")
        let (uid, wanted) = (live.label(Names.Label.uid), marks?[Names.Label.uid]?.stringValue)
        if let uid, uid == wanted {
            self = .own
            return
        }
        guard live.label(Names.Label.managedBy) == Names.managedBy, let name = live.label(Names.Label.accessPoint),
            let namespace = live.label(Names.Label.namespace)
        else {
            self = .foreign
            return
        }
        let key = ObjectKey(namespace: namespace, name: name)
        guard live.label(Names.Label.hub) == marks?[Names.Label.hub]?.stringValue else {
            self = .abandoned(by: key, isElsewhere: true)
            return
        }
        let own = ObjectKey(
            namespace: marks?[Names.Label.namespace]?.stringValue,
            name: marks?[Names.Label.accessPoint]?.stringValue ?? "")
        // Whoever has the uid has the object, under whatever name its labels give; else whoever has the name inherits.
        guard let lookUp = rights.owner else {
            self = key == own ? .inherited : .owned(by: key)
            return
        }
        switch lookUp(uid ?? "", key) {
        case let owner? where owner != own: self = .owned(by: owner)
        case nil where key != own: self = .abandoned(by: key, isElsewhere: false)
        default: self = .inherited
        }
    }
}

extension TakeoverRights {
    /// Why an object may not be written; nil where it may.
    func refusal(_ standing: WriteDecision.Standing, _ rendered: RenderedObject, _ differences: [Difference])
        -> ObjectFailure?
    {
        let places = differences.filter { !$0.isMark }.map { $0.pointer.description }
        let whose: String
        switch standing {
        case .own, .inherited: return nil
        case .owned(let owner):
            return ObjectFailure(
                rendered, reason: .objectOwned,
                message: "belongs to AccessPoint \(owner)"
                    + "; one object has one owner: rename it here, or remove it there first")
        case .abandoned(let key, let isElsewhere):
            whose =
                "belongs to AccessPoint \(key)\(isElsewhere ? " of another host" : ", which does not exist any more")"
        case .foreign: whose = "already exists in the member and does not belong to this operator"
        }
        let reason: ObjectFailure.Reason = standing == .foreign ? .objectExists : .objectOwned
        switch resolution {
        case .overwrite: return nil
        case .adopt where places.isEmpty: return nil
        case .adopt:
            return ObjectFailure(
                rendered, reason: reason,
                message: "\(whose), and differs from the rendering at \(Text.list(places, most: 3))"
                    + "; make the two equal, or set spec.policy.runtime.conflictResolution to Overwrite")
        case .abort:
            let remedy = places.isEmpty ? "Adopt (it equals the rendering)" : "Overwrite"
            return ObjectFailure(
                rendered, reason: reason,
                message: "\(whose); rename the template's object, delete the one that is there, or take it over with"
                    + " spec.policy.runtime.conflictResolution: \(remedy)")
        }
    }
}

extension Difference {
    /// Whether it only says that the object is not marked as ours.
    fileprivate var isMark: Bool {
        guard pointer.tokens.count == 3, pointer.tokens.first == "metadata", let key = pointer.tokens.last else {
            return false
        }
        return key == Names.Label.managedBy || key.utf8.starts(with: "\(Names.group)/".utf8)
    }
}
