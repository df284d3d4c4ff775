import Foundation
import Testing

extension Integration {
    @Suite("The operator is killed at every mutating call of a story", .behindFaultProxy)
    struct CrashSweepTests {
        @Test(
            "killed at a call and started again, it comes to the end of the undisturbed story, each object made once",
            arguments: SweepStory.allCases)
        func killed(in story: SweepStory) async throws {
            let sample = SweepSample.ofEnvironment
            guard sample.includes(story) else { return }
            let run = SweepRun(stage: try SweepStage.current, story: story)
            let clock = ContinuousClock()
            let begun = clock.now
            let reference = try await run.reference()
            #expect(!reference.calls.isEmpty, "the story has no calls")
            var figures = SweepFigures(story: story, calls: reference.calls.count)
            for strike in sample.strikes(of: story, calls: reference.calls.count) {
                let replay = "replay: ACCESSPOINT_SWEEP=\(story.rawValue):\(strike)"
                do {
                    let result = try await run.struck(strike, like: reference)
                    figures.add(result)
                    let differences = result.end.differences(from: reference.end)
                    if differences.isEmpty { continue }
                    figures.differing += 1
                    let about =
                        ["\(story.rawValue) \(strike) differs:"] + differences.prefix(40)
                        + [replay, "calls:"] + result.calls.map(\.description) + ["log:", result.tail]
                    Issue.record("\(about.joined(separator: "\n"))")
                } catch {
                    figures.differing += 1
                    Issue.record("\(story.rawValue) \(strike) came to no end: \(error)\n\(replay)")
                }
            }
            print("\(figures) in \((clock.now - begun).components.seconds) s")
        }
    }
}

/// What a sweep over one story came to.
struct SweepFigures: CustomStringConvertible {
    let story: SweepStory
    /// Mutating calls of the undisturbed story.
    let calls: Int
    private(set) var runs = 0
    private(set) var kills = 0
    var differing = 0

    init(story: SweepStory, calls: Int) { (self.story, self.calls) = (story, calls) }

    mutating func add(_ result: SweepRun.Result) {
        runs += 1
        if result.wasStruck { kills += 1 }
    }

    var description: String {
        "crash sweep: \(story.rawValue): \(calls) calls, \(runs) runs, \(kills) kills, \(differing) differing"
    }
}

/// Which strikes are tried.
///
/// `ACCESSPOINT_SWEEP` chooses stories (`change,abort`) or one strike (`change:7:committed`); `ACCESSPOINT_SOAK` all of
/// them; otherwise a few of each story, spread over its calls and over the three moments.
struct SweepSample {
    private var stories = Set(SweepStory.allCases)
    private var strike: SweepRun.Strike?
    private var isWhole = false

    static var ofEnvironment: SweepSample {
        let environment = ProcessInfo.processInfo.environment
        var sample = SweepSample()
        sample.isWhole = environment["ACCESSPOINT_SOAK"] != nil
        let parts = (environment["ACCESSPOINT_SWEEP"] ?? "").split(separator: ":")
        if let name = parts.first {
            sample.stories = Set(name.split(separator: ",").compactMap { SweepStory(rawValue: String($0)) })
            sample.isWhole = true
        }
        if parts.count == 3, let call = Int(parts[1]), let moment = FaultProxy.Moment(rawValue: String(parts[2])) {
            sample.strike = SweepRun.Strike(call: call, moment: moment)
        }
        return sample
    }

    func includes(_ story: SweepStory) -> Bool { stories.contains(story) }

    func strikes(of story: SweepStory, calls: Int) -> [SweepRun.Strike] {
        if let strike { return [strike] }
        let moments = FaultProxy.Moment.allCases
        guard !isWhole else {
            return (1...max(1, calls)).flatMap { call in moments.map { SweepRun.Strike(call: call, moment: $0) } }
        }
        // Spread over the calls; each story begins with another moment, so that all come up with all kinds of calls.
        let offset = SweepStory.allCases.firstIndex(of: story) ?? 0
        return (0..<Self.few).map { index in
            SweepRun.Strike(
                call: 1 + (2 * index + 1) * calls / (2 * Self.few), moment: moments[(offset + index) % moments.count])
        }
    }

    private static let few = 4
}
