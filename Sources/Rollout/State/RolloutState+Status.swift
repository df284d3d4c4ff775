public import JSONValue

extension RolloutState {
    /// The fields of `status.rollout` that hold the state; merge the view's (``RolloutView/fields``) into them.
    public var rolloutFields: JSONObject {
        var fields = JSONObject()
        fields.set("stableRevision", stableRevision)
        fields.set("updateRevision", updateRevision)
        fields.set("course", updateRevision == nil ? nil : course.rawValue)
        fields.set("passedSteps", Int64(passedSteps))
        if isRemovalApproved { fields["removalApproved"] = true }
        if isPromoted { fields["promoted"] = true }
        fields.set("round", round)
        fields.set("retries", retries)
        fields.set("abortedRevision", abortedRevision)
        fields.set("rollbackCause", rollbackCause)
        fields["lastRun"] = lastRun?.json
        fields.set("driftBrakeTime", brake?.time)
        if brake?.isReleased == true { fields["driftBrakeReleased"] = true }
        fields.set("preflightTime", preflightTime)
        fields.set("startTime", startTime)
        fields.set("completionTime", completionTime)
        fields.set("epoch", epoch)
        fields.set("sequence", sequence)
        fields.set("inFlight", inFlight.sorted { $0.key < $1.key }.map { $1.json(target: $0) })
        fields.set("pauseReason", pause?.reason.rawValue)
        fields.set("pauseTarget", pause?.target)
        fields.set("pauseTime", pause?.time)
        for verb in Verb.allCases {
            fields.set(verb.handledField, handled[verb]?.value)
            fields.set(verb.handledField + "Time", handled[verb]?.time)
        }
        fields.set("seen", JSONObject(seen.map { ($0.key.fieldName, .string($0.value)) }))
        fields.set("abandoned", abandoned.sorted().map { .string($0) })
        return fields
    }

    /// The fields of a target's row in `status.clusters` that belong to the state; nil if there is no row to keep.
    public func rowFields(of target: String) -> JSONObject? {
        guard let row = rows[target] else { return nil }
        var fields = JSONObject()
        fields.set("revision", row.revision)
        fields.set("waitingTime", row.waitingTime)
        fields.set("healthyTime", row.healthyTime)
        fields.set("acceptedRevision", row.accepted?.revision)
        fields.set("acceptedReason", row.accepted?.reason)
        fields.set("repairTime", row.repairTime)
        return fields
    }

    /// Reads the state out of an AccessPoint's `status`; an absent one is the state of an AccessPoint never acted on.
    ///
    /// Fields of others are passed over. What cannot be read is an error, never a default: a journal that is guessed
    /// is no journal.
    public init(status: JSONValue?) throws(StoredFieldError) {
        self.init()
        guard let status, !status.isNull else { return }
        let fields = try StoredFields(status, path: "status")
        if let rollout = try fields.object("rollout") { try read(rollout) }
        for fields in try fields.objects("clusters") {
            let row = try TargetRow(fields)
            rows[try fields.required("name", "a string", \.stringValue)] = row.isBlank ? nil : row
        }
    }

    private mutating func read(_ fields: StoredFields) throws(StoredFieldError) {
        stableRevision = try fields.revision("stableRevision")
        updateRevision = try fields.revision("updateRevision")
        course =
            try fields.optional("course", "Update or Return") { $0.stringValue.flatMap { Course(rawValue: $0) } }
            ?? .update
        passedSteps = Int(clamping: try fields.count("passedSteps"))
        isRemovalApproved = try fields.optional("removalApproved", "a boolean", \.boolValue) ?? false
        isPromoted = try fields.optional("promoted", "a boolean", \.boolValue) ?? false
        round = try fields.count("round")
        retries = try fields.count("retries")
        abortedRevision = try fields.revision("abortedRevision")
        rollbackCause = try fields.text("rollbackCause")
        lastRun = try fields.object("lastRun").map(RunEnd.init)
        brake = try fields.time("driftBrakeTime").map { Brake(time: $0) }
        brake?.isReleased = try fields.optional("driftBrakeReleased", "a boolean", \.boolValue) ?? false
        preflightTime = try fields.time("preflightTime")
        startTime = try fields.time("startTime")
        completionTime = try fields.time("completionTime")
        epoch = try fields.count("epoch")
        sequence = try fields.count("sequence")
        for entry in try fields.objects("inFlight") {
            inFlight[try entry.required("target", "a string", \.stringValue)] = try JournalEntry(entry)
        }
        pause = try Pause(fields)
        try readVerbs(fields)
        abandoned = Set(try fields.texts("abandoned"))
    }

