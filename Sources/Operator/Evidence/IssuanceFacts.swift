import JSONValue
import KubeModel

/// What cert-manager says of the Certificate that fills a Secret: whether it is issued, and when it is renewed.
///
/// The certificate itself is read from the Secret alone. Source: cert-manager's `pkg/apis/certmanager/v1/types_certificate.go`.
struct IssuanceFacts: Sendable, Hashable {
    /// What a condition says, without its times.
    struct Word: Sendable, Hashable {
        var status: Condition.Status
        /// Reason and message.
        var text: String
    }

    /// The Certificate.
    var certificate: ObjectKey
    /// The Secret that it fills.
    var secretName: String
    /// Its condition Ready.
    var ready: Word?
    /// Its condition Issuing, which it has from the beginning of an attempt to issue until one succeeds.
    var issuing: Word?
    /// Whether the last attempt to issue it has failed.
    var hasFailed: Bool
    /// When cert-manager begins to renew it.
    var renewalTime: Timestamp?

    /// Reads the facts out of a Certificate.
    static func of(certificate object: KubeObject) -> IssuanceFacts {
        let status = object.status ?? .null
        let conditions = ConditionSet(status["conditions"])
        func word(_ type: String) -> Word? {
            conditions[type].map { condition in
                let parts = [condition.reason, condition.message].map(Text.clean).filter { !$0.isEmpty }
                return Word(status: condition.status, text: Text.cut(parts.joined(separator: ": "), to: 256))
            }
        }
        return IssuanceFacts(
            certificate: object.key, secretName: object.spec?["secretName"]?.stringValue ?? "", ready: word("Ready"),
            issuing: word("Issuing"), hasFailed: status["lastFailureTime"]?.stringValue != nil,
            renewalTime: status["renewalTime"]?.stringValue.flatMap { Timestamp($0) })
    }

    /// Why it is not to be expected that the certificate is renewed; nil: it is.
    ///
    /// While it is being issued it is not ready as a rule, which is no trouble before the time of its renewal.
    func trouble(at now: Timestamp) -> String? {
        func said(_ what: String, _ word: Word?) -> String {
            "cert-manager's Certificate \(certificate) \(what)" + (word.map { ": \($0.text)" } ?? "")
        }
        if hasFailed { return said("could not be issued", issuing?.status == .true ? nil : issuing) }
        guard ready?.status != .true else { return nil }
        if let renewalTime, renewalTime <= now {
            return said("was to be renewed at \(renewalTime.rfc3339) and is not ready", ready)
        }
        return ready?.status == .false && issuing?.status != .true ? said("is not ready", ready) : nil
    }

    /// What is to be expected of a certificate that ends soon; nil: nothing is known.
    func prospect(at now: Timestamp) -> String? {
        if let trouble = trouble(at: now) { return trouble }
        if issuing?.status == .true { return "cert-manager is renewing it" }
        guard let renewalTime else { return nil }
        return renewalTime <= now
            ? "cert-manager was to renew it at \(renewalTime.rfc3339), and has not begun"
            : "cert-manager renews it at \(renewalTime.rfc3339)"
    }
}
