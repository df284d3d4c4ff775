public import JSONValue

/// Chooses objects by their labels: `metav1.LabelSelector`, all of whose requirements must hold.
///
/// An empty selector matches every object. Rules and semantics:
/// `apimachinery/pkg/apis/meta/v1/validation/validation.go` and `pkg/labels/selector.go`.
public struct LabelSelector: Sendable, Hashable {
    /// One condition on the value of one label.
    public struct Requirement: Sendable, Hashable {
        /// The label's key.
        public var key: String
        /// How the label's value is compared.
        public var comparison: Comparison
        /// The values of `In` and `NotIn`; empty otherwise.
        public var values: [String]

        /// Makes a requirement without checking it.
        public init(key: String, comparison: Comparison, values: [String] = []) {
            self.key = key
            self.comparison = comparison
            self.values = values
        }
    }

    /// The operators of `matchExpressions`.
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        /// The label exists and its value is one of the values.
        case oneOf = "In"
        /// The label is missing or its value is none of the values.
        case noneOf = "NotIn"
        /// The label exists.
        case exists = "Exists"
        /// The label is missing.
        case isMissing = "DoesNotExist"
    }

    /// The requirements: those of `matchLabels` by key, then those of `matchExpressions` in their order.
    public var requirements: [Requirement]

    /// Makes a selector of `requirements`; without any it matches everything.
    public init(requirements: [Requirement] = []) { self.requirements = requirements }

    /// Makes a selector that demands each label of `labels`.
    public init(matchLabels labels: [String: String]) {
        requirements = labels.sorted { ByteOrder.less($0.key, $1.key) }
            .map { Requirement(key: $0.key, comparison: .oneOf, values: [$0.value]) }
    }

    /// Whether an object with these labels is chosen; a label whose value is not a string counts as missing.
    public func matches(_ labels: JSONObject) -> Bool {
        requirements.allSatisfy { requirement in
            let value = labels[requirement.key]?.stringValue
            let isListed = value.map { value in requirement.values.contains { ByteOrder.equal($0, value) } }
            return switch requirement.comparison {
            case .oneOf: isListed ?? false
            case .noneOf: !(isListed ?? false)
            case .exists: value != nil
            case .isMissing: value == nil
            }
        }
    }

    /// The selector as the value of the `labelSelector` query parameter, not yet percent-encoded.
    ///
    /// The values of a set are sorted, so their order in the manifest does not change the text.
    public var queryString: String {
        requirements.map { requirement in
            let values = requirement.values.sorted(by: ByteOrder.less)
            return switch (requirement.comparison, values.count) {
            case (.oneOf, 1): "\(requirement.key)=\(values[0])"
            case (.noneOf, 1): "\(requirement.key)!=\(values[0])"
            case (.oneOf, _): "\(requirement.key) in (\(values.joined(separator: ",")))"
            case (.noneOf, _): "\(requirement.key) notin (\(values.joined(separator: ",")))"
            case (.exists, _): requirement.key
            case (.isMissing, _): "!\(requirement.key)"
            }
        }.joined(separator: ",")
    }
}
