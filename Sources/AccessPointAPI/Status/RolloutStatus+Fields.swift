/// The longest value of a verb: `r7/<wave>/<target>/2`.
private let verbValue = FieldShape.text(max: 256)

/// `<number>-<hash>`.
private let revisionName = FieldShape.text(max: 63)

extension RolloutStatus: FieldObject {
    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.choice("phase", &phase)
        fields.value("message", &message, .text(max: 512), .implied)
        fields.value("stableRevision", &stableRevision, revisionName)
        fields.value("updateRevision", &updateRevision, revisionName)
        fields.value("queuedRevision", &queuedRevision, revisionName)
        fields.value("revision", &revision, .count64)
        fields.object("step", &step)
        fields.value("gate", &gate, verbValue)
        fields.value("pauseReason", &pauseReason, .text(max: 64))
        fields.value("pauseTarget", &pauseTarget, .text(max: 63))
        fields.value("pauseTime", &pauseTime, .time)
        fields.value("lastHandledResume", &lastHandledResume, verbValue)
        fields.value("lastHandledResumeTime", &lastHandledResumeTime, .time)
        fields.value("lastHandledAbort", &lastHandledAbort, verbValue)
        fields.value("lastHandledAbortTime", &lastHandledAbortTime, .time)
        fields.value("lastHandledRetry", &lastHandledRetry, verbValue)
        fields.value("lastHandledRetryTime", &lastHandledRetryTime, .time)
        fields.value("lastHandledPromoteFull", &lastHandledPromoteFull, verbValue)
        fields.value("lastHandledPromoteFullTime", &lastHandledPromoteFullTime, .time)
        fields.value("lastHandledAbandon", &lastHandledAbandon, verbValue)
        fields.value("lastHandledAbandonTime", &lastHandledAbandonTime, .time)
        fields.value("startTime", &startTime, .time)
        fields.value("completionTime", &completionTime, .time)
        visitState(&fields)
    }

    /// What the planner alone reads.
    private mutating func visitState<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.choice("course", &course)
        fields.value("passedSteps", &passedSteps, .integer())
        fields.value("removalApproved", &removalApproved, .boolean)
        fields.value("promoted", &promoted, .boolean)
        fields.value("round", &round, .integer())
        fields.value("retries", &retries, .integer())
        fields.value("abortedRevision", &abortedRevision, revisionName)
        fields.value("rollbackCause", &rollbackCause, .text(max: 256))
        fields.object("lastRun", &lastRun)
        fields.value("driftBrakeTime", &driftBrakeTime, .time)
        fields.value("driftBrakeReleased", &driftBrakeReleased, .boolean)
        fields.value("preflightTime", &preflightTime, .time)
        fields.objects("steps", &steps, .keyed("name", count: 0...36))
        fields.value("epoch", &epoch, .count64)
        fields.value("sequence", &sequence, .count64)
        fields.objects("inFlight", &inFlight, .keyed("target", count: 0...AccessPointStatus.maxTargets))
        fields.object("tokens", &tokens, .implied)
        fields.object("seen", &seen, .implied)
        fields.names("abandoned", &abandoned, 0...AccessPointStatus.maxTargets)
    }
}

extension StepPosition: FieldObject {
    init() {}

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("index", &index, .integer())
        fields.value("total", &total, .integer())
        fields.value("name", &name, .text(max: 63))
        fields.value("display", &display, .text(max: 80))
    }
}

extension RunStatus: FieldObject {
    init() { self.init(revision: "", outcome: .completed) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("revision", &revision, .text(1...63), .required)
        fields.choice("outcome", &outcome, .required)
        fields.value("cause", &cause, .text(max: 256), .implied)
        fields.value("startTime", &startTime, .time)
        fields.value("completionTime", &completionTime, .time)
    }
}

extension VerbValues: FieldObject {
    init() { self.init(resume: nil) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("resume", &resume, verbValue)
        fields.value("abort", &abort, verbValue)
        fields.value("retry", &retry, verbValue)
        fields.value("promoteFull", &promoteFull, verbValue)
        fields.value("abandon", &abandon, verbValue)
    }
}

extension StepStatus: FieldObject {
    init() { self.init(name: "") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("name", &name, .text(1...63), .required)
        fields.choice("phase", &phase, .required)
        fields.value("targets", &targets, .integer(), .implied)
        fields.value("updated", &updated, .integer(), .implied)
        fields.value("available", &available, .integer(), .implied)
    }
}

extension InFlight: FieldObject {
    init() { self.init(target: "", purpose: .update, revision: nil, epoch: 0, sequence: 0) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("target", &target, .text(1...63), .required)
        fields.choice("purpose", &purpose, .required)
        fields.value("revision", &revision, revisionName)
        fields.value("epoch", &epoch, .count64, .required)
        fields.value("sequence", &sequence, .count64, .required)
    }
}
