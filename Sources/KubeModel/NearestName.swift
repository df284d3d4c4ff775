/// Finds the name that a misspelt one was meant to be.
public enum NearestName {
    /// The message about a field that a type does not have.
    public static func unknownField(_ name: String, known: [String]) -> String {
        if let nearest = nearest(to: name, in: known) { return "unknown field; did you mean \(nearest)?" }
        return "unknown field; known here: \(known.sorted().joined(separator: ", "))"
    }

    /// The candidate that differs least from `name`, if it differs in a third of its letters at most.
    public static func nearest(to name: String, in candidates: [String]) -> String? {
        // Longer input is no slip of the fingers, and the comparison costs the product of the lengths.
        guard name.utf8.count <= 64 else { return nil }
        let best = candidates.map { ($0, distance(name.lowercased(), $0.lowercased())) }.min { $0.1 < $1.1 }
        guard let best, best.1 <= max(2, best.0.utf8.count / 3), best.1 < name.utf8.count else { return nil }
        return best.0
    }

    /// The number of inserted, removed and replaced bytes that turn `left` into `right` (Levenshtein 1966).
    private static func distance(_ left: String, _ right: String) -> Int {
        var row = Array(0...right.utf8.count)
        for (line, byte) in left.utf8.enumerated() {
            var next = [line + 1]
            for (column, other) in right.utf8.enumerated() {
                next.append(min(row[column] + (byte == other ? 0 : 1), row[column + 1] + 1, next[column] + 1))
            }
            row = next
        }
        return row[right.utf8.count]
    }
}
