public import JSONValue

/// One change to some objects in some targets.
public struct Override: Sendable, Hashable {
    /// The unique name that errors and events show.
    public var name: String
    /// Where it applies; nil: every target.
    public var targets: TargetSelector?
    /// Which objects it changes, ORed; empty: all.
    public var resources: [ResourceSelector]
    /// What it does to them.
    public var change: OverrideChange

    /// Makes an override without checking it.
    public init(
        name: String, targets: TargetSelector? = nil, resources: [ResourceSelector] = [], change: OverrideChange
    ) {
        self.name = name
        self.targets = targets
        self.resources = resources
        self.change = change
    }

    /// Whether the override applies to a target.
    public func applies(to facts: TargetFacts) -> Bool { targets?.matches(facts) ?? true }
}

/// What an override does to an object.
public enum OverrideChange: Sendable, Hashable {
    /// A JSON Patch (RFC 6902): the array of its operations.
    case jsonPatch(JSONValue)
    /// A JSON Merge Patch (RFC 7386).
    case mergePatch(JSONValue)
    /// The object is not sent to the target.
    case omit
}

/// Chooses objects of the template; the fields are ANDed.
public struct ResourceSelector: Sendable, Hashable {
    /// Name of a template entry; nil: any.
    public var template: String?
    /// API group, `""` for the core group; nil: any.
    public var group: String?
    /// Kind; nil: any.
    public var kind: String?
    /// `metadata.name` as the template writes it; nil: any.
    public var name: String?

    /// Makes a selector; without arguments it matches every object.
    public init(template: String? = nil, group: String? = nil, kind: String? = nil, name: String? = nil) {
        self.template = template
        self.group = group
        self.kind = kind
        self.name = name
    }
}

extension ResourceSelector: FieldObject {
    init() { self.init(template: nil) }

    static var minimumMembers: Int { 1 }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("template", &template, .label)
        fields.value("group", &group, .text(max: 253))
        fields.value("kind", &kind, .text(1...63))
        fields.value("name", &name, .text(1...253))
    }
}

extension Override: FieldObject {
    init() { self.init(name: "", change: .jsonPatch(.array([]))) }

    /// The largest patch, in bytes of compact JSON.
    static let maxPatchBytes = 64 * 1024

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        var spelt = SpeltChange(change)
        fields.value("name", &name, .label, .required)
        fields.object("targets", &targets)
        fields.objects("resources", &resources, .plain(1...32))
        spelt.visit(&fields)
        change = spelt.change
    }
}

/// An override's change as the schema spells it: three fields of which exactly one is set.
private struct SpeltChange {
    var jsonPatch: [PatchOperationFields] = []
    var mergePatch: JSONValue?
    var omit: Bool?

    init(_ change: OverrideChange) {
        switch change {
        case .jsonPatch(let patch): jsonPatch = (patch.arrayValue ?? []).map(PatchOperationFields.init)
        case .mergePatch(let patch): mergePatch = patch
        case .omit: omit = true
        }
    }

    var change: OverrideChange {
        if let mergePatch { return .mergePatch(mergePatch) }
        if omit == true { return .omit }
        return .jsonPatch(.array(jsonPatch.map { .object(FieldEncoder.write($0)) }))
    }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.objects("jsonPatch", &jsonPatch, .plain(1...200))
        fields.value("mergePatch", &mergePatch, .freeObject(minMembers: 1))
        fields.value("omit", &omit, .presence)
        let count = (jsonPatch.isEmpty ? 0 : 1) + (mergePatch == nil ? 0 : 1) + (omit == nil ? 0 : 1)
        fields.rule("exactly one of jsonPatch, mergePatch or omit must be set", .schema, count == 1)
        let patch = JSONValue.array(jsonPatch.map { .object(FieldEncoder.write($0)) })
        fields.rule("must be at most 64 KiB of JSON", .code, on: "jsonPatch", isSmall(patch))
        fields.rule("must be at most 64 KiB of JSON", .code, on: "mergePatch", mergePatch.map(isSmall) ?? true)
    }

    private func isSmall(_ json: JSONValue) -> Bool { json.bytes().count <= Override.maxPatchBytes }
}

/// One operation of a JSON Patch (RFC 6902 section 4).
struct PatchOperationFields {
    enum Name: String, CaseIterable, FieldChoice {
        case add, remove, replace, move, copy, test
    }

    var name = Name.remove
    var path = ""
    var from: String?
    var value: JSONValue?

    init() {}

    init(_ json: JSONValue) {
        _ = FieldDecoder.read(json, into: &self, at: "", .lenient)
    }
}

extension PatchOperationFields: FieldObject {
    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.choice("op", &name, .required)
        fields.value("path", &path, .text(1...1024, .pointer), .required)
        fields.value("from", &from, .text(max: 1024))
        fields.value("value", &value, .any)
        let needsFrom = name == .move || name == .copy
        fields.rule(
            "from must be set for op move or copy, and may not be set otherwise", .schema, (from != nil) == needsFrom)
        let needsValue = name == .add || name == .replace || name == .test
        fields.rule(
            "value must be set for op \(name.rawValue): if it was null, kubectl apply dropped it; "
                + "use op remove to remove a field", .code, !needsValue || value != nil)
        fields.rule("must be a JSON pointer: '~' may only stand in ~0 and ~1", .code, on: "path", isPointer(path))
        fields.rule(
            "must be a JSON pointer that is empty or begins with '/'", .code, on: "from", from.map(isPointer) ?? true)
    }

    private func isPointer(_ text: String) -> Bool { (try? JSONPointer(text)) != nil }
}
