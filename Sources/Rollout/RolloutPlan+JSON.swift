public import JSONValue

extension RolloutPlan {
    /// The plan as it is kept in the data of its revision.
    public var json: JSONValue {
        [
            "progressDeadlineSeconds": .integer(progressDeadlineSeconds),
            "steps": .array(steps.map(\.json)),
        ]
    }

    /// Reads a plan that ``json`` has written.
    public init(json: JSONValue) throws(StoredFieldError) {
        let fields = try StoredFields(json)
        var steps: [PlanStep] = []
        for step in try fields.objects("steps") { steps.append(try PlanStep(step)) }
        self.init(
            steps: steps,
            progressDeadlineSeconds: try fields.required("progressDeadlineSeconds", "an integer", \.integerValue))
    }
}

extension PlanStep {
    fileprivate var json: JSONValue {
        [
            "name": .string(name), "targets": .array(targets.map { .string($0) }), "gate": .string(gate.rawValue),
            "maxConcurrency": .integer(Int64(maxConcurrency)), "soakSeconds": .integer(soakSeconds),
        ]
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
            soakSeconds: try fields.count("soakSeconds"))
    }
}
