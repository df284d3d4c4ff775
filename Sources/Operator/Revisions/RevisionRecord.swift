import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Rollout

/// A revision as it is kept in a ControllerRevision: immutable inputs, and annotations for what became of it.
struct RevisionRecord: Sendable {
    /// Annotations of the outcome; the data cannot change once it is written.
    enum Annotation {
        static let outcome = "\(Names.group)/outcome"
        static let start = "\(Names.group)/start-time"
        static let completion = "\(Names.group)/completion-time"
        /// Why it was made: `kubernetes.io/change-cause` of the AccessPoint.
        static let cause = "\(Names.group)/cause"
        /// Why its run ended as it did.
        static let outcomeCause = "\(Names.group)/outcome-cause"
    }

    let name: RevisionName
    let revision: Revision
    let plan: RolloutPlan
    /// Facts of the targets as they were when the revision was made.
    let facts: [String: TargetFacts]
    let object: KubeObject

    /// Reads a record; nil where the object is not one of ours, was changed, or is of another renderer.
    init?(_ object: KubeObject) {
        guard let revision = try? Revision(object), let plan = try? RolloutPlan(json: revision.inputs.plan) else {
            return nil
        }
        name = RevisionName(number: revision.number, hash: revision.hash)
        self.revision = revision
        self.plan = plan
        self.object = object
        facts = Dictionary(revision.inputs.targets.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    var outcome: RevisionOutcome.Outcome? {
        object.annotation(Annotation.outcome).flatMap(RevisionOutcome.Outcome.init(rawValue:))
    }
}

extension RevisionRecord {
    /// What a revision freezes: the spec, the steps, and the facts of the targets that the rendering reads.
    static func inputs(_ spec: AccessPointSpec, _ plan: RolloutPlan, targets: [TargetFacts]) -> RevisionInputs {
        var frozen = plan.json
        frozen.set(.array(targets.map { Renderer.frozen($0, for: spec).json }), at: ["targets"])
        return RevisionInputs(spec: spec, plan: frozen)
    }

    /// The ControllerRevision of a revision; the same inputs give the same name, so that an attempt whose answer was
    /// lost is recognised.
    static func object(_ revision: Revision, for scene: AccessPointScene) -> KubeObject {
        var object = revision.object(of: scene.identity, generation: scene.metadata.generation)
        object.setAnnotation(Annotation.start, to: scene.now.rfc3339)
        if let cause = scene.metadata.annotation("kubernetes.io/change-cause") {
            object.setAnnotation(Annotation.cause, to: String(cause.prefix(256)))
        }
        return object
    }
}

extension TargetFacts {
    fileprivate var json: JSONValue {
        var json: JSONValue = [
            "name": .string(name), "region": .string(region), "availabilityZone": .string(availabilityZone),
            "labels": .object(labels),
        ]
        // Absent where there is none, so that the hash of a revision does not depend on it.
        if let placement { json["placement"] = .string(placement.rawValue) }
        return json
    }
}
