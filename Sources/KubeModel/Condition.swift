public import JSONValue

/// One aspect of an object's state: `metav1.Condition`.
public struct Condition: Sendable, Hashable {
    /// Whether the condition holds.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// It holds.
        case `true` = "True"
        /// It does not hold.
        case `false` = "False"
        /// It cannot be known.
        case unknown = "Unknown"
    }

    /// The name of the aspect, such as `Ready`.
    public var type: String
    /// Whether the condition holds.
    public var status: Status
    /// The generation of the spec that was looked at; nil if not said.
    public var observedGeneration: Int64?
    /// When the status last changed, to the second; nil if not said.
    public var lastTransitionTime: Timestamp?
    /// The machine-readable reason, in CamelCase.
    public var reason: String
    /// The sentence for people.
    public var message: String

    /// Makes a condition; the time is normally left to `ConditionSet.set(_:now:)`.
    public init(
        type: String, status: Status, reason: String, message: String = "", observedGeneration: Int64? = nil,
        lastTransitionTime: Timestamp? = nil
    ) {
        self.type = type
        self.status = status
        self.reason = reason
        self.message = message
        self.observedGeneration = observedGeneration
        self.lastTransitionTime = lastTransitionTime
    }

    /// Reads a condition; nil without a `type`. A status that is none of the three reads as unknown.
    public init?(_ json: JSONValue) {
        guard let type = json["type"]?.stringValue, !type.isEmpty else { return nil }
        self.init(
            type: type, status: json["status"]?.stringValue.flatMap(Status.init(rawValue:)) ?? .unknown,
            reason: json["reason"]?.stringValue ?? "", message: json["message"]?.stringValue ?? "",
            observedGeneration: json["observedGeneration"]?.integerValue,
            lastTransitionTime: json["lastTransitionTime"]?.stringValue.flatMap { Timestamp($0) })
    }

    /// The condition as an entry of `status.conditions`; `message` is always present, as the API demands.
    public var json: JSONValue {
        var members: JSONObject = [
            "type": .string(type), "status": .string(status.rawValue), "reason": .string(reason),
            "message": .string(message),
        ]
        members["observedGeneration"] = observedGeneration.map { .integer($0) }
        members["lastTransitionTime"] = lastTransitionTime.map { .string($0.rfc3339) }
        return .object(members)
    }
}
