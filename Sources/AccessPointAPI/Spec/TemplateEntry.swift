public import JSONValue

/// One named object that is rendered for every target.
public struct TemplateEntry: Sendable, Hashable {
    /// The clusters to which an entry goes beyond the targets of the level.
    public enum Placement: String, Sendable, Hashable, CaseIterable, FieldChoice {
        /// Also every other cluster of a zone that has a target.
        case everyCluster = "EveryCluster"
    }

    /// The unique name that overrides and status refer to.
    public var name: String
    /// Where it goes; nil: every target of the level.
    public var placement: Placement?
    /// The whole Kubernetes object; its strings may hold variables.
    public var object: JSONValue

    /// Makes an entry without checking it.
    public init(name: String, placement: Placement? = nil, object: JSONValue) {
        self.name = name
        self.placement = placement
        self.object = object
    }
}

extension TemplateEntry: FieldObject {
    init() { self.init(name: "", object: .null) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("name", &name, .label, .required)
        fields.choice("placement", &placement)
        fields.manifest("object", &object, as: ManifestFields.self)
    }
}

/// The fields that every template object must have.
private struct ManifestFields: FieldObject {
    struct Metadata: FieldObject {
        var name = ""

        static var isOpen: Bool { true }

        mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
            fields.value("name", &name, .text(1...253), .required)
        }
    }

    var apiVersion = ""
    var kind = ""
    var metadata = Metadata()

    static var isOpen: Bool { true }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("apiVersion", &apiVersion, .text(1...317), .required)
        fields.value("kind", &kind, .text(1...63), .required)
        fields.object("metadata", &metadata, .required)
    }
}
