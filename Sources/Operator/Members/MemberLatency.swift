/// How long a member takes to answer as a rule, in steps so coarse that a status which shows it stays as it is while
/// nothing changes in earnest.
struct MemberLatency: Sendable, Hashable {
    /// The steps in milliseconds; what is less than the first is all the same to a rollout.
    static let steps = [50, 100, 200, 500, 1000, 2000, 5000, 10_000]
    /// Answers of which the median is taken.
    static let window = 31
    /// Answers before anything is said.
    static let least = 5
    /// The share by which the median must be beyond a step before another one is shown.
    private static let slack = 0.25

    private var times: [Duration] = []
    /// The step below which half of the answers came, or the last one; nil: there were too few.
    private(set) var milliseconds: Int?

    /// Takes in the time to an answer.
    mutating func note(_ time: Duration) {
        times = times.suffix(Self.window - 1) + [time]
        guard times.count >= Self.least else { return }
        let median = times.sorted()[times.count / 2] / .milliseconds(1)
        func step(_ time: Double) -> Int { Self.steps.first { time <= Double($0) } ?? Self.steps.last ?? 0 }
        guard let shown = milliseconds else { return milliseconds = step(median) }
        let (least, most) = (step(median * (1 - Self.slack)), step(median * (1 + Self.slack)))
        if least > shown || most < shown { milliseconds = step(median) }
    }
}
