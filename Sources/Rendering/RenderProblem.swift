/// One thing that is wrong with a template or an override, or that a person should know of.
public struct RenderProblem: Error, Sendable, Hashable {
    /// Whether the AccessPoint can be rendered in spite of it.
    public enum Severity: String, Sendable, Hashable {
        /// It cannot: no target is touched.
        case error
        /// It can; it is reported.
        case warning
    }

    /// The closed list of what can be wrong.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// A `$(...)` names no variable.
        case unknownVariable = "UnknownVariable"
        /// A `$(` has no `)`.
        case unclosedVariable = "UnclosedVariable"
        /// A target has no label of this key.
        case labelMissing = "LabelMissing"
        /// More labels are read than are kept for a target.
        case tooManyLabels = "TooManyLabels"
        /// Something is not of the shape that a Kubernetes object has.
        case invalidObject = "InvalidObject"
        /// A kind or version that templates may not hold.
        case kindNotAllowed = "KindNotAllowed"
        /// A name that the API server would refuse.
        case invalidName = "InvalidName"
        /// A namespace in which this kind may not be placed.
        case namespaceNotAllowed = "NamespaceNotAllowed"
        /// A field that belongs to the cluster, or that takes traffic from others.
        case fieldNotAllowed = "FieldNotAllowed"
        /// A label or annotation that is ours.
        case reservedName = "ReservedName"
        /// An override changed what an object is.
        case identityChanged = "IdentityChanged"
        /// Two entries render the same object.
        case duplicateObject = "DuplicateObject"
        /// A JSON Patch is malformed or does not apply.
        case patchFailed = "PatchFailed"
        /// An override matches no target or no object.
        case overrideUnmatched = "OverrideUnmatched"
        /// An override matches, but changes nothing anywhere.
        case overrideNoEffect = "OverrideNoEffect"
        /// Two overrides write one place of one target's object differently.
        case overridesOverlap = "OverridesOverlap"
        /// Overrides omit every object of a target.
        case nothingLeft = "NothingLeft"
        /// An object is larger or deeper than it may be.
        case objectTooLarge = "ObjectTooLarge"
        /// The objects of a target are together larger than they may be.
        case setTooLarge = "SetTooLarge"
        /// What identifies the AccessPoint cannot be a label.
        case invalidIdentity = "InvalidIdentity"
        /// The frozen inputs of a revision are larger than they may be.
        case revisionTooLarge = "RevisionTooLarge"
        /// Istio or Kubernetes would refuse a field of a rendered object.
        case trafficInvalid = "TrafficInvalid"
        /// Rendered objects of a target do not fit together.
        case trafficBroken = "TrafficBroken"
        /// Rendered objects are taken, but hardly as they were meant.
        case trafficDoubtful = "TrafficDoubtful"
        /// More problems were found than are listed.
        case furtherProblems = "FurtherProblems"
    }

    /// What is wrong.
    public var code: Code
    /// Whether it hinders.
    public var severity: Severity
    /// The target; nil if it does not depend on the target.
    public var target: String?
    /// The template entry, if one is concerned.
    public var template: String?
    /// The override, if one is concerned.
    public var override: String?
    /// The index of the JSON Patch operation, if one is concerned.
    public var operation: Int?
    /// The field: of the AccessPoint (`spec....`) if what stands there is wrong, else of the rendered object.
    public var path: String
    /// What is wrong, in one sentence without a full stop.
    public var message: String
    /// What to do.
    public var remedy: String

    /// Makes a problem.
    public init(
        _ code: Code, severity: Severity = .error, target: String? = nil, template: String? = nil,
        override: String? = nil, operation: Int? = nil, path: String, message: String, remedy: String
    ) {
        self.code = code
        self.severity = severity
        self.target = target
        self.template = template
        self.override = override
        self.operation = operation
        self.path = path
        self.message = message
        self.remedy = remedy
    }
}

extension RenderProblem: CustomStringConvertible {
    /// `override eu-timeout operation 0, template route, target eu-1: /spec/x: what is wrong; what to do`.
    public var description: String {
        var origin: [String] = []
        if let override { origin.append("override \(override)" + (operation.map { " operation \($0)" } ?? "")) }
        if let template { origin.append("template \(template)") }
        if let target { origin.append("target \(target)") }
        let place = [origin.joined(separator: ", "), path].filter { !$0.isEmpty }.joined(separator: ": ")
        return "\(place.isEmpty ? "" : place + ": ")\(message); \(remedy)"
    }
}

/// Cuts text from input so that it can be part of a message.
enum Excerpt {
    /// At most 64 scalars, none of them a control character.
    static func of(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for (count, scalar) in text.unicodeScalars.enumerated() {
            guard count < 64 else { return String(result) + "…" }
            result.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
        }
        return String(result)
    }
}
