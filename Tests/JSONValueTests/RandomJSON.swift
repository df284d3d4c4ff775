import JSONValue
import SeededRandom

/// Random values, documents, pointers and patches, small and full of what is easily got wrong.
struct RandomJSON {
    var generator: SplitMix64

    init(seed: UInt64) {
        generator = SplitMix64(seed: seed)
    }

    static let strings = [
        "", "a", "b", "ab", "é", "e\u{301}", "~", "/", "a/b", "m~n", "0", "1", "-", "\"", "\\", "\u{0}", "\n\r\t", "😀",
        "a key of more than fifteen bytes", "a key of more than fifteen bytez", "matching-a-together",
        "matching-b-together",
        "metadata", "name",
    ]
    static let numbers = [
        "0", "-0", "1", "1.0", "1e0", "-1", "0.5", "5e-1", "9223372036854775807", "9223372036854775808", "1e400",
        "100e398", "1e-400", "12.50", "999999999999999999999999",
    ]

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }

    mutating func string() -> String { Self.strings[below(Self.strings.count)] }

    mutating func value(depth: Int = 4) -> JSONValue {
        switch below(depth > 0 ? 9 : 6) {
        case 0: return .null
        case 1: return .bool(below(2) == 0)
        case 2: return .integer(Int64(below(5)))
        case 3: return .integer(Int64.random(in: .min ... .max, using: &generator))
        case 4: return JSONValue(numberLiteral: Self.numbers[below(Self.numbers.count)]) ?? .null
        case 5: return .string(string())
        case 6: return .array((0..<below(5)).map { _ in value(depth: depth - 1) })
        default: return .object(JSONObject((0..<below(6)).map { _ in (string(), value(depth: depth - 1)) }))
        }
    }

    /// A text of `value` with members in random order, space, and escapes where none is needed.
    mutating func text(_ value: JSONValue) -> String {
        let space = ["", "", " ", "\n\t"][below(4)]
        switch value {
        case .array(let elements):
            return space + "[" + elements.map { text($0) }.joined(separator: ",") + space + "]"
        case .object(let object):
            let members = object.shuffled(using: &generator).map {
                "\(text(.string($0.key)))\(space):\(text($0.value))"
            }
            return space + "{" + space + members.joined(separator: ",") + "}" + space
        case .string(let string) where below(3) == 0:
            return "\"" + string.utf16.map { "\\u" + hex($0) }.joined() + "\""
        default: return space + value.text() + space
        }
    }

    private func hex(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }

    /// A pointer that mostly leads somewhere in `value`.
    mutating func pointer(in value: JSONValue) -> JSONPointer {
        var tokens: [String] = []
        var current = value
        while below(4) > 0 {
            switch current {
            case .object(let object) where !object.isEmpty && below(5) > 0:
                let member = object[below(object.count)]
                tokens.append(member.key)
                current = member.value
            case .array(let elements) where !elements.isEmpty && below(5) > 0:
                let index = below(elements.count)
                tokens.append(String(index))
                current = elements[index]
            default:
                tokens.append(string())
                return JSONPointer(tokens: tokens)
            }
        }
        return JSONPointer(tokens: tokens)
    }

    mutating func operation(on value: JSONValue) -> JSONPatch.Operation {
        let kind = JSONPatch.Operation.Kind.allCases[below(6)]
        let path = pointer(in: value)
        switch kind {
        case .test:
            let found = below(3) > 0 ? value.value(at: path) : nil
            return .init(op: kind, path: path, value: found ?? self.value(depth: 2))
        case .add, .replace: return .init(op: kind, path: path, value: self.value(depth: 2))
        case .move, .copy: return .init(op: kind, path: path, from: pointer(in: value))
        case .remove: return .init(op: kind, path: path)
        }
    }

    mutating func bytes(count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
