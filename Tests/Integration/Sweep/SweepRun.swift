import Foundation

/// One telling of a story, with or without a fault in it.
struct SweepRun: Sendable {
    /// Where the operator is killed.
    struct Strike: Sendable, CustomStringConvertible {
        var call: Int
        var moment: FaultProxy.Moment

        var description: String { "\(call):\(moment.rawValue)" }
    }

    /// What came of a telling.
    struct Result: Sendable {
        /// What stood when the story began, where something did.
        var beginning: SweepEnd?
        var end: SweepEnd
        var calls: [FaultProxy.Call]
        var wasStruck: Bool
        /// The last lines of the operators' logs.
        var tail: String
    }

    let stage: SweepStage
    let story: SweepStory

    /// Tells the story undisturbed; its end is what stands when nothing has been written for some seconds.
    func reference() async throws -> Result {
        try await told(strike: nil, begin: nil) {
            try await quiet()
            return try await end()
        }
    }

    /// Tells the story, kills the operator at the call, starts it again, and waits for the expected end.
    func struck(_ strike: Strike, like reference: Result) async throws -> Result {
        try await told(strike: strike, begin: reference.beginning) { try await end(like: reference.end) }
    }

    private func end() async throws -> SweepEnd {
        try await stage.proxy.settle()
        return try await SweepEnd(stage, calls: await stage.proxy.log.calls)
    }

    /// What stands when it is as expected, or when waiting for that is over.
    func end(like reference: SweepEnd) async throws -> SweepEnd {
        let deadline = ContinuousClock.now + .seconds(12)
        while true {
            let isLate = ContinuousClock.now > deadline
            if try await SweepEnd.status(stage) == reference.status || isLate {
                let end = try await end()
                if end == reference || isLate { return end }
            }
            // The last observations are written within a second or two; there is no event for "nothing more".
            try await ContinuousClock().sleep(for: .milliseconds(100))
        }
    }

    /// Waits until no mutating call has come for a while.
    private func quiet() async throws {
        var last = -1
        while await stage.proxy.log.calls.count != last {
            last = await stage.proxy.log.calls.count
            try await ContinuousClock().sleep(for: .milliseconds(2500))
        }
    }

    private func told(strike: Strike?, begin: SweepEnd?, _ ending: () async throws -> SweepEnd) async throws -> Result {
        try await stage.clear()
        let watch = Watch(stage, try await stage.operate())
        do {
            var beginning: SweepEnd?
            if story.beginsInPlace {
                try await stage.proxy.begin()
                try await SweepTeller(stage: stage).rollOut(1, gate: "r1/canary")
                if begin == nil { try await quiet() }
                beginning = if let begin { try await end(like: begin) } else { try await end() }
            }
            try await stage.proxy.begin()
            if let strike { try await stage.proxy.plan(call: strike.call, strike.moment) }
            await watch.begin()
            try await story.tell(SweepTeller(stage: stage))
            let end = try await ending()
            let log = await stage.proxy.log
            await watch.end()
            return Result(
                beginning: beginning, end: end, calls: log.calls, wasStruck: !log.strikes.isEmpty,
                tail: await watch.tail)
        } catch {
            await watch.end()
            throw StageError("\(error)\nthe operators' last lines:\n\(await watch.tail)")
        }
    }

    /// Keeps one operator running: the next is started when the one before has been struck.
    private actor Watch {
        private let stage: SweepStage
        private var operators: [OperatorProcess]
        private var restart: Task<Void, any Error>?

        init(_ stage: SweepStage, _ first: OperatorProcess) {
            self.stage = stage
            operators = [first]
        }

        func begin() {
            restart = Task {
                _ = try await stage.proxy.until("the operator is struck", within: .seconds(600)) { $0.strikes.first }
                await operators.last?.process.end()
                try await stage.free()
                operators.append(try await stage.operate())
            }
        }

        func end() async {
            restart?.cancel()
            _ = await restart?.result
            for running in operators where running.process.isRunning { await running.kill() }
        }

        var tail: String { operators.map { $0.tail(40) }.joined(separator: "\n-- killed, started again --\n") }
    }
}
