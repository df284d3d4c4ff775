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
        static let cause = "\(Names.group)/cause"
    }

    let name: RevisionName
    let spec: AccessPointSpec
    let plan: RolloutPlan
    /// Facts of the targets as they were when the revision was made.
    let facts: [String: TargetFacts]
    let object: KubeObject

    /// Reads a record; nil where the object is not one of ours or cannot be read by this version.
    init?(_ object: KubeObject) {
        guard let data = object.json["data"], let number = object.json["revision"]?.integerValue,
            let hash = data["hash"]?.stringValue ?? object.annotation(Names.Annotation.hash),
            let specData = data["spec"], let planData = data["plan"],
            let spec = try? AccessPointSpec.decode(specData), let plan = try? RolloutPlan(json: planData)
        else { return nil }
        name = RevisionName(number: number, hash: hash)
        self.spec = spec
        self.plan = plan
        self.object = object
        var facts: [String: TargetFacts] = [:]
        for entry in data["targets"]?.arrayValue ?? [] {
            guard let target = entry["name"]?.stringValue else { continue }
            facts[target] = TargetFacts(
                name: target, region: entry["region"]?.stringValue ?? "",
                availabilityZone: entry["availabilityZone"]?.stringValue ?? "",
                labels: entry["labels"]?.objectValue ?? JSONObject())
        }
        self.facts = facts
    }

    var outcome: RevisionOutcome.Outcome? {
        object.annotation(Annotation.outcome).flatMap(RevisionOutcome.Outcome.init(rawValue:))
    }
}
