/// What applying a patch may cost at most, whatever the patch says.
public struct JSONPatchLimits: Sendable, Hashable {
    /// The most operations in one patch.
    public var maxOperations: Int
    /// The most bytes of JSON that add, replace and copy together may put in; what is removed is not credited.
    public var maxGrowthBytes: Int
    /// The deepest nesting of the result; more than 512 counts as 512 (see `JSONValue`).
    public var maxDepth: Int

    /// Makes limits; the defaults are 200 operations, 1 MiB and 512 levels.
    public init(
        maxOperations: Int = 200, maxGrowthBytes: Int = 1 << 20, maxDepth: Int = JSONLimits.hardDepth
    ) {
        self.maxOperations = maxOperations
        self.maxGrowthBytes = maxGrowthBytes
        self.maxDepth = maxDepth
    }

    /// 200 operations, 1 MiB of growth, 512 levels.
    public static let `default` = JSONPatchLimits()
}
