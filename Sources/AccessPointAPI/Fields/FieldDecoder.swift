import JSONValue
import KubeModel

/// Reads an object field by field and collects every error.
struct FieldDecoder: FieldVisitor {
    /// What to do about fields that the type does not have.
    enum Strictness {
        /// They are errors: a misspelt field must not be taken for an absent one.
        case strict
        /// They are passed over: another version of the operator may have written them.
        case lenient
    }

    private let path: String
    private let members: JSONObject
    private let strictness: Strictness
    private var known: [String] = []
    private(set) var errors: [FieldError] = []

    /// Reads `json` into `object`.
    /// - Returns: every error, in the order of the fields, with paths that begin with `path`.
    static func read<Object: FieldObject>(
        _ json: JSONValue, into object: inout Object, at path: String, _ strictness: Strictness
    ) -> [FieldError] {
        guard let members = json.objectValue else {
            return [FieldError(path: path, message: "must be an object, found \(json.typeName)")]
        }
        var decoder = FieldDecoder(path: path, members: members, strictness: strictness)
        object.visit(&decoder)
        decoder.finish(isOpen: Object.isOpen, minimumMembers: Object.minimumMembers)
        return decoder.errors
    }

    private init(path: String, members: JSONObject, strictness: Strictness) {
        self.path = path
        self.members = members
        self.strictness = strictness
    }

    mutating func value<Value: FieldValue>(
        _ name: String, _ value: inout Value, _ shape: FieldShape, _ presence: Presence
    ) {
        var read: Value?
        self.value(name, &read, shape, isRequired: presence == .required)
        if let read { value = read }
    }

    mutating func value<Value: FieldValue>(
        _ name: String, _ value: inout Value?, _ shape: FieldShape, isRequired: Bool
    ) {
        guard let json = take(name, isRequired: isRequired, isNullable: shape.isNullable) else { return }
        if let problem = shape.problem(with: json) { return report(problem, on: name) }
        value = Value.read(json)
        if value == nil { report("cannot be read", on: name) }
    }

    mutating func values<Value: FieldValue>(
        _ name: String, _ values: inout [Value], each shape: FieldShape, _ list: ListShape
    ) {
        guard let items = takeList(name, list, isRequired: false) else { return }
        for (index, item) in items.enumerated() {
            if let problem = shape.problem(with: item) {
                report(problem, on: FieldPath.item(name, index))
            } else if let value = Value.read(item) {
                values.append(value)
            }
        }
        if list.isSet { reportDuplicates(items.map { [$0] }, name) { "\(Excerpt.of($0[0].text()))" } }
    }

    mutating func object<Object: FieldObject>(_ name: String, _ object: inout Object, _ presence: Presence) {
        guard let json = take(name, isRequired: presence == .required) else { return }
        errors += Self.read(json, into: &object, at: FieldPath.join(path, name), strictness)
    }

    mutating func object<Object: FieldObject>(_ name: String, _ object: inout Object?) {
        guard let json = take(name, isRequired: false) else { return }
        var read = Object()
        errors += Self.read(json, into: &read, at: FieldPath.join(path, name), strictness)
        object = read
    }

    mutating func objects<Object: FieldObject>(
        _ name: String, _ objects: inout [Object], _ list: ListShape, isRequired: Bool
    ) {
        guard let items = takeList(name, list, isRequired: isRequired) else { return }
        for (index, item) in items.enumerated() {
            var object = Object()
            let place = FieldPath.item(FieldPath.join(path, name), index)
            errors += Self.read(item, into: &object, at: place, strictness)
            objects.append(object)
        }
        guard !list.keys.isEmpty else { return }
        let keys = items.map { item in list.keys.map { item[$0] ?? .null } }
        reportDuplicates(keys, name) { key in
            zip(list.keys, key).map { "\($0) \(Excerpt.of($1.text()))" }.joined(separator: ", ")
        }
    }

    mutating func manifest<Checked: FieldObject>(_ name: String, _ json: inout JSONValue, as: Checked.Type) {
        guard let raw = take(name, isRequired: true) else { return }
        var checked = Checked()
        errors += Self.read(raw, into: &checked, at: FieldPath.join(path, name), strictness)
        json = raw
    }

    mutating func labels(_ name: String, _ labels: inout JSONObject, max: Int) {
        guard let json = take(name, isRequired: false) else { return }
        guard let members = json.objectValue else {
            return report("must be an object, found \(json.typeName)", on: name)
        }
        if members.count > max { report("must have at most \(max) entries, found \(members.count)", on: name) }
        for member in members {
            let place = FieldPath.member(name, member.key)
            if !DNSNames.isLabelKey(member.key) { report("is not a label key", on: place) }
            if let text = member.value.stringValue {
                if !DNSNames.isLabelValue(text) { report("\"\(Excerpt.of(text))\" is not a label value", on: place) }
            } else {
                report("must be a string, found \(member.value.typeName); quote it", on: place)
            }
        }
        labels = members
    }

    mutating func rule(_ message: String, _ site: RuleSite, on name: String?, holds: () -> Bool) {
        // A rule speaks of fields that are right in themselves; after an error its answer would only confuse.
        guard errors.isEmpty, !holds() else { return }
        errors.append(FieldError(path: name.map { FieldPath.join(path, $0) } ?? path, message: message))
    }
}

extension FieldDecoder {
    private mutating func report(_ message: String, on name: String) {
        errors.append(FieldError(path: FieldPath.join(path, name), message: message))
    }

    /// The value of a field; nil if it is absent. As in Kubernetes, null stands for absent.
    private mutating func take(_ name: String, isRequired: Bool, isNullable: Bool = false) -> JSONValue? {
        known.append(name)
        if let json = members[name], isNullable || !json.isNull { return json }
        if isRequired { report("must be set", on: name) }
        return nil
    }

    private mutating func takeList(_ name: String, _ list: ListShape, isRequired: Bool) -> [JSONValue]? {
        guard let json = take(name, isRequired: isRequired) else { return nil }
        guard let items = json.arrayValue else {
            report("must be a list, found \(json.typeName)", on: name)
            return nil
        }
        if items.count < list.min { report("must not be an empty list: leave the field out instead", on: name) }
        if items.count > list.max { report("must have at most \(list.max) entries, found \(items.count)", on: name) }
        return items
    }

    private mutating func reportDuplicates(
        _ keys: [[JSONValue]], _ name: String, describe: ([JSONValue]) -> String
    ) {
        var seen: Set<[JSONValue]> = []
        for (index, key) in keys.enumerated() where !seen.insert(key).inserted {
            report("duplicate entry: \(describe(key)) is already in the list", on: FieldPath.item(name, index))
        }
    }

    private mutating func finish(isOpen: Bool, minimumMembers: Int) {
        // What says nothing stands for absent here too: a selector of nulls or of no labels would select everything.
        if members.count(where: { ![.null, [:], []].contains($0.value) }) < minimumMembers {
            errors.append(FieldError(path: path, message: "must set at least one field: leave it out instead"))
        }
        guard strictness == .strict, !isOpen else { return }
        for member in members where !known.contains(where: { $0.utf8.elementsEqual(member.key.utf8) }) {
            report(NearestName.unknownField(member.key, known: known), on: Excerpt.of(member.key))
        }
    }
}
