import JSONValue
public import KubeModel

/// Whether Istio sends to a WorkloadEntry whose health is watched.
///
/// With the annotation an entry is an endpoint only while the first condition `Healthy` of its status is True: none,
/// Unknown and anything else count as False (`isHealthy` in Istio's `pilot/pkg/serviceregistry/serviceentry/conversion.go`).
/// Creating an object writes no status, so that a new entry with the annotation is no endpoint before somebody has
/// written the condition.
public struct WorkloadHealth: Sendable, Hashable {
    /// The annotation that has health watched.
    static let annotation = "proxy.istio.io/health-checks-enabled"

    /// True: it is an endpoint; False: somebody says that it is not well; Unknown: nobody says either, which counts as
    /// not well too.
    public let status: Condition.Status
    /// Why, as its writer says; empty if nobody says.
    public let reason: String

    /// Reads a stored WorkloadEntry; nil: its health is not watched, and it is an endpoint whatever its status says.
    public init?(of object: KubeObject) {
        guard GoBoolean.isTrue(object.annotation(Self.annotation) ?? "") else { return nil }
        let condition = object.status.flatMap(Self.condition)
        status = condition?["status"]?.stringValue.flatMap(Condition.Status.init(rawValue:)) ?? .unknown
        reason = condition?["reason"]?.stringValue.map { excerpt($0) } ?? ""
    }

    /// The condition that counts, of several the first.
    static func condition(_ status: JSONValue) -> JSONValue? {
        status["conditions"]?.arrayValue?.first { sameBytes($0["type"]?.stringValue ?? "", "Healthy") }
    }
}

extension WorkloadHealth {
    /// All rules about the health of stored objects.
    public static let all = [leftOut]

    private static let leftOut = TrafficRule(
        name: "WorkloadLeftOut", code: TrafficRule.own("WorkloadLeftOut"), severity: .warning,
        kinds: [.workloadEntry], source: "istio pilot/pkg/serviceregistry/serviceentry/conversion.go isHealthy",
        check: nil)

    /// What is to be told of a WorkloadEntry that is no endpoint; nil: it is one.
    public func finding(in key: ObjectKey) -> Finding? {
        let (message, remedy) =
            switch status {
            case .true: ("", "")
            case .false:
                (
                    "Istio sends nothing there, as its condition Healthy is False\(reason.isEmpty ? "" : " (\(reason))")",
                    "nothing, where that is meant; else see who writes its status"
                )
            case .unknown:
                (
                    "Istio sends nothing there before its status has the condition Healthy with status True, and nobody"
                        + " says so",
                    "have its health written into its status, and the annotation set after that, or remove the annotation"
                )
            }
        guard status != .true else { return nil }
        return Finding(
            rule: Self.leftOut.name, code: Self.leftOut.code, severity: Self.leftOut.severity, kind: .workloadEntry,
            key: key, pointer: JSONPointer(tokens: ["metadata", "annotations", Self.annotation]), message: message,
            remedy: remedy, source: Self.leftOut.source)
    }
}
