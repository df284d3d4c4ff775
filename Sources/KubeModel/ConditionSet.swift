public import JSONValue

/// The conditions of one object, at most one of each type, in a stable order.
///
/// Source of the merge rule: the Kubernetes API conventions and `apimachinery/pkg/api/meta/conditions.go`.
public struct ConditionSet: Sendable, Hashable {
    /// The conditions: first those that were read, in their order, then new ones as they were set.
    public private(set) var conditions: [Condition]

    /// Makes a set; of several conditions of one type the first is kept.
    public init(_ conditions: [Condition] = []) {
        self.conditions = []
        for condition in conditions where self[condition.type] == nil { self.conditions.append(condition) }
    }

    /// Reads `status.conditions`; entries that are not conditions are left out, anything but an array is empty.
    public init(_ json: JSONValue?) {
        self.init((json?.arrayValue ?? []).compactMap { Condition($0) })
    }

    /// The set as the value of `status.conditions`.
    public var json: JSONValue { .array(conditions.map(\.json)) }

    /// The condition of this type, if there is one.
    public subscript(type: String) -> Condition? {
        conditions.first { ByteOrder.equal($0.type, type) }
    }

    /// Whether the condition of this type is known to hold.
    public func isTrue(_ type: String) -> Bool { self[type]?.status == .true }

    /// Puts `condition` in the place of the one of its type, or at the end.
    ///
    /// `lastTransitionTime` becomes the condition's own time or `now` (to the second) only when the status differs
    /// from before; otherwise the time before is kept. All other members are those of the new condition.
    /// - Returns: whether anything changed, so that an unchanged status need not be written.
    @discardableResult
    public mutating func set(_ condition: Condition, now: Timestamp) -> Bool {
        var next = condition
        let time = (condition.lastTransitionTime ?? now).wholeSeconds
        guard let index = conditions.firstIndex(where: { ByteOrder.equal($0.type, condition.type) }) else {
            next.lastTransitionTime = time
            conditions.append(next)
            return true
        }
        let before = conditions[index]
        next.lastTransitionTime = before.status == next.status ? before.lastTransitionTime ?? time : time
        conditions[index] = next
        return next != before
    }

    /// Removes the condition of this type.
    public mutating func remove(_ type: String) {
        conditions.removeAll { ByteOrder.equal($0.type, type) }
    }
}
