import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import TrafficModel

/// What the executor may do with one rendered object, given what lives at its place in the member.
///
/// Only three things are ever done: nothing, create what is provably absent, or update what provably carries
/// our uid, under the uid and resourceVersion that were read. Everything else is refused: a plain apply is no
/// guard, for on an equal foreign object it answers 200 and adds our labels.
enum WriteDecision: Sendable, Equatable {
    /// The live object equals the rendering; a repeated apply would not be free.
    case none
    /// Nothing lives there: create, under the condition that this is still so.
    case create
    /// Ours, but different: apply under exactly this uid and resourceVersion. `removal` is the JSON Patch that first
    /// takes away what the rendering does not have and what an apply would leave, because another manager owns it.
    case update(uid: String, resourceVersion: String, removal: JSONValue?)
    /// Not ours: nothing is written.
    case refuse(ObjectFailure)
}

extension WriteDecision {
    /// Decides about one object from the rendering and a live object that was read from the member.
    ///
    /// - Parameters:
    ///   - rendered: the object as it shall be.
    ///   - live: the object at that place, nil where the server said that there is none.
    ///   - owner: uid of the AccessPoint for which the object is rendered.
    /// - Returns: what may be done.
    static func decide(rendered: RenderedObject, live: KubeObject?, owner: String) -> WriteDecision {
        guard let live else { return .create }
        if let refusal = ownership(of: live, rendered: rendered, owner: owner) { return .refuse(refusal) }
        if live.deletionTimestamp != nil {
            return .refuse(
                ObjectFailure(
                    rendered, reason: .objectTerminating,
                    message:
                        "is being deleted in the member and still held by \(live.finalizers.joined(separator: ", "))"
                        + "; it is created again as soon as it is gone"))
        }
        let differences = LiveComparison.differences(rendered: rendered.body, live: live.json, kind: rendered.kind)
        if differences.isEmpty { return .none }
        guard let uid = live.uid, let version = live.resourceVersion else {
            return .refuse(
                ObjectFailure(
                    rendered, reason: .applyFailed,
                    message: "was answered by the member without uid or resourceVersion; nothing is written blindly"))
        }
        let removal = LiveComparison.removal(of: differences, from: live.json)
        return .update(uid: uid, resourceVersion: version, removal: removal)
    }

    private static func ownership(of live: KubeObject, rendered: RenderedObject, owner: String) -> ObjectFailure? {
        if live.label(Names.Label.uid) == owner { return nil }
        guard live.label(Names.Label.managedBy) == Names.managedBy,
            let name = live.label(Names.Label.accessPoint), let namespace = live.label(Names.Label.namespace)
        else {
            return ObjectFailure(
                rendered, reason: .objectExists,
                message: "already exists in the member and does not belong to this operator"
                    + "; rename the template's object, or delete the one that is there")
        }
        return ObjectFailure(
            rendered, reason: .objectOwned,
            message: "belongs to AccessPoint \(namespace)/\(name)"
                + "; one object has one owner: rename it here, or remove it there first")
    }
}
