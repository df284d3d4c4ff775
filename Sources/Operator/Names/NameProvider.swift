import AccessPointAPI
import KubeModel

/// What a DNS backend makes of several targets of one name.
public struct NameProvider: Sendable, Hashable {
    /// The property of external-dns that takes the weight of a target, such as `aws/weight`; nil: the provider knows no
    /// weights, and a name has one record set with the addresses of all targets.
    public let weightProperty: String?

    /// The providers that are there without being named.
    ///
    /// A set identifier tells record sets of one name apart. Of external-dns' own providers only Route 53 keeps it; any
    /// other would be given the same records anew at every turn (external-dns `plan/plan.go` compares by name, type and
    /// set identifier).
    public static let builtIn = [
        NameRecords.defaultProvider: NameProvider(weightProperty: nil),
        "aws": NameProvider(weightProperty: "aws/weight"),
    ]

    /// Reads `NAME=PROPERTY`, such as `gtm=webhook/weight`, or `NAME` for a provider that knows no weights; nil for
    /// anything else.
    public static func read(_ text: String) -> (name: String, provider: NameProvider)? {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.first, DNSNames.isLabel(name) else { return nil }
        guard parts.count == 2 else { return (name, NameProvider(weightProperty: nil)) }
        guard DNSNames.isLabelKey(parts[1]) else { return nil }
        return (name, NameProvider(weightProperty: parts[1]))
    }
}
