public import JSONValue

/// Says where a live object is not as rendered.
///
/// Judged are `metadata.labels` and `metadata.annotations` (ours must be there with our values, foreign ones are
/// ignored) and `spec`. Numbers are compared by value, strings by bytes. A member that is null, an empty list or an
/// empty map equals an absent one: servers differ in what they keep of them, so that nothing can be concluded from it.
public enum LiveComparison {
    /// The differences, none if the live object is as rendered.
    /// - Parameters:
    ///   - rendered: the object as it was rendered.
    ///   - live: the object as a member's API server shows it; the version in its `apiVersion` does not matter.
    ///   - kind: its kind, which decides how the spec is judged.
    ///   - limit: how many differences are listed at most.
    /// - Returns: the differences, labels first, then annotations and spec.
    public static func differences(
        rendered: JSONValue, live: JSONValue, kind: TrafficKind, limit: Int = 100
    ) -> [Difference] {
        var list = DifferenceList(limit: limit)
        for part in ["labels", "annotations"] {
            let place = JSONPointer(tokens: ["metadata", part])
            let found = live.value("metadata", part)?.objectValue ?? JSONObject()
            for member in rendered.value("metadata", part)?.objectValue ?? JSONObject() {
                compareLeaf(member.value, found[member.key], place.appending(member.key), &list)
            }
        }
        let place = JSONPointer(tokens: ["spec"])
        switch kind.comparison {
        case .renderedFields: ServiceComparison.compare(rendered["spec"], live["spec"], place, &list)
        case .exactSpec:
            let keyed = kind == .serviceEntry ? JSONPointer(tokens: ["spec", "ports"]) : nil
            ExactComparison(keyedByName: keyed).compareMembers(rendered["spec"], live["spec"], place, &list)
        }
        return list.items
    }

    /// A JSON Patch (RFC 6902) that removes what an apply would leave; nil if there is no such thing.
    ///
    /// Its first operations test that the live object is still the one that was compared.
    /// - Parameters:
    ///   - differences: what `differences(rendered:live:kind:limit:)` found.
    ///   - live: the live object that was compared.
    /// - Returns: the patch's operations.
    public static func removal(of differences: [Difference], from live: JSONValue) -> JSONValue? {
        let extras = differences.filter { $0.change == .extra }
        guard !extras.isEmpty else { return nil }
        var operations: [JSONValue] = []
        for field in ["uid", "resourceVersion"] {
            guard let value = live.value("metadata", field) else { continue }
            operations.append(["op": "test", "path": .string("/metadata/\(field)"), "value": value])
        }
        // From the end, so that no removal moves the elements that later ones name.
        for extra in extras.reversed() {
            operations.append(["op": "remove", "path": .string(extra.pointer.description)])
        }
        return .array(operations)
    }

    private static func compareLeaf(
        _ ours: JSONValue, _ live: JSONValue?, _ pointer: JSONPointer, _ list: inout DifferenceList
    ) {
        guard let live else { return list.add(.missing, pointer, ours: ours, live: nil) }
        if ours != live { list.add(.changed, pointer, ours: ours, live: live) }
    }
}
