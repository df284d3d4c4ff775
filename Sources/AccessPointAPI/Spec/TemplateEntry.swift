public import JSONValue

/// One named object that is rendered for every target.
public struct TemplateEntry: Sendable, Hashable {
    /// The unique name that overrides and status refer to.
    public var name: String
    /// The whole Kubernetes object; its strings may hold variables.
    public var object: JSONValue

    /// Makes an entry without checking it.
    public init(name: String, object: JSONValue) {
        self.name = name
        self.object = object
    }
}

extension TemplateEntry: FieldObject {
    init() { self.init(name: "", object: .null) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("name", &name, .label, .required)
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
