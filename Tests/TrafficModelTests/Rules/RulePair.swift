import JSONValue
import KubeModel
import Testing
import YAMLFormat

@testable import TrafficModel

/// The nearest two objects that a rule tells apart: one that keeps it, and the same with one change, which breaks it.
struct RulePair: Sendable, CustomTestStringConvertible {
    let rule: String
    let kind: TrafficKind
    /// `spec` and perhaps `metadata` of the object that keeps the rule.
    let kept: String
    /// What is replaced in it, and by what.
    let change: (was: String, becomes: String)
    /// Rules that the broken object cannot help to break too.
    let also: Set<String>

    init(
        _ rule: String, _ kind: TrafficKind, _ kept: String, _ was: String, _ becomes: String, also: Set<String> = []
    ) {
        self.rule = rule
        self.kind = kind
        self.kept = kept
        change = (was, becomes)
        self.also = also
    }

    var testDescription: String { "\(rule): \(change.was) -> \(change.becomes)" }

    /// The object that breaks the rule.
    var broken: String { kept.replacing(change.was, with: change.becomes) }

    /// Reads `spec: ...` or `metadata: ...` and `spec: ...` of an object of the kind in namespace `shop`.
    static func object(_ kind: TrafficKind, _ text: String) throws -> TrafficObject {
        let body = try YAML.documents(Array(text.utf8)).first ?? .null
        var whole: JSONValue = ["apiVersion": .string(kind.apiVersion("v1")), "kind": .string(kind.kind)]
        whole["spec"] = body["spec"]
        whole["metadata"] = body["metadata"] ?? [:]
        let name = whole.value("metadata", "name")?.stringValue ?? "web"
        whole.set(.string(name), at: ["metadata", "name"])
        whole.set("shop", at: ["metadata", "namespace"])
        return TrafficObject(kind: kind, key: ObjectKey(namespace: "shop", name: name), body: whole)
    }

    /// Pairs of one object that keeps a rule: the same text in it is replaced in several ways.
    static func pairs(
        _ rule: String, _ kind: TrafficKind, _ kept: String, _ was: String, _ becomes: String...,
        also: Set<String> = []
    ) -> [RulePair] {
        becomes.map { RulePair(rule, kind, kept, was, $0, also: also) }
    }

    /// All pairs: those that show the rules, and those of each field, word and kind that a rule looks at.
    static let all =
        schema + common + service + gateway + virtualService + httpRule + destinationRule + entries + sidecar
        + policies
        + [
            commonFields, serviceFields, gatewayFields, matchFields, actionFields, routeFields, clientTLSFields,
            policyFields, balancerFields, entryFields, sidecarFields, sidecarTLSFields, authorizationFields,
            attachmentFields,
        ].flatMap { $0.joined() }
}
