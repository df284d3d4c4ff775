public import AccessPointAPI
import JSONValue

extension RevisionInputs {
    /// The targets of the plan with their facts as they were when the revision was made, in the order of the plan.
    public var targets: [TargetFacts] {
        (plan["targets"]?.arrayValue ?? []).compactMap { entry in
            guard let name = entry["name"]?.stringValue else { return nil }
            return TargetFacts(
                name: name, region: entry["region"]?.stringValue ?? "",
                availabilityZone: entry["availabilityZone"]?.stringValue ?? "",
                labels: entry["labels"]?.objectValue ?? JSONObject(),
                placement: entry["placement"]?.stringValue.flatMap(TemplateEntry.Placement.init(rawValue:)))
        }
    }
}
