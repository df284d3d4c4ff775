/// The most that is read of one YAML file.
public struct YAMLLimits: Sendable, Hashable {
    /// The most bytes of the file, and of all scalars after aliases are resolved.
    public var maxBytes: Int
    /// The most values, counted again at every alias to them.
    public var maxNodes: Int
    /// The deepest nesting of sequences and mappings.
    public var maxDepth: Int

    /// Makes limits; the defaults suit manifests written by people.
    public init(maxBytes: Int = 4 << 20, maxNodes: Int = 200_000, maxDepth: Int = 100) {
        self.maxBytes = maxBytes
        self.maxNodes = maxNodes
        self.maxDepth = maxDepth
    }

    /// 4 MiB, 200,000 values, 100 levels.
    public static let `default` = YAMLLimits()
}
