import JSONValue

/// The schema of an object as its `visit` tells it.
struct FieldTable {
    indirect enum Node {
        case value(FieldShape)
        case list(Node, ListShape)
        case object(FieldTable)
        case labels(max: Int)
    }

    struct Field {
        var name: String
        var node: Node
        var isRequired: Bool
        var fallback: JSONValue?
        /// Rules of the schema on this one field.
        var rules: [String] = []
    }

    var fields: [Field] = []
    /// Rules of the schema on the whole object.
    var rules: [String] = []
    var isOpen: Bool
    var minimumMembers: Int

    init<Object: FieldObject>(of: Object.Type) {
        isOpen = Object.isOpen
        minimumMembers = Object.minimumMembers
        var reader = FieldTableReader(table: self)
        var fresh = Object()
        fresh.visit(&reader)
        self = reader.table
    }
}

/// Notes every field that a `visit` names.
private struct FieldTableReader: FieldVisitor {
    var table: FieldTable

    private mutating func add(
        _ name: String, _ node: FieldTable.Node, isRequired: Bool = false, fallback: JSONValue? = nil
    ) {
        table.fields.append(.init(name: name, node: node, isRequired: isRequired, fallback: fallback))
    }

    mutating func value<Value: FieldValue>(
        _ name: String, _ value: inout Value, _ shape: FieldShape, _ presence: Presence
    ) {
        let fallback = JSONValue?.some(value.json)
        add(name, .value(shape), isRequired: presence == .required, fallback: presence == .defaulted ? fallback : .none)
    }

    mutating func value<Value: FieldValue>(
        _ name: String, _ value: inout Value?, _ shape: FieldShape, isRequired: Bool
    ) {
        add(name, .value(shape), isRequired: isRequired)
    }

    mutating func values<Value: FieldValue>(
        _ name: String, _ values: inout [Value], each shape: FieldShape, _ list: ListShape
    ) {
        add(name, .list(.value(shape), list))
    }

    mutating func object<Object: FieldObject>(_ name: String, _ object: inout Object, _ presence: Presence) {
        let node = FieldTable.Node.object(FieldTable(of: Object.self))
        let fallback = JSONValue?.some(.object(JSONObject()))
        add(name, node, isRequired: presence == .required, fallback: presence == .defaulted ? fallback : .none)
    }

    mutating func object<Object: FieldObject>(_ name: String, _ object: inout Object?) {
        add(name, .object(FieldTable(of: Object.self)))
    }

    mutating func objects<Object: FieldObject>(
        _ name: String, _ objects: inout [Object], _ list: ListShape, isRequired: Bool
    ) {
        add(name, .list(.object(FieldTable(of: Object.self)), list), isRequired: isRequired)
    }

    mutating func manifest<Checked: FieldObject>(_ name: String, _ json: inout JSONValue, as: Checked.Type) {
        add(name, .object(FieldTable(of: Checked.self)), isRequired: true)
    }

    mutating func labels(_ name: String, _ labels: inout JSONObject, max: Int) { add(name, .labels(max: max)) }

    mutating func rule(_ message: String, _ site: RuleSite, on name: String?, holds: () -> Bool) {
        guard site == .schema else { return }
        guard let name else { return table.rules.append(message) }
        guard let index = table.fields.firstIndex(where: { $0.name == name }) else { return }
        table.fields[index].rules.append(message)
    }
}
