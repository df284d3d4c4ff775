import KubeModel

extension Verdict {
    private static let mark = "warning: "

    /// The verdict with a warning behind its message, which changes nothing else.
    ///
    /// - Parameters:
    ///   - warning: what was seen; nil: nothing.
    ///   - isOpen: whether not everything has been looked at; then a warning of before stands.
    ///   - before: the condition as it was.
    /// - Returns: the verdict with what is warned of now or stands from before; itself if that is nothing.
    func warned(_ warning: String?, isOpen: Bool, before: Condition?) -> Verdict {
        let standing = isOpen ? before?.message.firstRange(of: Self.mark) : nil
        guard let words = standing.flatMap({ before?.message[$0.upperBound...] }).map(String.init) ?? warning
        else { return self }
        var verdict = self
        verdict.message += (message.isEmpty ? "" : "; ") + Self.mark + words
        return verdict
    }
}
