import JSONValue

/// What a schema's text must keep to, for the newest Kubernetes and the oldest alike.
///
/// Source: apiextensions-apiserver `pkg/apis/apiextensions/validation` (structural schemas, CEL cost needs bounds),
/// KEP-2876; `reason` and `fieldPath` of rules came with 1.28.
struct SchemaTextCheck {
    private(set) var findings: [String] = []

    /// Places whose content is free: a user's own objects and values.
    static let free: Set<String> = [
        ".spec.trafficTemplate[].object", ".spec.trafficTemplate[].object.metadata",
        ".spec.overrides[].jsonPatch[].value", ".spec.overrides[].mergePatch",
    ]

    mutating func visit(_ schema: JSONValue, at path: String, isRoot: Bool, inList: Bool = false) {
        let has = { (keyword: String) in schema.objectValue?.keys.contains(keyword) == true }
        switch schema["type"]?.stringValue {
        case "string":
            check(has("maxLength") || has("enum") || schema["format"] == "date-time", "has no maxLength", path)
        case "array":
            check(has("maxItems"), "has no maxItems", path)
            check(has("x-kubernetes-list-type"), "has no list type", path)
        case "integer": check(has("minimum") && has("maximum"), "has no bounds", path)
        case "object": check(!has("additionalProperties") || has("maxProperties"), "has no maxProperties", path)
        default: break
        }
        if has("x-kubernetes-preserve-unknown-fields") { check(Self.free.contains(path), "has free content", path) }
        check(!has("x-kubernetes-embedded-resource"), "is an embedded resource: $(...) in its names is refused", path)
        // A default in a list item never comes back from the server as it was applied: GitOps tools never agree.
        check(!(inList && has("default")), "has a default inside a list", path)
        for rule in schema["x-kubernetes-validations"]?.arrayValue ?? [] {
            check(
                (rule.objectValue?.keys ?? []).sorted() == ["message", "rule"], "has a rule with other keywords", path)
        }
        for member in schema["properties"]?.objectValue ?? JSONObject() {
            if isRoot, ["apiVersion", "kind"].contains(member.key) { continue }
            if isRoot, member.key == "metadata" {
                check(member.value == ["type": "object"], "metadata may only have a type", path)
                continue
            }
            visit(member.value, at: "\(path).\(member.key)", isRoot: false, inList: inList)
        }
        if let items = schema["items"] { visit(items, at: path + "[]", isRoot: false, inList: true) }
        if let values = schema["additionalProperties"] { visit(values, at: path + "{}", isRoot: false, inList: inList) }
    }

    private mutating func check(_ isRight: Bool, _ finding: String, _ path: String) {
        if !isRight { findings.append("\(path) \(finding)") }
    }
}
