import JSONValue

/// The places of one object that overrides have written so far, to tell where a later one writes over an earlier one.
struct WrittenPlaces {
    private struct Entry {
        let override: String
        let value: JSONValue?
    }

    private var entries: [JSONPointer: Entry] = [:]

    /// A place that two overrides write differently.
    struct Overlap: Hashable {
        let pointer: JSONPointer
        let earlier: String
    }

    /// The most that is told of one object: two overrides that rewrite one long list meet at every element.
    static let limit = 16

    /// Notes what an override has changed.
    ///
    /// A place counts only where the override finds exactly what the earlier one has put there: elements that have moved
    /// in a list are other elements.
    /// - Returns: the first places that another override wrote before, in the order of the document.
    mutating func note(_ changes: [FieldChange], by override: String) -> [Overlap] {
        var overlaps: [Overlap] = []
        for change in changes {
            if let entry = entries[change.pointer], entry.value == change.before, entry.override != override,
                overlaps.count < Self.limit
            {
                overlaps.append(Overlap(pointer: change.pointer, earlier: entry.override))
            }
            entries[change.pointer] = Entry(override: override, value: change.after)
        }
        return overlaps
    }
}
