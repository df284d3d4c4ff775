public import JSONValue

extension RolloutPlan {
    /// The plan as it is kept in the data of its revision.
    public var json: JSONValue {
        var fields: JSONObject = [
            "progressDeadlineSeconds": .integer(progressDeadlineSeconds),
            "steps": .array(steps.map(\.json)),
        ]
        // What is usual is left out: the data of a revision stays as older operators have written it.
        fields.set("failurePolicy", failureResponse == .pause ? nil : failureResponse.rawValue)
        return .object(fields)
    }

    /// Reads a plan that ``json`` has written.
    public init(json: JSONValue) throws(StoredFieldError) {
        let fields = try StoredFields(json)
        var steps: [PlanStep] = []
        for step in try fields.objects("steps") { steps.append(try PlanStep(step)) }
        self.init(
            steps: steps,
            progressDeadlineSeconds: try fields.required("progressDeadlineSeconds", "an integer", \.integerValue),
            failureResponse: try fields.optional("failurePolicy", "Pause, Rollback or Continue") {
                $0.stringValue.flatMap { FailureResponse(rawValue: $0) }
            } ?? .pause)
    }
}

extension PlanStep {
    fileprivate var json: JSONValue {
        var fields: JSONObject = [
            "name": .string(name), "targets": .array(targets.map { .string($0) }), "gate": .string(gate.rawValue),
            "maxConcurrency": .integer(Int64(maxConcurrency)), "soakSeconds": .integer(soakSeconds),
        ]
        fields.set("maxFailures", Int64(maxFailures))
        fields.set("lead", Int64(lead))
        fields.set("consent", consent)
        return .object(fields)
    }

    fileprivate init(_ fields: StoredFields) throws(StoredFieldError) {
        self.init(
            name: try fields.required("name", "a string", \.stringValue), targets: try fields.texts("targets"),
            maxConcurrency: try fields.required("maxConcurrency", "an integer") {
                $0.integerValue.flatMap { Int(exactly: $0) }
            },
            gate: try fields.required("gate", "Manual or Automatic") {
                $0.stringValue.flatMap { StepGate(rawValue: $0) }
            },
            soakSeconds: try fields.count("soakSeconds"), maxFailures: Int(clamping: try fields.count("maxFailures")),
            lead: Int(clamping: try fields.count("lead")))
        consent = try fields.text("consent")
    }
}
