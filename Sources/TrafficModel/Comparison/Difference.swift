public import JSONValue

/// One place where a live object is not as rendered.
public struct Difference: Sendable, Hashable {
    /// What is wrong there.
    public enum Change: String, Sendable, Hashable {
        /// The rendering has it, the live object has not.
        case missing
        /// Both have it, with different values. Inside a list that an apply replaces as a whole this is also what
        /// only the live object has.
        case changed
        /// Only the live object has it, and an apply would leave it: someone else owns it.
        case extra
    }

    /// The place, in the live object; for what is missing, in the rendering.
    public let pointer: JSONPointer
    /// What is wrong there.
    public let change: Change
    /// The rendered value.
    public let ours: JSONValue?
    /// The live value.
    public let live: JSONValue?
}

extension Difference: CustomStringConvertible {
    /// `/spec/hosts/0 changed`; without the values, which may be long.
    public var description: String { "\(pointer) \(change.rawValue)" }
}

/// Collects differences up to a limit.
struct DifferenceList {
    private(set) var items: [Difference] = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var isFull: Bool { items.count >= limit }

    mutating func add(_ change: Difference.Change, _ pointer: JSONPointer, ours: JSONValue?, live: JSONValue?) {
        guard !isFull else { return }
        items.append(Difference(pointer: pointer, change: change, ours: ours, live: live))
    }
}
