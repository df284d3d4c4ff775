public import KubeModel

/// The rules for the time between changes.
public struct RuntimePolicy: Sendable, Hashable {
    /// What to do about a foreign change to an object of ours.
    public enum Drift: String, Sendable, Hashable, CaseIterable, FieldChoice {
        /// Put it back.
        case correct = "Correct"
        /// Only report it.
        case report = "Report"
    }

    /// Targets that must be in service for the condition Available.
    public var minAvailable: IntOrPercent
    /// What to do about a foreign change.
    public var drift: Drift
    /// Seconds before the end of a certificate from which CertificatesReady is False.
    public var certificateWarningSeconds: Int

    /// Makes a policy with the defaults of the schema.
    public init(
        minAvailable: IntOrPercent = .count(1), drift: Drift = .correct, certificateWarningSeconds: Int = 604_800
    ) {
        self.minAvailable = minAvailable
        self.drift = drift
        self.certificateWarningSeconds = certificateWarningSeconds
    }

    /// How many of `count` targets must be in service; a percentage is rounded up, as in a PodDisruptionBudget.
    public func requiredAvailable(of count: Int) -> Int {
        switch minAvailable {
        case .count: minAvailable.resolve(of: count)
        // What may be missing is rounded down, so what is required is rounded up.
        case .percent(let percent): count - IntOrPercent.percent(max(0, 100 - percent)).resolve(of: count)
        }
    }
}

extension RuntimePolicy: FieldObject {
    init() { self.init(minAvailable: .count(1)) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("minAvailable", &minAvailable, .intOrPercent(from: 0, .percent), .defaulted)
        fields.choice("drift", &drift, .defaulted)
        fields.value("certificateWarningSeconds", &certificateWarningSeconds, .integer(0...31_536_000), .defaulted)
    }
}