    private mutating func readVerbs(_ fields: StoredFields) throws(StoredFieldError) {
        let dealtWith = try fields.object("seen")
        for verb in Verb.allCases {
            seen[verb] = try dealtWith?.text(verb.fieldName)
            guard let value = try fields.text(verb.handledField) else { continue }
            handled[verb] = HandledVerb(value: value, time: try fields.requiredTime(verb.handledField + "Time"))
        }
    }
}

extension RolloutState.Pause {
    fileprivate init?(_ fields: StoredFields) throws(StoredFieldError) {
        let reason = try fields.optional("pauseReason", "a pause reason") {
            $0.stringValue.flatMap { PauseReason(rawValue: $0) }
        }
        guard let reason else { return nil }
        self.init(
            reason: reason, target: try fields.text("pauseTarget"), time: try fields.requiredTime("pauseTime"))
    }
}

extension JournalEntry {
    fileprivate func json(target: String) -> JSONValue {
        var fields: JSONObject = [
            "target": .string(target), "purpose": .string(purpose.rawValue), "epoch": .integer(stamp.epoch),
            "sequence": .integer(stamp.sequence),
        ]
        fields.set("revision", goal.revision)
        return .object(fields)
    }

    fileprivate init(_ fields: StoredFields) throws(StoredFieldError) {
        self.init(
            goal: try fields.revision("revision").map { .revision($0) } ?? .absent,
            purpose: try fields.required("purpose", "a purpose such as Update") {
                $0.stringValue.flatMap { Purpose(rawValue: $0) }
            },
            stamp: WriteStamp(
                epoch: try fields.required("epoch", "an integer", \.integerValue),
                sequence: try fields.required("sequence", "an integer", \.integerValue)))
    }
}

extension TargetRow {
    /// Whether nothing is remembered; such a row is not kept.
    var isBlank: Bool { self == TargetRow() }

    fileprivate init(_ fields: StoredFields) throws(StoredFieldError) {
        self.init(revision: try fields.revision("revision"))
        waitingTime = try fields.time("waitingTime")
        healthyTime = try fields.time("healthyTime")
        repairTime = try fields.time("repairTime")
        if let revision = try fields.revision("acceptedRevision") {
            accepted = Acceptance(revision: revision, reason: try fields.text("acceptedReason") ?? "")
        }
    }
}

extension RunEnd {
    fileprivate var json: JSONValue {
        var fields: JSONObject = ["revision": .string(revision.description), "outcome": .string(outcome.rawValue)]
        fields.set("cause", cause.isEmpty ? nil : cause)
        fields.set("startTime", startTime)
        fields.set("completionTime", endTime)
        return .object(fields)
    }

    fileprivate init(_ fields: StoredFields) throws(StoredFieldError) {
        guard let revision = try fields.revision("revision") else {
            throw StoredFieldError(path: fields.path("revision"), expected: "a revision such as 7-6c9f8d4b7")
        }
        self.init(
            revision: revision,
            outcome: try fields.required("outcome", "an outcome such as Completed") {
                $0.stringValue.flatMap { Outcome(rawValue: $0) }
            },
            cause: try fields.text("cause") ?? "", startTime: try fields.time("startTime"),
            endTime: try fields.requiredTime("completionTime"))
    }
}
