import KubeModel
import KubeRuntime
import SeededRandom
import Testing

/// One Lease on a server, and candidates whose requests and answers take any time or get lost.
private struct Election {
    struct Candidate {
        var machine: LeaseMachine
        /// How far this candidate's monotonic clock is from the simulation's.
        var skew: Duration
        /// How far its wall clock is.
        var wallSkew: Int64
        /// When the pending wait ends or the pending answer arrives, and with what.
        var next: (at: Int, input: LeaseMachine.Input)?
        /// When which request reaches the server; also those on which the client has given up.
        var requests: [(at: Int, number: Int, command: LeaseMachine.Command)] = []
        var sent = 0
        /// Until when the process is stopped.
        var stoppedUntil = 0
        var terms = 0
        /// When its last lease runs out by its own clock, unless it gave it back.
        var heldUntil: Moment?
    }

    var random: SplitMix64
    var lease: LeaseRecord?
    var version = 1
    var candidates: [Candidate] = []
    var milliseconds = 0
    var isCalm = false
    var problems: [String] = []

    init(seed: UInt64, settings: LeaseSettings) {
        random = SplitMix64(seed: seed)
        for number in 0..<Int.random(in: 2...3, using: &random) {
            candidates.append(
                Candidate(
                    machine: LeaseMachine(identity: "c\(number)", settings: settings),
                    skew: .milliseconds(Int.random(in: 0...100_000, using: &random)),
                    wallSkew: Int64.random(in: -4000...4000, using: &random),
                    next: (Int.random(in: 0...500, using: &random), .elapsed)))
        }
    }

    func now(_ candidate: Candidate) -> Moment { Moment(.milliseconds(milliseconds) + candidate.skew) }

    /// Moves the time to the next thing that happens, and lets it happen.
    mutating func advance() {
        let times = candidates.flatMap { candidate in
            candidate.requests.map(\.at) + [candidate.next.map { max($0.at, candidate.stoppedUntil) }].compactMap { $0 }
        }
        milliseconds = max(milliseconds, times.min() ?? milliseconds)
        for index in candidates.indices {
            // The network does not care whether the process is stopped.
            for request in candidates[index].requests where request.at <= milliseconds {
                serve(request.command, number: request.number, for: index)
            }
            candidates[index].requests.removeAll { $0.at <= milliseconds }
            guard candidates[index].stoppedUntil <= milliseconds else { continue }
            if let next = candidates[index].next, next.at <= milliseconds {
                candidates[index].next = nil
                step(index, next.input)
                check(after: index)
            }
        }
    }

    /// Leaders appear only by steps: between them there can only be fewer.
    private mutating func check(after index: Int) {
        guard let leadership = candidates[index].machine.leadership,
            leadership.permitsWrite(now: now(candidates[index]), timeout: .zero)
        else { return }
        candidates[index].heldUntil = leadership.expiry
        for (other, candidate) in candidates.enumerated() where other != index {
            // The work of a former leader has until its lease runs out to end.
            guard let heldUntil = candidate.heldUntil, now(candidate) < heldUntil else { continue }
            problems.append("c\(index) leads at \(milliseconds) ms while the lease of c\(other) holds")
        }
    }

    private mutating func step(_ index: Int, _ input: LeaseMachine.Input) {
        let candidate = candidates[index]
        let wasLeader = candidate.machine.leadership != nil
        if input == .release { candidates[index].heldUntil = nil }
        let date = Timestamp(secondsSince1970: 1_800_000_000 + candidate.wallSkew).adding(
            seconds: Int64(milliseconds / 1000))
        let command = candidates[index].machine.handle(input, now: now(candidate), date: date, using: &random)
        if !wasLeader, candidates[index].machine.leadership != nil { candidates[index].terms += 1 }
        switch command {
        case .wait(let duration):
            let pause = Int(
                duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000)
            candidates[index].next = (milliseconds + max(pause, 1), .elapsed)
        case .stop:
            // It starts anew as another process.
            candidates[index].sent += 1
            let settings = candidate.machine.settings
            candidates[index].machine = LeaseMachine(identity: candidate.machine.identity + "'", settings: settings)
            candidates[index].next = (milliseconds + 100, .elapsed)
        default:
            let timeout = 5000
            let isLost = !isCalm && random.once(in: 8)
            let out = isCalm ? 5 : Int.random(in: 1...(random.once(in: 4) ? 9000 : 300), using: &random)
            candidates[index].sent += 1
            if !isLost { candidates[index].requests.append((milliseconds + out, candidates[index].sent, command)) }
            candidates[index].next = (milliseconds + timeout, .failed)
        }
        if !isCalm, random.once(in: 30) {
            candidates[index].stoppedUntil = milliseconds + Int.random(in: 0...30_000, using: &random)
        }
        if !isCalm, candidates[index].machine.leadership != nil, command != .stop, random.once(in: 40) {
            candidates[index].sent += 1
            candidates[index].next = (milliseconds, .release)
        }
    }

    private mutating func serve(_ command: LeaseMachine.Command, number: Int, for index: Int) {
        var answer: LeaseMachine.Input = .conflict
        switch command {
        case .read: answer = .read(lease)
        case .create(let record) where lease == nil: answer = .written(store(record))
        case .update(let record) where lease?.resourceVersion == record.resourceVersion:
            answer = .written(store(record))
        default: break
        }
        // The answer may get lost, or come after the client has given up.
        let back = isCalm ? 5 : Int.random(in: 1...(random.once(in: 4) ? 9000 : 300), using: &random)
        guard isCalm || !random.once(in: 8), number == candidates[index].sent, let pending = candidates[index].next,
            pending.at > milliseconds + back
        else { return }
        candidates[index].next = (milliseconds + back, answer)
    }

    private mutating func store(_ record: LeaseRecord) -> LeaseRecord {
        var record = record
        // The server keeps the version of an object that a write does not change.
        if record == lease { return record }
        version += 1
        record.resourceVersion = String(version)
        lease = record
        return record
    }
}

@Suite("Leader election, random runs")
struct LeaseElectionPropertyTests {
    @Test(
        "there are never two leaders, nor one before the old lease has run out, and in calm there is one",
        arguments: Seeds.upTo(50))
    func oneLeader(seed: UInt64) throws {
        var election = Election(seed: seed, settings: try LeaseSettings())
        while election.milliseconds < 1_000_000 { election.advance() }
        let terms = election.candidates.reduce(0) { $0 + $1.terms }
        election.isCalm = true
        for index in election.candidates.indices { election.candidates[index].stoppedUntil = 0 }
        while election.milliseconds < 1_100_000 { election.advance() }
        #expect(election.problems.isEmpty, "seed \(seed)")
        #expect(terms > 0, "seed \(seed): nobody ever led")
        let leaders = election.candidates.filter {
            $0.machine.leadership?.permitsWrite(now: election.now($0), timeout: .zero) ?? false
        }
        #expect(leaders.count == 1, "seed \(seed): no leader in calm")
    }
}
