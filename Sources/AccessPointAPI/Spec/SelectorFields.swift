import JSONValue
import KubeModel

/// A label selector as the schema spells it.
struct SelectorFields {
    struct Expression {
        var key = ""
        var comparison = LabelSelector.Comparison.exists
        var values: [String] = []
    }

    var matchLabels = JSONObject()
    var matchExpressions: [Expression] = []

    init(_ selector: LabelSelector) {
        let json = selector.json
        matchLabels = json["matchLabels"]?.objectValue ?? JSONObject()
        matchExpressions = (json["matchExpressions"]?.arrayValue ?? []).map { item in
            var expression = Expression()
            _ = FieldDecoder.read(item, into: &expression, at: "", .lenient)
            return expression
        }
    }

    var selector: LabelSelector {
        let labels = matchLabels.map { member in
            LabelSelector.Requirement(
                key: member.key, comparison: .oneOf, values: member.value.stringValue.map { [$0] } ?? [])
        }
        let others = matchExpressions.map {
            LabelSelector.Requirement(key: $0.key, comparison: $0.comparison, values: $0.values)
        }
        return LabelSelector(requirements: labels + others)
    }
}

extension LabelSelector.Comparison: FieldChoice {}

extension SelectorFields: FieldObject {
    init() {}

    static var minimumMembers: Int { 1 }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.labels("matchLabels", &matchLabels, max: 32)
        fields.objects("matchExpressions", &matchExpressions, .plain(0...16))
    }
}

extension SelectorFields.Expression: FieldObject {
    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("key", &key, .text(1...317), .required)
        fields.choice("operator", &comparison, .required)
        fields.values("values", &values, each: .text(max: 63), .plain(0...64))
        let comparesValues = comparison == .oneOf || comparison == .noneOf
        fields.rule(
            "values must be set for operator In or NotIn, and may not be set otherwise", .schema,
            values.isEmpty != comparesValues)
        fields.rule("must be a label key, with its prefix", .code, on: "key", DNSNames.isLabelKey(key))
        fields.rule("must hold label values only", .code, on: "values", values.allSatisfy(DNSNames.isLabelValue))
    }
}

extension FieldVisitor {
    mutating func selector(_ name: String, _ selector: inout LabelSelector?) {
        var spelt = selector.map(SelectorFields.init)
        object(name, &spelt)
        selector = spelt?.selector
    }
}
