import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import TrafficModel

/// What the executor may do with one rendered object, given what lives at its place in the member.
///
/// Only three things are ever done: nothing, create what is provably absent, or update what provably is ours, or may
/// be taken over, under the uid and resourceVersion that were read. Everything else is refused: a plain apply is no
/// guard, for on an equal foreign object it answers 200 and adds our labels.
enum WriteDecision: Sendable, Equatable {
    /// The live object equals the rendering; a repeated apply would not be free.
    case none
    /// Nothing lives there: create, under the condition that this is still so.
    case create
    /// Apply under exactly this uid and resourceVersion. `removal` is the JSON Patch that first takes away what the
    /// rendering does not have and what an apply would leave, because another manager owns it. `takes`: the object was
    /// nobody's of this host until now.
    case update(uid: String, resourceVersion: String, removal: JSONValue?, takes: Bool = false)
    /// Not ours: nothing is written.
    case refuse(ObjectFailure)
}

extension WriteDecision {
    /// Decides about one object from the rendering and a live object that was read from the member.
    ///
    /// - Parameters:
    ///   - rendered: the object as it shall be; its labels say for whom.
    ///   - live: the object at that place, nil where the server said that there is none.
    ///   - rights: what may be done with an object that is not ours.
    /// - Returns: what may be done.
    static func decide(rendered: RenderedObject, live: KubeObject?, rights: TakeoverRights = TakeoverRights())
        -> WriteDecision
    {
        guard let live else { return .create }
        let standing = Standing(of: live, for: rendered, rights)
        let differences = LiveComparison.differences(rendered: rendered.body, live: live.json, kind: rendered.kind)
        if let refusal = rights.refusal(standing, rendered, differences) { return .refuse(refusal) }
        if live.deletionTimestamp != nil {
            return .refuse(
                ObjectFailure(
                    rendered, reason: .objectTerminating,
                    message:
                        "is being deleted in the member and still held by \(live.finalizers.joined(separator: ", "))"
                        + "; it is created again as soon as it is gone"))
        }
        if differences.isEmpty { return .none }
        guard let uid = live.uid, let version = live.resourceVersion else {
            return .refuse(
                ObjectFailure(
                    rendered, reason: .applyFailed,
                    message: "was answered by the member without uid or resourceVersion; nothing is written blindly"))
        }
        let removal = LiveComparison.removal(of: differences, from: live.json)
        return .update(uid: uid, resourceVersion: version, removal: removal, takes: standing.isStrange)
    }
}
