/// The run of a reconciler within which code executes, so that log lines of one run can be found together.
///
/// It is there for the reconciler and for every task that it starts, those included that go on after it has returned: what
/// they do was decided in that run.
public struct ReconcileScope: Sendable, Hashable {
    /// The controller.
    public let controller: String
    /// The run: 32 hexadecimal digits, as an identifier of a trace in W3C Trace Context.
    public let id: String

    /// The run of this task; nil outside of any.
    @TaskLocal public static var current: ReconcileScope?

    /// A run that begins.
    init(controller: String) {
        self.controller = controller
        let digits = [UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max)].map { half in
            let text = String(half, radix: 16)
            return String(repeating: "0", count: 16 - text.utf8.count) + text
        }
        id = digits.joined()
    }
}
