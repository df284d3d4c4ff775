import JSONValue

/// Whether a field must be there, and what stands for it when it is absent.
enum Presence {
    case required
    /// The schema holds a default: the value of a fresh object.
    case defaulted
    /// The schema holds no default; the value of a fresh object stands for an absent field.
    case implied
}

/// The rules of a list.
struct ListShape: Equatable {
    var min = 0
    var max: Int
    /// Fields whose values together are unique; empty for a list without such a rule.
    var keys: [String] = []
    /// Whether the items themselves are unique.
    var isSet = false

    static func set(_ range: ClosedRange<Int>) -> ListShape {
        ListShape(min: range.lowerBound, max: range.upperBound, isSet: true)
    }

    static func keyed(_ keys: String..., count: ClosedRange<Int>) -> ListShape {
        ListShape(min: count.lowerBound, max: count.upperBound, keys: keys)
    }

    static func plain(_ range: ClosedRange<Int>) -> ListShape {
        ListShape(min: range.lowerBound, max: range.upperBound)
    }
}

/// Where else a rule is checked.
enum RuleSite: Equatable {
    /// The CRD holds the rule too, at the same place and with the same words.
    case schema
    /// A schema cannot express the rule.
    case code
}

/// Walks the fields of an object in the order of the schema.
///
/// Each type names its fields once, in `visit`; decoder, encoder and field table are visitors, so that no two of
/// them can disagree about a name, a limit or a default.
protocol FieldVisitor {
    mutating func value<Value: FieldValue>(
        _ name: String, _ value: inout Value, _ shape: FieldShape, _ presence: Presence)
    mutating func value<Value: FieldValue>(
        _ name: String, _ value: inout Value?, _ shape: FieldShape, isRequired: Bool)
    mutating func values<Value: FieldValue>(
        _ name: String, _ values: inout [Value], each: FieldShape, _ list: ListShape)
    mutating func object<Object: FieldObject>(_ name: String, _ object: inout Object, _ presence: Presence)
    mutating func object<Object: FieldObject>(_ name: String, _ object: inout Object?)
    mutating func objects<Object: FieldObject>(
        _ name: String, _ objects: inout [Object], _ list: ListShape, isRequired: Bool)
    /// An object that is kept as it is and in which only the fields of `Checked` are looked at.
    mutating func manifest<Checked: FieldObject>(_ name: String, _ json: inout JSONValue, as: Checked.Type)
    /// A map from label keys to label values.
    mutating func labels(_ name: String, _ labels: inout JSONObject, max: Int)
    /// A rule on the whole object, or on its field `name`; `holds` is asked only once the fields are read.
    mutating func rule(_ message: String, _ site: RuleSite, on name: String?, holds: () -> Bool)
}

extension FieldVisitor {
    mutating func value<Value: FieldValue>(_ name: String, _ value: inout Value?, _ shape: FieldShape) {
        self.value(name, &value, shape, isRequired: false)
    }

    mutating func choice<Choice: FieldChoice>(_ name: String, _ value: inout Choice, _ presence: Presence) {
        self.value(name, &value, .choice(Choice.self), presence)
    }

    mutating func choice<Choice: FieldChoice>(_ name: String, _ value: inout Choice?) {
        self.value(name, &value, .choice(Choice.self), isRequired: false)
    }

    mutating func objects<Object: FieldObject>(_ name: String, _ objects: inout [Object], _ list: ListShape) {
        self.objects(name, &objects, list, isRequired: false)
    }

    /// Names, each 1 to 63 characters long, without duplicates.
    mutating func names(_ name: String, _ values: inout [String], _ range: ClosedRange<Int>) {
        self.values(name, &values, each: .text(1...63), .set(range))
    }

    mutating func rule(_ message: String, _ site: RuleSite, on name: String? = nil, _ holds: @autoclosure () -> Bool) {
        rule(message, site, on: name, holds: holds)
    }
}

/// A type of objects with named fields.
protocol FieldObject {
    /// An object whose fields have the values that stand for absent ones.
    init()
    /// How many fields must be there.
    static var minimumMembers: Int { get }
    /// Whether fields that `visit` does not name are allowed.
    static var isOpen: Bool { get }
    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor)
}

extension FieldObject {
    static var minimumMembers: Int { 0 }
    static var isOpen: Bool { false }
}
