import AccessPointAPI
import JSONValue
import KubeModel
import TrafficModel

/// What a body may say, whether it comes from a template or out of an override.
enum ObjectRules {
    /// Everything that is wrong with a body of this kind.
    static func violations(_ body: JSONValue, kind: TrafficKind, _ options: RenderOptions) -> [Violation] {
        guard let members = body.objectValue else {
            return [
                Violation(
                    .invalidObject, [], "the object is \(body.kindDescription)", "write a whole Kubernetes object")
            ]
        }
        var violations = unknownMembers(members, ["apiVersion", "kind", "metadata", "spec"], at: [])
        if let spec = members["spec"], spec.objectValue == nil, !spec.isNull {
            violations.append(
                Violation(.invalidObject, ["spec"], "is \(spec.kindDescription)", "write the fields of the kind"))
        }
        let metadata = members["metadata"]?.objectValue ?? JSONObject()
        violations += unknownMembers(metadata, ["annotations", "labels", "name", "namespace"], at: ["metadata"])
        for field in ["labels", "annotations"] {
            violations += names(metadata[field] ?? .null, at: ["metadata", field], areLabels: field == "labels")
        }
        if kind == .service { violations += service(members["spec"] ?? .null, options) }
        if let excess = RenderBudget.excess(body) {
            violations.append(Violation(.objectTooLarge, [], excess, "split the object into several"))
        }
        return violations
    }

    private static func unknownMembers(
        _ members: JSONObject, _ known: [String], at place: [String]
    ) -> [Violation] {
        // What says nothing is dropped without ado: generators write `status: {}` and `creationTimestamp: null`.
        members.filter { !known.contains($0.key) && !$0.value.saysNothing }.map { member in
            Violation(
                .fieldNotAllowed, place + [member.key],
                "this field is not rendered: it belongs to the cluster or to no object at all",
                "remove it; beside \(known.joined(separator: ", ")) nothing may stand here")
        }
    }

    private static func names(_ value: JSONValue, at place: [String], areLabels: Bool) -> [Violation] {
        guard let members = value.objectValue else {
            guard !value.isNull else { return [] }
            return [Violation(.invalidObject, place, "is \(value.kindDescription)", "write keys with text values")]
        }
        return members.flatMap { member -> [Violation] in
            let here = place + [member.key]
            if isReserved(member.key) {
                return [
                    Violation(
                        .reservedName, here, "the operator itself sets this, to know its own objects",
                        "remove it or choose another key")
                ]
            }
            if !DNSNames.isLabelKey(member.key) {
                return [
                    Violation(
                        .invalidName, here, "the key is not a valid name",
                        "use at most 63 letters, digits, '-', '_' or '.', with an optional DNS name and '/' before")
                ]
            }
            guard let text = member.value.stringValue else {
                guard !member.value.isNull else { return [] }
                return [Violation(.invalidObject, here, "is \(member.value.kindDescription)", "quote it")]
            }
            guard areLabels, !DNSNames.isLabelValue(text) else { return [] }
            return [
                Violation(
                    .invalidName, here, "\"\(Excerpt.of(text))\" is not a label value",
                    "use at most 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit")
            ]
        }
    }

    private static func isReserved(_ key: String) -> Bool {
        key == Names.Label.managedBy || key.utf8.starts(with: "\(Names.group)/".utf8)
    }

    private static func service(_ spec: JSONValue, _ options: RenderOptions) -> [Violation] {
        ServiceDanger.found(in: spec, but: options.allowedServiceFields).map {
            Violation(.fieldNotAllowed, ["spec", $0.field], $0.message, $0.remedy)
        }
    }
}

extension JSONValue {
    /// Whether normalisation drops a member of this value.
    fileprivate var saysNothing: Bool {
        switch self {
        case .null: true
        case .array(let elements): elements.isEmpty
        case .object(let members): members.allSatisfy { $0.value.saysNothing }
        default: false
        }
    }
}
