import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import Rendering
import TrafficModel

extension Host {
    /// What lives in members at the places of rendered objects.
    /// - Parameters:
    ///   - wanted: the sets that are to be there; what stands at the place of one of their objects counts, whose ever it
    ///     is.
    ///   - assigned: the sets that are there already; of these only what carries the uid counts, as only that is removed.
    ///   - uid: the uid of the AccessPoint.
    /// - Returns: the objects by target.
    /// - Throws: where a member cannot be looked into: then nothing is told, for a part would look like the whole.
    func live(
        _ wanted: [RenderedSet], assigned: [RenderedSet], uid: String
    ) async throws -> [String: [TrafficObject]] {
        var live: [String: [TrafficObject]] = [:]
        for set in assigned + wanted {
            let member = try member(set.target)
            for object in set.objects {
                let known = live[set.target, default: []]
                guard !known.contains(where: { $0.kind == object.kind && $0.key == object.key }) else { continue }
                let version = KubeObject(lenient: object.body).gvk.version
                guard let found = try await Self.object(object.kind.resource(version), object.key, member) else {
                    continue
                }
                let isWanted = wanted.contains { other in
                    other.target == set.target
                        && other.objects.contains { $0.kind == object.kind && $0.key == object.key }
                }
                guard isWanted || found.label(Names.Label.uid) == uid else { continue }
                live[set.target] = known + [TrafficObject(kind: object.kind, key: object.key, body: found.json)]
            }
        }
        return live
    }

    private static func object(
        _ resource: GroupVersionResource, _ key: ObjectKey, _ member: KubeClient
    ) async throws -> KubeObject? {
        do throws(APIError) {
            return try await member.get(resource, key)
        } catch {
            if error.isObjectNotFound { return nil }
            throw error
        }
    }
}
