extension JSONValue {
    /// The result of applying a JSON Merge Patch (RFC 7386) to this value.
    ///
    /// Members of `patch` replace those of this object one by one, recursively; a null removes its member; anything
    /// in `patch` that is not an object (arrays too) replaces as a whole. A value that is no object counts as empty
    /// where `patch` is an object. The result nests no deeper than the deeper of the two.
    public func mergePatched(with patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        let members = objectValue?.members ?? []
        var merged: [JSONObject.Member] = []
        merged.reserveCapacity(members.count + changes.count)
        var index = 0
        for change in changes.members {
            // Both sides ascend, so one pass merges them.
            while index < members.count, members[index].key.precedesByBytes(change.key) {
                merged.append(members[index])
                index += 1
            }
            var old = JSONValue.null
            if index < members.count, members[index].key.hasSameBytes(as: change.key) {
                old = members[index].value
                index += 1
            }
            guard !change.value.isNull else { continue }
            merged.append(JSONObject.Member(key: change.key, value: old.mergePatched(with: change.value)))
        }
        merged.append(contentsOf: members[index...])
        return .object(JSONObject(sorted: merged))
    }
}
