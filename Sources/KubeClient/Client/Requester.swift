/// Who made a request, and so to whom an error says what to do.
public struct Requester: Sendable, Hashable {
    /// Whose rights count, as messages say it.
    let account: String
    /// What has to reach the server.
    let machine: String

    /// Names a requester.
    /// - Parameters:
    ///   - account: whose rights count: `grant ACCOUNT get on secrets`.
    ///   - machine: what has to reach the server: `let MACHINE reach it`.
    public init(account: String, machine: String) {
        self.account = account
        self.machine = machine
    }

    /// The operator, which has an account in each cluster.
    public static let `operator` = Requester(account: "the operator's user", machine: "the operator")
}
