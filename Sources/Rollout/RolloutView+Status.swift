public import JSONValue

extension RolloutView {
    /// The fields of `status.rollout` that only show; none of them is among ``RolloutState/rolloutFields``.
    public var fields: JSONObject {
        var fields: JSONObject = ["phase": .string(phase.rawValue)]
        fields.set("message", message.isEmpty ? nil : message.cut(to: 512))
        fields.set("gate", gate)
        fields.set("queuedRevision", queued)
        if let stepName {
            fields["step"] = [
                "index": .integer(Int64(stepIndex)), "total": .integer(Int64(stepTotal)), "name": .string(stepName),
                "display": .string("\(stepIndex)/\(stepTotal) \(stepName)"),
            ]
        }
        fields.set("tokens", JSONObject(tokens.map { ($0.key.fieldName, .string($0.value)) }))
        fields.set("steps", steps.map(\.json))
        return fields
    }
}

extension RolloutView.Step {
    fileprivate var json: JSONValue {
        [
            "name": .string(name), "phase": .string(phase.rawValue), "targets": .integer(Int64(targets)),
            "updated": .integer(Int64(updated)),
        ]
    }
}
