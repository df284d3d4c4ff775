import JSONValue

/// The smallest merge patch from one JSON value to another.
enum StatusPatch {
    /// A JSON Merge Patch (RFC 7386) that turns `from` into `to`; nil if nothing has to change.
    ///
    /// Lists are replaced as a whole. A member that is null counts as absent, for a merge patch cannot set null.
    static func merge(from: JSONValue, to: JSONValue) -> JSONValue? {
        guard let old = from.objectValue, let new = to.objectValue else { return from == to ? nil : to }
        var changes = JSONObject()
        for member in old where !member.value.isNull && new[member.key].map(\.isNull) ?? true {
            changes[member.key] = .null
        }
        for member in new where !member.value.isNull {
            guard let before = old[member.key], !before.isNull else {
                changes[member.key] = member.value
                continue
            }
            if let change = merge(from: before, to: member.value) { changes[member.key] = change }
        }
        return changes.isEmpty ? nil : .object(changes)
    }
}

/// What a change of status is about.
enum StatusChange {
    /// The fields of a row that belong to the rollout's state.
    private static let stateFields = [
        "revision", "waitingTime", "healthyTime", "acceptedRevision", "acceptedReason", "repairTime",
    ]

    /// Whether two statuses differ at most in what was observed, so that the write may wait for a while.
    ///
    /// Journal, gates and steps (`rollout` and the state in the rows), the generation that was evaluated, and the
    /// conditions Accepted and Placed must not wait.
    static func isObservationOnly(from: JSONValue, to: JSONValue) -> Bool {
        urgent(from) == urgent(to)
    }

    private static func urgent(_ status: JSONValue) -> JSONValue {
        var part: JSONObject = [:]
        part["rollout"] = status["rollout"].map(decided)
        part["observedGeneration"] = status["observedGeneration"]
        for condition in status["conditions"]?.arrayValue ?? [] {
            guard let type = condition["type"]?.stringValue, type == "Accepted" || type == "Placed" else { continue }
            part[type] = condition
        }
        var rows = JSONObject()
        for row in status["clusters"]?.arrayValue ?? [] {
            var state = JSONObject()
            for field in stateFields { state[field] = row[field] }
            if !state.isEmpty { rows[row["name"]?.stringValue ?? ""] = .object(state) }
        }
        part["clusters"] = .object(rows)
        return .object(part)
    }

    /// The rollout without what is counted, or quoted, from evidence.
    private static func decided(_ rollout: JSONValue) -> JSONValue {
        var rollout = rollout
        rollout["message"] = nil
        guard let steps = rollout["steps"]?.arrayValue else { return rollout }
        rollout["steps"] = .array(
            steps.map { step in
                var step = step
                step["available"] = nil
                return step
            })
        return rollout
    }
}
