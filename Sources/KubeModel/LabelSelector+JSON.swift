public import JSONValue

extension LabelSelector {
    /// Reads and checks a `metav1.LabelSelector`.
    ///
    /// A member that the type does not have is refused: a misspelt `matchLabels` must not become a selector that
    /// matches everything.
    /// - Parameters:
    ///   - json: the selector; null reads as empty.
    ///   - path: the path of the selector within its object, for errors.
    /// - Throws: `KubeModelError` with the path of the first member that is wrong.
    public init(_ json: JSONValue, at path: String = "") throws(KubeModelError) {
        self.init()
        guard !json.isNull else { return }
        for member in try Self.members(json, path) {
            let place = FieldPath.join(path, member.key)
            switch member.key {
            case "matchLabels": requirements = try Self.labels(member.value, place) + requirements
            case "matchExpressions": requirements += try Self.expressions(member.value, place)
            default:
                throw KubeModelError(
                    path: place, message: "unknown field; a label selector has matchLabels and matchExpressions")
            }
        }
    }

    /// The selector as `matchLabels` (requirements of one exact value) and `matchExpressions` (all others).
    public var json: JSONValue {
        var (labels, expressions) = (JSONObject(), [JSONValue]())
        for requirement in requirements {
            if requirement.comparison == .oneOf, requirement.values.count == 1, labels[requirement.key] == nil {
                labels[requirement.key] = .string(requirement.values[0])
                continue
            }
            var expression: JSONObject = [
                "key": .string(requirement.key), "operator": .string(requirement.comparison.rawValue),
            ]
            if !requirement.values.isEmpty { expression["values"] = .array(requirement.values.map { .string($0) }) }
            expressions.append(.object(expression))
        }
        var members = JSONObject()
        if !labels.isEmpty { members["matchLabels"] = .object(labels) }
        if !expressions.isEmpty { members["matchExpressions"] = .array(expressions) }
        return .object(members)
    }

    private static func labels(_ json: JSONValue, _ path: String) throws(KubeModelError) -> [Requirement] {
        guard !json.isNull else { return [] }
        var result: [Requirement] = []
        for member in try members(json, path) {
            let place = FieldPath.quoted(path, member.key)
            try checkKey(member.key, place)
            result.append(Requirement(key: member.key, comparison: .oneOf, values: [try label(member.value, place)]))
        }
        return result
    }

    private static func expressions(_ json: JSONValue, _ path: String) throws(KubeModelError) -> [Requirement] {
        guard !json.isNull else { return [] }
        guard let items = json.arrayValue else {
            throw KubeModelError(path: path, message: "must be an array, found \(json.typeName)")
        }
        var result: [Requirement] = []
        for (index, item) in items.enumerated() { result.append(try expression(item, "\(path)[\(index)]")) }
        return result
    }

    private static func expression(_ json: JSONValue, _ path: String) throws(KubeModelError) -> Requirement {
        for member in try members(json, path) where !["key", "operator", "values"].contains(member.key) {
            throw KubeModelError(
                path: FieldPath.join(path, member.key), message: "unknown field; expected key, operator and values")
        }
        guard let key = json["key"]?.stringValue else {
            throw KubeModelError(path: FieldPath.join(path, "key"), message: "must be a string")
        }
        try checkKey(key, FieldPath.join(path, "key"))
        guard let comparison = json["operator"]?.stringValue.flatMap(Comparison.init(rawValue:)) else {
            throw KubeModelError(
                path: FieldPath.join(path, "operator"), message: "must be one of In, NotIn, Exists, DoesNotExist")
        }
        let values = try values(json["values"] ?? .null, FieldPath.join(path, "values"))
        switch comparison {
        case .oneOf, .noneOf:
            guard !values.isEmpty else {
                throw KubeModelError(
                    path: FieldPath.join(path, "values"),
                    message: "operator \(comparison.rawValue) needs at least one value")
            }
        case .exists, .isMissing:
            guard values.isEmpty else {
                throw KubeModelError(
                    path: FieldPath.join(path, "values"), message: "operator \(comparison.rawValue) takes no values")
            }
        }
        return Requirement(key: key, comparison: comparison, values: values)
    }

    private static func values(_ json: JSONValue, _ path: String) throws(KubeModelError) -> [String] {
        guard !json.isNull else { return [] }
        guard let items = json.arrayValue else {
            throw KubeModelError(path: path, message: "must be an array of strings, found \(json.typeName)")
        }
        var result: [String] = []
        for (index, item) in items.enumerated() { result.append(try label(item, "\(path)[\(index)]")) }
        return result
    }

    private static func members(_ json: JSONValue, _ path: String) throws(KubeModelError) -> JSONObject {
        guard let members = json.objectValue else {
            throw KubeModelError(path: path, message: "must be an object, found \(json.typeName)")
        }
        return members
    }

    private static func label(_ json: JSONValue, _ path: String) throws(KubeModelError) -> String {
        guard let value = json.stringValue else {
            throw KubeModelError(path: path, message: "must be a string, found \(json.typeName); quote it")
        }
        guard DNSNames.isLabelValue(value) else {
            throw KubeModelError(
                path: path,
                message: "\"\(value)\" is not a label value: at most 63 letters, digits, '-', '_' or '.', "
                    + "beginning and ending with a letter or digit")
        }
        return value
    }

    private static func checkKey(_ key: String, _ path: String) throws(KubeModelError) {
        guard DNSNames.isLabelKey(key) else {
            throw KubeModelError(
                path: path,
                message: "\"\(key)\" is not a label key: a name of at most 63 letters, digits, '-', '_' or '.', "
                    + "with an optional DNS subdomain and '/' before it")
        }
    }
}
