import JSONValue

/// How large and deep what is rendered may be.
///
/// An API server takes 1.5 MiB per request at most, and every object travels with its managed fields in every watch; a
/// proxy that is handed more configuration than it was built for fails as a whole.
public enum RenderBudget {
    /// The most bytes of one object as canonical JSON.
    public static let objectBytes = 256 * 1024
    /// The most bytes of all objects of a target together.
    public static let setBytes = 1024 * 1024
    /// The most levels of objects and lists in one object.
    public static let depth = 64
    /// The most bytes of the frozen inputs of a revision.
    public static let revisionBytes = 512 * 1024
    /// The most labels of a target that an AccessPoint may read.
    public static let labels = 64
    /// The most problems that are listed.
    public static let problems = 100

    /// Why a value is beyond the limits of one object; nil if it is within.
    ///
    /// The size is counted without escapes and separators, never more than it is, and only as far as the limit.
    static func excess(_ value: JSONValue) -> String? {
        var meter = Meter(remaining: objectBytes)
        guard meter.fits(value, depth: 1) else {
            return meter.isTooDeep
                ? "it nests deeper than \(depth) levels" : "it is larger than \(objectBytes / 1024) KiB"
        }
        return nil
    }

    private struct Meter {
        var remaining: Int
        var isTooDeep = false

        mutating func fits(_ value: JSONValue, depth: Int) -> Bool {
            switch value {
            case .string(let text): return take(text.utf8.count)
            case .number(let number): return take(number.text.utf8.count)
            case .null, .bool, .integer: return take(1)
            case .array(let elements):
                return enter(depth) && take(2) && elements.allSatisfy { fits($0, depth: depth + 1) }
            case .object(let members):
                return enter(depth) && take(2)
                    && members.allSatisfy { take($0.key.utf8.count) && fits($0.value, depth: depth + 1) }
            }
        }

        private mutating func enter(_ depth: Int) -> Bool {
            if depth > RenderBudget.depth { isTooDeep = true }
            return !isTooDeep
        }

        private mutating func take(_ count: Int) -> Bool {
            guard count <= remaining else { return false }
            remaining -= count
            return true
        }
    }
}
