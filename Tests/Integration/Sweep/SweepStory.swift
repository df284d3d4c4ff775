import JSONValue
import KubeClient
import KubeModel

/// A reference story: what happened before it, and what people and clusters do in it.
///
/// Its acts wait for what they need to see and for nothing else, so that the same acts lead through it when the
/// operator is killed and started again in between.
enum SweepStory: String, CaseIterable, Sendable {
    case firstRollout = "first-rollout"
    case change
    case abort
    case abortFirst = "abort-first"
    case supersede
    case back
    case delete
    case memberLost = "member-lost"

    /// Whether version 1 is in place everywhere when the story begins.
    var beginsInPlace: Bool {
        switch self {
        case .firstRollout, .abortFirst: false
        case .change, .abort, .supersede, .back, .delete, .memberLost: true
        }
    }

    /// Tells the story to its end.
    func tell(_ teller: SweepTeller) async throws {
        switch self {
        case .firstRollout: try await teller.rollOut(1, gate: "r1/canary")
        case .change: try await teller.rollOut(2, gate: "r2/canary")
        case .abort, .abortFirst:
            let version = beginsInPlace ? 2 : 1
            try await teller.apply(version)
            try await teller.untilGate("r\(version)/canary")
            try await teller.annotate("abort", "r\(version)")
            try await teller.until("the abort is done") {
                $0.isTrue("Stalled") && $0.inFlight.isEmpty && $0.phase != "RollingBack"
            }
        case .supersede:
            try await teller.apply(2)
            try await teller.untilGate("r2/canary")
            try await teller.rollOut(3, gate: "r3/canary")
        case .back:
            try await teller.apply(2)
            try await teller.untilGate("r2/canary")
            try await teller.apply(1)
            try await teller.until("it is back at version 1") {
                $0.isTrue("Ready") && $0.stableRevision == $0.updateRevision
            }
        case .delete:
            try await teller.delete()
        case .memberLost:
            try await teller.apply(2)
            try await teller.untilGate("r2/canary")
            try await teller.lose(Site.rest[0]) {
                // Else it may be journaled before anybody knows that it is gone, and then keeps its place in the step.
                try await teller.until("the member is known to be lost") {
                    $0.row(Site.rest[0])["phase"] == "Unreachable"
                }
                try await teller.annotate("resume", "r2/canary")
                try await teller.until("the other member is done") {
                    $0.row(Site.rest[1])["phase"] == "Available" && $0.row(Site.rest[1])["updated"] == true
                }
            }
            try await teller.until("the lost member has caught up") {
                $0.isTrue("Ready") && $0.stableRevision.hasPrefix("2-")
            }
        }
    }
}

/// The hands of a story: they act on the servers directly and look at what the servers store.
struct SweepTeller: Sendable {
    let stage: SweepStage

    func apply(_ version: Int) async throws {
        _ = try await stage.client(Fleet.host).apply(
            try SweepManifest.accessPoint(version), resource: SweepStage.accessPoints, key: SweepStage.key,
            fieldManager: "person", force: true)
    }

    func annotate(_ verb: String, _ value: String) async throws {
        _ = try await stage.client(Fleet.host).mergePatch(
            ["metadata": ["annotations": ["accesspoint.io/\(verb)": .string(value)]]],
            resource: SweepStage.accessPoints, key: SweepStage.key, fieldManager: "person")
    }

    /// Deletes it and waits until it is gone.
    func delete() async throws {
        _ = try await stage.client(Fleet.host).delete(SweepStage.accessPoints, SweepStage.key)
        _ = try await stage.site.host.until("the AccessPoint is gone") { record in
            record.object("AccessPoint", SweepManifest.name, in: SweepManifest.namespace) == nil ? true : nil
        }
    }

    /// Makes a member unreachable for the operator while something goes on.
    func lose(_ member: String, _ meanwhile: () async throws -> Void) async throws {
        try await stage.proxy.cut(member)
        do {
            try await meanwhile()
        } catch {
            try await stage.proxy.mend(member)
            throw error
        }
        try await stage.proxy.mend(member)
    }

    func rollOut(_ version: Int, gate: String) async throws {
        try await apply(version)
        try await untilGate(gate)
        try await annotate("resume", gate)
        let number = gate.dropFirst().prefix { $0 != "/" }
        try await until("\(gate.prefix(2)) is everywhere") {
            $0.isTrue("Ready") && $0.stableRevision.hasPrefix("\(number)-")
        }
    }

    func untilGate(_ gate: String) async throws {
        try await until("the rollout waits at \(gate)") {
            $0.gate == gate && $0.isTrue("Paused") && $0.row(Site.canary)["phase"] == "Available"
        }
    }

    @discardableResult
    func until(_ what: String, _ holds: @Sendable (AccessPointView) -> Bool) async throws -> AccessPointView {
        try await stage.site.until(what, SweepManifest.name, in: SweepManifest.namespace, within: .seconds(60), holds)
    }
}
