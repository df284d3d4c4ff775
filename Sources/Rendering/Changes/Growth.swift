/// How much larger a revision is than the stable one, where that is so much that a person has to look.
///
/// A template that multiplies by mistake is valid object by object; what tells it is its size. Growth counts where a set
/// has more than twice the objects or bytes that the stable revision renders for the same target, or all of them have
/// together. Below ``floor`` and ``wholeFloor`` nothing counts, so that small sets never ask. A target without a stable
/// set is left out: that more clusters are chosen is seen in the placement.
public struct Growth: Sendable, Hashable {
    /// Objects and bytes.
    public struct Size: Sendable, Hashable {
        /// How many objects.
        public var objects: Int
        /// Their bytes as canonical JSON.
        public var bytes: Int

        /// Makes a size.
        public init(objects: Int, bytes: Int) { (self.objects, self.bytes) = (objects, bytes) }

        /// The size of sets.
        init(_ sets: [RenderedSet]) {
            self.init(
                objects: sets.reduce(0) { $0 + $1.objects.count },
                bytes: sets.reduce(0) { $0 + $1.objects.reduce(0) { $0 + $1.bytes } })
        }
    }

    /// What the set of one target may have without being asked about, whatever it had before.
    public static let floor = Size(objects: 10, bytes: 64 * 1024)
    /// What all sets together may have without being asked about.
    public static let wholeFloor = Size(objects: 100, bytes: 1024 * 1024)

    /// The targets whose own sets have grown so much, by name; empty where only all together have.
    public let targets: [String]
    /// The size at the stable revision: of the first of these targets, or of all together.
    public let stable: Size
    /// The size now.
    public let next: Size

    /// Compares what a revision renders with what the stable one does; nil where no person has to look.
    ///
    /// - Parameters:
    ///   - stable: the sets of the stable revision, by target.
    ///   - next: the sets of the new one, by target.
    public init?(from stable: [String: RenderedSet], to next: [String: RenderedSet]) {
        let pairs = next.keys.sorted().compactMap { target in
            next[target].flatMap { new in stable[target].map { (target: target, old: $0, new: new) } }
        }
        let grown = pairs.filter { Self.isGrowth(from: Size([$0.old]), to: Size([$0.new]), over: Self.floor) }
        targets = grown.map(\.target)
        let shown = grown.first.map { [$0] } ?? pairs
        self.stable = Size(shown.map(\.old))
        self.next = Size(shown.map(\.new))
        guard !grown.isEmpty || Self.isGrowth(from: self.stable, to: self.next, over: Self.wholeFloor) else {
            return nil
        }
    }

    private static func isGrowth(from old: Size, to new: Size, over floor: Size) -> Bool {
        new.objects > max(2 * old.objects, floor.objects) || new.bytes > max(2 * old.bytes, floor.bytes)
    }
}

extension Growth: CustomStringConvertible {
    /// `the set of eu-1 (and 2 more) is more than twice as large as at the stable revision: 24 objects instead of 8, ...`.
    public var description: String {
        let others = targets.count > 1 ? " (and \(targets.count - 1) more)" : ""
        let what = targets.first.map { "the set of \($0)\(others) is" } ?? "the sets of all targets together are"
        return "\(what) more than twice as large as at the stable revision: \(next.objects) objects instead of "
            + "\(stable.objects), \(next.bytes) bytes instead of \(stable.bytes)"
    }
}
