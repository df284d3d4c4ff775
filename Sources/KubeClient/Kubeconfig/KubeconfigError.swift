/// Why a kubeconfig cannot be used; never holds a value from it.
public struct KubeconfigError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which file, or which part: `users["admin"].user.exec`.
    public let subject: String
    /// What is wrong with it.
    public let problem: String
    /// What to do.
    public let remedy: String

    /// Makes an error.
    public init(_ subject: String, _ problem: String, _ remedy: String) {
        self.subject = subject
        self.problem = problem
        self.remedy = remedy
    }

    /// All three on one line.
    public var description: String { "\(subject): \(problem) -- \(remedy)" }
}
