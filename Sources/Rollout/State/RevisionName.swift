/// The name of a revision, its number and its hash: `7-6c9f8d4b7`.
///
/// Numbers are given out per AccessPoint and never twice; a gate token speaks of the number alone (`r7/canary`).
public struct RevisionName: Sendable, Hashable {
    /// The number, counted from 1.
    public let number: Int64
    /// The hash of what is frozen in the revision: lower-case letters and digits.
    public let hash: String

    /// Makes a name from its parts.
    public init(number: Int64, hash: String) {
        self.number = number
        self.hash = hash
    }
}

extension RevisionName: CustomStringConvertible, LosslessStringConvertible {
    /// Reads `7-6c9f8d4b7`; nil unless it is a positive number, a dash and at least one letter or digit.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts.first, let last = parts.last, !last.isEmpty,
            let number = Int64(first), number > 0,
            last.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) })
        else { return nil }
        self.init(number: number, hash: String(last))
    }

    /// The name as it is stored: number, dash, hash.
    public var description: String { "\(number)-\(hash)" }
}
