/// One thing that has to be in order, by name.
public struct HealthCheck: Sendable {
    /// Its name: lower case and dashes.
    public let name: String
    /// What is wrong; nil if nothing is. Nothing secret may be in it.
    public let problem: @Sendable () -> String?

    /// Makes a check.
    public init(_ name: String, problem: @escaping @Sendable () -> String?) {
        self.name = name
        self.problem = problem
    }
}

extension HTTPRoute {
    /// Health in the manner of kube-apiserver and controller-runtime: `PATH` tells whether all checks pass, with
    /// `?verbose` one line for each, `PATH/NAME` asks one alone.
    ///
    /// Unlike there the reason of a failure is told: who asks is on the way to mend it.
    ///
    /// - Parameters:
    ///   - path: such as `/readyz`.
    ///   - checks: all of them.
    /// - Returns: the routes; they answer 200 or 500.
    public static func health(_ path: String, _ checks: [HealthCheck]) -> [HTTPRoute] {
        let title = path.drop { $0 == "/" }
        func route(_ path: String, _ checks: [HealthCheck]) -> HTTPRoute {
            HTTPRoute(path) { query in
                let found = checks.map { (name: $0.name, problem: $0.problem()) }
                let passed = found.allSatisfy { $0.problem == nil }
                guard !passed || query.has("verbose") else { return HTTPAnswer(body: "ok") }
                let lines = found.map { check in
                    check.problem.map { "[-]\(check.name) failed: \(Self.line($0))\n" } ?? "[+]\(check.name) ok\n"
                }
                return HTTPAnswer(
                    status: passed ? 200 : 500,
                    body: lines.joined() + "\(title) check \(passed ? "passed" : "failed")\n")
            }
        }
        return [route(path, checks)] + checks.map { route("\(path)/\($0.name)", [$0]) }
    }

    private static func line(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }
}
