import Foundation
import JSONValue
import KubeModel

/// What a person reads off an AccessPoint.
struct AccessPointView: Sendable {
    let object: KubeObject

    private var status: JSONValue { object.status ?? .null }

    /// A condition that speaks of the present spec; an older one counts as absent.
    func condition(_ type: String) -> Condition? {
        guard let condition = ConditionSet(status["conditions"])[type],
            condition.observedGeneration == object.generation
        else { return nil }
        return condition
    }

    func isTrue(_ type: String) -> Bool { condition(type)?.status == .true }

    var phase: String { text("rollout", "phase") }
    var gate: String { text("rollout", "gate") }
    var pauseReason: String { text("rollout", "pauseReason") }
    var stableRevision: String { text("rollout", "stableRevision") }
    var updateRevision: String { text("rollout", "updateRevision") }
    /// Message of the condition Ready.
    var message: String { condition("Ready")?.message ?? "" }
    /// Targets that the journal says are being written.
    var inFlight: [String] {
        (status.value("rollout", "inFlight")?.arrayValue ?? []).compactMap { $0["target"]?.stringValue }
    }

    func text(_ path: String...) -> String { status.value(at: path)?.stringValue ?? "" }

    /// The row of a target.
    func row(_ target: String) -> JSONValue {
        status["clusters"]?.arrayValue?.first { $0["name"]?.stringValue == target } ?? .null
    }

    /// The targets that hold a revision.
    var holding: [String] {
        (status["clusters"]?.arrayValue ?? []).filter { $0["revision"] != nil }.compactMap { $0["name"]?.stringValue }
    }

    /// The command at the end of a message.
    static func command(of message: String) -> String? {
        guard let start = message.range(of: "To go on: ") else { return nil }
        return String(message[start.upperBound...])
    }
}

extension Chronicle.Record {
    func accessPoint(_ name: String, in namespace: String) -> AccessPointView? {
        object("AccessPoint", name, in: namespace).map { AccessPointView(object: $0) }
    }

    /// Every state that an AccessPoint went through.
    func accessPointHistory(_ name: String, in namespace: String) -> [AccessPointView] {
        history("AccessPoint", name, in: namespace).filter { $0.change != .deleted }
            .map { AccessPointView(object: $0.object) }
    }

    /// Reasons and notes of the Events about an AccessPoint.
    func events(of name: String, in namespace: String) -> [(reason: String, note: String)] {
        objects("Event", in: namespace).filter { $0.json.value("involvedObject", "name")?.stringValue == name }
            .map { ($0.json["reason"]?.stringValue ?? "", $0.json["message"]?.stringValue ?? "") }
    }
}
