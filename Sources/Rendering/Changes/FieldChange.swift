public import JSONValue
import TrafficModel

/// One place where an object changes.
///
/// Between two renderings whatever is not the same is a change: other than in a comparison with a live object there are no
/// fields of others and no defaults of servers.
public struct FieldChange: Sendable, Hashable {
    /// The place: in the new object, or in the old one if it is only there.
    public let pointer: JSONPointer
    /// What stood there; nil if it is added.
    public let before: JSONValue?
    /// What is to stand there; nil if it is removed.
    public let after: JSONValue?

    private init(pointer: JSONPointer, before: JSONValue?, after: JSONValue?) {
        self.pointer = pointer
        self.before = before
        self.after = after
    }

    /// The change that an apply would make of a difference.
    init(_ difference: Difference) {
        self.init(pointer: difference.pointer, before: difference.live, after: difference.ours)
    }

    /// The change of an object that comes or goes.
    static func whole(before: JSONValue?, after: JSONValue?) -> FieldChange {
        FieldChange(pointer: JSONPointer(tokens: []), before: before, after: after)
    }

    /// Every place where an object differs from another, in the order of the document.
    ///
    /// Elements that two lists have in common at their ends are not touched, so that an insertion is one change.
    public static func between(_ old: JSONValue, and new: JSONValue) -> [FieldChange] {
        var changes: [FieldChange] = []
        compare(old, new, JSONPointer(tokens: []), &changes)
        return changes
    }

    private static func compare(
        _ old: JSONValue, _ new: JSONValue, _ pointer: JSONPointer, _ changes: inout [FieldChange]
    ) {
        guard old != new else { return }
        switch (old, new) {
        case (.object(let before), .object(let after)):
            var all = after
            for member in before where after[member.key] == nil { all[member.key] = member.value }
            for key in all.keys { pair(before[key], after[key], pointer.appending(key), &changes) }
        case (.array(let before), .array(let after)):
            let start = zip(before, after).prefix { $0 == $1 }.count
            let (left, right) = (before.dropFirst(start), after.dropFirst(start))
            let end = zip(left.reversed(), right.reversed()).prefix { $0 == $1 }.count
            let middles = (Array(left.dropLast(end)), Array(right.dropLast(end)))
            for index in 0..<max(middles.0.count, middles.1.count) {
                pair(middles.0[safe: index], middles.1[safe: index], pointer.appending(String(start + index)), &changes)
            }
        default: changes.append(FieldChange(pointer: pointer, before: old, after: new))
        }
    }

    private static func pair(
        _ old: JSONValue?, _ new: JSONValue?, _ pointer: JSONPointer, _ changes: inout [FieldChange]
    ) {
        if let old, let new { return compare(old, new, pointer, &changes) }
        changes.append(FieldChange(pointer: pointer, before: old, after: new))
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
