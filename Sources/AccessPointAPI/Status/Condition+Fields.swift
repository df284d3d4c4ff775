import JSONValue
import KubeModel

extension Condition.Status: FieldChoice {}

extension Condition: FieldObject {
    init() { self.init(type: "", status: .unknown, reason: "") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("type", &type, .text(1...316, .conditionType), .required)
        fields.choice("status", &status, .required)
        fields.value("observedGeneration", &observedGeneration, .count64)
        fields.value("lastTransitionTime", &lastTransitionTime, .time, isRequired: true)
        fields.value("reason", &reason, .text(1...1024, .conditionReason), .required)
        fields.value("message", &message, .text(max: 32_768), .required)
    }
}

extension FieldVisitor {
    mutating func conditions(_ name: String, _ conditions: inout ConditionSet) {
        var list = conditions.conditions
        objects(name, &list, .keyed("type", count: 0...32))
        conditions = ConditionSet(list)
    }
}
