/// What the parser accepts at most.
public struct JSONLimits: Sendable, Hashable {
    /// The longest document in bytes.
    public var maxBytes: Int
    /// The deepest nesting of arrays and objects; more than 512 counts as 512 (see `JSONValue`).
    public var maxDepth: Int

    /// Makes limits; the defaults are 64 MiB and 512 levels.
    public init(maxBytes: Int = 64 << 20, maxDepth: Int = JSONLimits.hardDepth) {
        self.maxBytes = maxBytes
        self.maxDepth = maxDepth
    }

    /// No value of this library nests deeper.
    public static let hardDepth = 512

    /// 64 MiB and 512 levels.
    public static let `default` = JSONLimits()
}
