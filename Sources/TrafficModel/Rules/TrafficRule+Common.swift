import JSONValue
import KubeModel

extension TrafficRule {
    private static let source = "istio pkg/config/validation/validation.go"

    /// Rules about what several kinds have in common.
    static let common: [TrafficRule] = [
        refuse(
            "DryRunAnnotation", .virtualService, .gateway, .destinationRule, .serviceEntry, .workloadEntry, .sidecar,
            .authorizationPolicy, .peerAuthentication, .requestAuthentication, from: "\(source) checkDryRunAnnotation"
        ) { subject, breaches in
            let annotation = subject.metadata["annotations"]["istio.io/dry-run"]
            guard annotation.isPresent else { return }
            guard subject.object.kind == .authorizationPolicy else {
                return breaches.add(annotation, "only an AuthorizationPolicy may have it", "remove it")
            }
            let action = subject.spec["action"].text
            if action == "CUSTOM" || action == "AUDIT" {
                breaches.add(annotation, "an action of \(action) cannot be tried", "remove it, or use ALLOW or DENY")
            } else if !GoBoolean.isBoolean(annotation.text) {
                breaches.add(annotation, "\"\(excerpt(annotation.text))\" is no boolean", "write \"true\" or \"false\"")
            }
        },
        refuse(
            "InternalAnnotation", .virtualService, .gateway, .destinationRule, .serviceEntry, .workloadEntry, .sidecar,
            .authorizationPolicy, .peerAuthentication, .requestAuthentication, from: "\(source) validateMetadata"
        ) { subject, breaches in
            for name in ["webhook-always-reject", "parents", "parent-namespace"] {
                let annotation = subject.metadata["annotations"]["internal.istio.io/\(name)"]
                if annotation.isPresent { breaches.add(annotation, "Istio keeps this for itself", "remove it") }
            }
        },
        refuse(
            "ExportToInvalid", .virtualService, .destinationRule, .serviceEntry, from: "\(source) validateExportTo"
        ) { subject, breaches in
            for (text, field) in subject.spec["exportTo"].texts where !HostSyntax.isLabel(text) {
                guard text != ".", text != "*", text != "~" || subject.object.kind != .serviceEntry else { continue }
                breaches.add(
                    field, "\"\(excerpt(text))\" is no namespace",
                    "write a namespace, \".\" for the object's own or \"*\" for all")
            }
        },
        refuse(
            "ExportToRepeated", .virtualService, .destinationRule, .serviceEntry, from: "\(source) validateExportTo"
        ) { subject, breaches in
            var seen = DistinctTexts()
            for (text, field) in subject.spec["exportTo"].texts
            where !seen.insert(text == "." ? subject.namespace : text) {
                breaches.add(field, "\(excerpt(text)) is in the list already", "remove it")
            }
        },
        refuse(
            "ExportToMixed", .virtualService, .destinationRule, .serviceEntry, from: "\(source) validateExportTo"
        ) { subject, breaches in
            let list = subject.spec["exportTo"]
            guard list.count > 1 else { return }
            for (text, field) in list.texts where text == "*" || text == "~" {
                breaches.add(
                    field, "\"\(text)\" stands beside other namespaces",
                    "keep \"\(text)\" alone, or the namespaces alone")
            }
        },
        refuse(
            "SelectorLabelInvalid", .serviceEntry, .sidecar, .destinationRule, .authorizationPolicy,
            .peerAuthentication, .requestAuthentication, from: "\(source) validateWorkloadSelector"
        ) { subject, breaches in
            for label in selector(of: subject).members {
                guard label.key.isEmpty || label.key.utf8.contains(star) || label.field.text.utf8.contains(star) else {
                    continue
                }
                breaches.add(
                    label.field, label.key.isEmpty ? "the key is empty" : "a selector takes no wildcard",
                    "write the label as the workload has it")
            }
        },
        warn(
            "SelectorEmpty", .serviceEntry, .sidecar, .destinationRule, .authorizationPolicy, .peerAuthentication,
            .requestAuthentication, from: "\(source) validateWorkloadSelector"
        ) { subject, breaches in
            let owner = selectorOwner(of: subject)
            guard owner.isPresent, selector(of: subject).count == 0 else { return }
            breaches.add(
                owner, "the selector has no labels, so that it selects every workload of the namespace",
                "add a label, or leave the selector out to say so")
        },
        refuse(
            "LabelInvalid", .workloadEntry, .serviceEntry, .destinationRule, from: "istio pkg/config/labels/instance.go"
        ) { subject, breaches in
            switch subject.object.kind {
            case .workloadEntry: checkLabels(subject.spec["labels"], &breaches)
            case .serviceEntry:
                for endpoint in subject.spec["endpoints"].items { checkLabels(endpoint["labels"], &breaches) }
            default:
                for subset in subject.spec["subsets"].items { checkLabels(subset["labels"], &breaches) }
            }
        },
    ]

    private static let star = UInt8(ascii: "*")

    private static func selectorOwner(of subject: RuleSubject) -> Field {
        switch subject.object.kind {
        case .serviceEntry, .sidecar, .destinationRule: subject.spec["workloadSelector"]
        default: subject.spec["selector"]
        }
    }

    private static func selector(of subject: RuleSubject) -> Field {
        let owner = selectorOwner(of: subject)
        switch subject.object.kind {
        case .serviceEntry, .sidecar: return owner["labels"]
        default: return owner["matchLabels"]
        }
    }

    /// Adds the labels that Istio does not take, or those that `isKey` and `isValue` do not.
    static func checkLabels(
        _ labels: Field, _ breaches: inout Breaches, isKey: (String) -> Bool = HostSyntax.isLabelKey,
        isValue: (String) -> Bool = HostSyntax.isLabelValue
    ) {
        for label in labels.members {
            if !isKey(label.key) {
                breaches.add(label.field, "the key is no label", "use at most 63 letters, digits, '-', '_' and '.'")
            } else if !isValue(label.field.text) {
                breaches.add(
                    label.field, "\"\(excerpt(label.field.text))\" is no value of a label",
                    "use at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit")
            }
        }
    }
}

/// The words for true and false that Go's `strconv.ParseBool` knows.
enum GoBoolean {
    private static let truths = ["1", "t", "T", "true", "TRUE", "True"]
    private static let lies = ["0", "f", "F", "false", "FALSE", "False"]

    static func isTrue(_ text: String) -> Bool { truths.contains { sameBytes($0, text) } }

    static func isBoolean(_ text: String) -> Bool { isTrue(text) || lies.contains { sameBytes($0, text) } }
}

/// The texts that were seen, told apart by their bytes.
struct DistinctTexts {
    private var seen: Set<[UInt8]> = []

    /// Whether the text is new.
    mutating func insert(_ text: String) -> Bool { seen.insert(Array(text.utf8)).inserted }

    func contains(_ text: String) -> Bool { seen.contains(Array(text.utf8)) }
}
