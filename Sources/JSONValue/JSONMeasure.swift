/// Adds up how long and how deep a value is, and stops as soon as it is too much.
///
/// A value can share its parts, so that a short program makes one that is endless as text; hence the budget.
struct JSONMeasure {
    /// Bytes of compact JSON that may still be used; escapes are not counted.
    private(set) var remaining: Int
    private let maxDepth: Int
    private(set) var isTooDeep = false

    init(budget: Int, maxDepth: Int) {
        remaining = budget
        self.maxDepth = maxDepth
    }

    /// Whether `value`, standing inside `depth` arrays and objects, stays within the budget and the depth.
    mutating func fits(_ value: JSONValue, depth: Int) -> Bool {
        switch value {
        case .null: take(4)
        case .bool(let flag): take(flag ? 4 : 5)
        case .integer(let integer): take(String(integer).utf8.count)
        case .number(let number): take(number.text.utf8.count)
        case .string(let string): take(string.utf8.count + 2)
        case .array(let elements):
            enter(depth) && take(elements.count + 1) && elements.allSatisfy { fits($0, depth: depth + 1) }
        case .object(let object):
            enter(depth) && take(object.count + 1)
                && object.members.allSatisfy { take($0.key.utf8.count + 3) && fits($0.value, depth: depth + 1) }
        }
    }

    /// Uses up `count` bytes if so many remain.
    mutating func take(_ count: Int) -> Bool {
        guard count <= remaining else { return false }
        remaining -= count
        return true
    }

    private mutating func enter(_ depth: Int) -> Bool {
        if depth >= maxDepth { isTooDeep = true }
        return !isTooDeep
    }
}
