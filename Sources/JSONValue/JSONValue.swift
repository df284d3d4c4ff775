/// A JSON document held as a value: strings and keys byte-exact, numbers exact, object members sorted.
///
/// Equality is by value: strings compare by their UTF-8 bytes (a composed and a decomposed "é" differ), numbers by
/// the quantity they denote (`1`, `1.0` and `1e0` are equal: RFC 6902 section 4.6), arrays in order, objects by
/// their members whatever their order in the text was. Equal values have equal hashes and equal `canonicalBytes()`.
///
/// Values that come from the parser and from JSON Patch nest at most 512 levels deep, so that walking or releasing
/// one never exhausts a thread's stack. A program that nests values by hand keeps that bound itself.
public enum JSONValue: Sendable {
    /// The literal `null`.
    case null
    /// The literals `true` and `false`.
    case bool(Bool)
    /// A number written as an integer (no fraction, no exponent) that fits 64 bits.
    case integer(Int64)
    /// Any other number, in its exact text.
    case number(JSONNumber)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object(JSONObject)
}

extension JSONValue: Hashable {
    /// Compares by value: strings by bytes, numbers by quantity, objects by members.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.integer(let a), .integer(let b)): a == b
        case (.integer(let a), .number(let b)), (.number(let b), .integer(let a)): b.integer == a
        case (.number(let a), .number(let b)): a == b
        case (.string(let a), .string(let b)): a.hasSameBytes(as: b)
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        default: false
        }
    }

    /// Feeds the value into `hasher` so that equal values hash alike.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0 as UInt8)
        case .bool(let flag): hasher.combine(flag ? 1 as UInt8 : 2)
        case .integer(let integer):
            hasher.combine(3 as UInt8)
            hasher.combine(integer)
        case .number(let number):
            if let integer = number.integer { return JSONValue.integer(integer).hash(into: &hasher) }
            hasher.combine(4 as UInt8)
            hasher.combine(number)
        case .string(let string):
            hasher.combine(5 as UInt8)
            hasher.combine(string)
        case .array(let elements):
            hasher.combine(6 as UInt8)
            hasher.combine(elements)
        case .object(let object):
            hasher.combine(7 as UInt8)
            hasher.combine(object)
        }
    }
}

extension JSONValue: CustomStringConvertible {
    /// The compact JSON text.
    public var description: String { text() }

    /// What kind of value this is, as a phrase for messages: "an object", "a string".
    public var kindDescription: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
