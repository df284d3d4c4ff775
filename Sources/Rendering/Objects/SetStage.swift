import AccessPointAPI
import JSONValue
import KubeModel
import TrafficModel

/// Makes the final objects and sets out of what templates and overrides yield.
struct SetStage {
    let identity: RenderIdentity

    /// What is wrong with the identity, whose parts become labels.
    var identityProblems: [RenderProblem] {
        let parts = [
            ("metadata.name", identity.name), ("metadata.namespace", identity.namespace),
            ("metadata.uid", identity.uid), ("--hub-id", identity.hub),
        ]
        return parts.filter { $0.1.isEmpty || !DNSNames.isLabelValue($0.1) }.map { path, value in
            RenderProblem(
                .invalidIdentity, path: path, message: "\"\(Excerpt.of(value))\" cannot be the value of a label",
                remedy: "use at most 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit")
        }
    }

    /// The final object: normalised, labelled and hashed.
    func finished(_ draft: Draft, target: String?) throws(RenderProblem) -> RenderedObject {
        var object = KubeObject(lenient: Normalisation.normalised(draft.body, kind: draft.kind))
        object.setLabel(Names.Label.managedBy, to: Names.managedBy)
        object.setLabel(Names.Label.accessPoint, to: identity.name)
        object.setLabel(Names.Label.namespace, to: identity.namespace)
        object.setLabel(Names.Label.hub, to: identity.hub)
        object.setLabel(Names.Label.uid, to: identity.uid)
        object.setAnnotation(Names.Annotation.template, to: draft.template)
        let canonical = object.json.canonicalBytes()
        guard canonical.count <= RenderBudget.objectBytes else {
            throw RenderProblem(
                .objectTooLarge, target: target, template: draft.template, path: "",
                message: "\(draft.kind.kind) \(draft.key) has \(canonical.count) bytes, more than "
                    + "\(RenderBudget.objectBytes)", remedy: "split the object into several")
        }
        let hash = ObjectHash.of(canonical)
        object.setAnnotation(Names.Annotation.hash, to: hash)
        return RenderedObject(
            template: draft.template, kind: draft.kind, key: draft.key, body: object.json, hash: hash,
            bytes: canonical.count)
    }

    /// The set of a target, in apply order, or what is wrong with it as a whole.
    func assembled(
        _ objects: [RenderedObject], omitted: Int, target: String
    ) -> (set: RenderedSet?, problems: [RenderProblem]) {
        var problems = duplicates(objects, target: target)
        if objects.isEmpty, omitted > 0 {
            problems.append(
                RenderProblem(
                    .nothingLeft, target: target, path: "spec.overrides",
                    message: "overrides omit every object of this target",
                    remedy: "to leave the cluster, exclude it in spec.policy.placement.exclude"))
        }
        let size = objects.reduce(0) { $0 + $1.bytes }
        if size > RenderBudget.setBytes {
            problems.append(
                RenderProblem(
                    .setTooLarge, target: target, path: "spec.trafficTemplate",
                    message: "the objects have \(size) bytes together, more than \(RenderBudget.setBytes)",
                    remedy: "divide them among several AccessPoints"))
        }
        guard problems.isEmpty else { return (nil, problems) }
        // Sorting by offset too keeps the order of the template within a kind's rank.
        let ordered = objects.enumerated().sorted {
            ($0.element.kind.applyRank, $0.offset) < ($1.element.kind.applyRank, $1.offset)
        }.map(\.element)
        return (RenderedSet(target: target, objects: ordered, hash: ObjectHash.of(ordered)), [])
    }

    private func duplicates(_ objects: [RenderedObject], target: String) -> [RenderProblem] {
        struct Identity: Hashable {
            let kind: TrafficKind
            let key: ObjectKey
        }
        var owners: [Identity: String] = [:]
        return objects.compactMap { object in
            let identity = Identity(kind: object.kind, key: object.key)
            guard let first = owners[identity] else {
                owners[identity] = object.template
                return nil
            }
            return RenderProblem(
                .duplicateObject, target: target, template: object.template, path: "",
                message: "\(object) is rendered from template \(first) already", remedy: "rename one of the two")
        }
    }
}
