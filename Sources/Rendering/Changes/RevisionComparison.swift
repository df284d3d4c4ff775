/// How the rendering of a set of targets differs from another.
public struct RevisionComparison: Sendable, Hashable {
    /// Targets of both whose objects differ.
    public let changed: [String]
    /// Targets that only the new rendering has.
    public let joined: [String]
    /// Targets that only the old rendering has.
    public let left: [String]

    /// Compares two renderings; the order of the sets does not matter, the answers are in byte order.
    public init(from old: [RenderedSet], to new: [RenderedSet]) {
        let before = Dictionary(old.map { ($0.target, $0.hash) }, uniquingKeysWith: { $1 })
        let after = Dictionary(new.map { ($0.target, $0.hash) }, uniquingKeysWith: { $1 })
        func sorted(_ names: some Sequence<String>) -> [String] {
            names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
        changed = sorted(after.keys.filter { before[$0] != nil && before[$0] != after[$0] })
        joined = sorted(after.keys.filter { before[$0] == nil })
        left = sorted(before.keys.filter { after[$0] == nil })
    }

    /// Whether there is a reason for a new revision: some target would get other objects.
    ///
    /// A target that joins or leaves is none by itself; it is brought to, or taken from, the revision that there is.
    public var differs: Bool { !changed.isEmpty }
}
