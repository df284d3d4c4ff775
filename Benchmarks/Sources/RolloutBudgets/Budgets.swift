import Foundation
import Glibc
import JSONValue
import KubeClient
import KubeModel

/// The measurements, in the order in which they run.
struct Budgets {
    let stage: Stage
    let executable: String
    let count: Int
    let rounds: Int
    let width: JSONValue

    private var applications: [Application] { (0..<count).map { Application(index: $0, width: width) } }
    private var targets: Int { stage.members.count }

    func run() async throws {
        let size = Part.allCases.count
        say("\(count) AccessPoints x \(size) objects x \(targets) targets, last wave \(width.text()) at a time")
        try await stage.watch()
        var program = try OperatorProgram(executable, stage)
        _ = try await program.leaseTaken(stage)
        try await stage.membersReady()

        var results: [Throughput] = []
        var bare: BareWriter?
        for round in 0...rounds {
            if round > 0 {
                program = try OperatorProgram(executable, stage)
                _ = try await program.leaseTaken(stage)
                _ = try await stage.settled()
            }
            var result = try await all(round + 1, program)
            try await program.terminate()
            let writer = try bare ?? BareWriter(stage, applications)
            bare = writer
            try await writer.prepareJournal()
            result.bare = try await writer.writeAll(round + 1)
            try await writer.removeJournal()
            result.report(round == 0 ? "create" : "change \(round)", applications: count)
            results.append(result)
        }
        let ratios = results.dropFirst().map(\.ratio).sorted()
        say("throughput: ratio of changes, median \(column(ratios[ratios.count / 2])) (budget 1.2)")

        program = try OperatorProgram(executable, stage)
        _ = try await program.leaseTaken(stage)
        guard let bare else { return }
        try await writes(rounds + 1)
        try await latency(bare, from: 1000)
        try await restart(&program, number: 2000)
        say("memory: peak \(column(program.peakMiB)) MiB")
        try await program.terminate()
    }

    /// An edit of every AccessPoint at once.
    private func all(_ number: Int, _ program: OperatorProgram) async throws -> Throughput {
        let before = try await stage.settled()
        let cpu = program.cpuSeconds
        let begin = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for application in applications {
                group.addTask { [stage] in
                    try await stage.edit(try application.accessPoint(number), application.key)
                }
            }
            try await group.waitForAll()
        }
        let sent = ContinuousClock.now - begin
        let last = try await stage.arrival(of: number, in: applications)
        let ready = try await stage.ready(applications)
        let cpuUsed = program.cpuSeconds - cpu
        var counts = try await stage.settled().since(before)
        counts.discount("host accesspoints", count)
        return Throughput(
            edits: sent, last: last.instant - begin, ready: ready.instant - begin, cpu: cpuUsed,
            peak: program.peakMiB, counts: counts)
    }

    /// A change of one AccessPoint, with one and with all objects changed.
    private func writes(_ stable: Int) async throws {
        let application = applications[0]
        for (offset, changed) in [1, Part.allCases.count].enumerated() {
            let before = try await stage.settled()
            let number = 500 + offset
            try await stage.edit(try application.accessPoint(number, changed: changed, rest: stable), application.key)
            _ = try await stage.arrival(of: number, in: [application], parts: changed)
            _ = try await stage.ready([application])
            var counts = try await stage.settled().since(before)
            counts.discount("host accesspoints", 1)
            say("writes: T \(targets), O \(changed) (T x O = \(targets * changed)): \(counts.text)")
        }
    }

    /// From an edit to the last target, against the same writes in turn.
    private func latency(_ bare: BareWriter, from first: Int) async throws {
        let application = applications[0]
        let all = Part.allCases.count
        for changed in [1, all] {
            try await stage.edit(try application.accessPoint(first), application.key)
            _ = try await stage.arrival(of: first, in: [application])
            _ = try await stage.ready([application])
            var own: [Duration] = []
            var plain: [Duration] = []
            var tried: [Duration] = []
            for round in 0..<10 {
                let number = first + changed * 100 + round
                plain.append(try await bare.writeInTurn(number, application: 0, parts: changed, dryRuns: false))
                tried.append(try await bare.writeInTurn(number + 50, application: 0, parts: changed, dryRuns: true))
                let begin = ContinuousClock.now
                try await stage.edit(
                    try application.accessPoint(number, changed: changed, rest: first), application.key)
                own.append(try await stage.arrival(of: number, in: [application], parts: changed).instant - begin)
                _ = try await stage.ready([application])
                try await Task.sleep(for: .seconds(1))
            }
            let (mine, raw, dry) = (median(own), median(plain), median(tried))
            say(
                "latency: O \(changed), edit to last target \(text(mine)) (\(text(own.min() ?? .zero)) to "
                    + "\(text(own.max() ?? .zero))), raw writes in turn \(text(raw)), ratio \(column(mine / raw)) "
                    + "(budget 2); with dry runs in turn \(text(dry)), ratio \(column(mine / dry))")
        }
    }

    /// Killed with everything in place, edited meanwhile.
    private func restart(_ program: inout OperatorProgram, number: Int) async throws {
        let application = applications[0]
        for (offset, isEdited) in [false, true, true, true].enumerated() {
            _ = try await stage.settled()
            try await program.kill()
            if isEdited { try await stage.edit(try application.accessPoint(number + offset), application.key) }
            let before = try await stage.counts()
            program = try OperatorProgram(executable, stage)
            let taken = try await program.leaseTaken(stage)
            if isEdited {
                let last = try await stage.arrival(of: number + offset, in: [application])
                say("restart: lease to last target \(column(last.time.timeIntervalSince(taken))) s (budget 2)")
            } else {
                try await Task.sleep(for: .seconds(15))
            }
            let counts = try await stage.settled().since(before)
            say("restart: \(isEdited ? "one AccessPoint edited" : "nothing edited"): \(counts.text)")
        }
    }
}

extension Stage {
    /// Waits until every MemberCluster is Ready.
    func membersReady() async throws {
        let resource = GroupVersionResource(group: "accesspoint.io", version: "v1alpha1", resource: "memberclusters")
        for _ in 0..<300 {
            let items = try await host.listAll(resource).items
            if items.allSatisfy({ ConditionSet($0.status?["conditions"]).isTrue("Ready") }) { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw Trouble("the members are not Ready within 60 s; see \(folder)/operator.log")
    }
}

/// What one round over all AccessPoints took.
struct Throughput {
    var edits: Duration
    var last: Duration
    var ready: Duration
    var cpu: Double
    var peak: Double
    var counts: Counts
    var bare = Duration.zero

    var ratio: Double { last / bare }

    func report(_ name: String, applications: Int) {
        let writes = Double(counts.hostWrites) / Double(applications)
        say(
            "throughput: \(name): edits sent \(text(edits)), last object \(text(last)), all Ready \(text(ready)), "
                + "bare writer \(text(bare)), ratio \(column(ratio)); CPU \(column(cpu)) s, peak \(column(peak)) MiB, "
                + "host writes per AccessPoint \(column(writes))")
        say("  \(counts.text)")
    }
}

/// Prints a line at once, also into a file.
func say(_ line: String) {
    print(line)
    fflush(nil)
}

func median(_ values: [Duration]) -> Duration { values.sorted()[values.count / 2] }

func text(_ duration: Duration) -> String { "\(Int((duration / .milliseconds(1)).rounded())) ms" }

func column(_ value: Double) -> String { String(format: "%.2f", value) }
