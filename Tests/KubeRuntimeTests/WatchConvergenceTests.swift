import KubeModel
import KubeRuntime
import SeededRandom
import Testing

/// A collection as etcd keeps it: every change has the next version, and the history can be cut off.
private struct ModelServer {
    struct Event {
        var version: Int
        var object: StoredObject<String>
        var isDeletion: Bool
    }

    private(set) var objects: [String: StoredObject<String>] = [:]
    private(set) var history: [Event] = []
    private(set) var version = 100
    private(set) var compacted = 100
    private var births = 0

    mutating func change(_ name: String, delete: Bool, using random: inout SplitMix64) -> StoredObject<String> {
        version += Int.random(in: 1...3, using: &random)
        let old = objects[name]
        if old == nil { births += 1 }
        let object = stored(name, old?.uid ?? "u\(births)", version)
        objects[name] = delete ? nil : object
        history.append(Event(version: version, object: object, isDeletion: delete))
        return object
    }

    mutating func compact() { compacted = version }

    func isAlive(_ uid: String) -> Bool { objects.values.contains { $0.uid == uid } }
    func events(after version: Int) -> [Event] { history.filter { $0.version > version } }
}

/// The watch machine and a store, driven against the model with every fault that a network and a server have.
private struct Simulation {
    typealias Machine = WatchMachine<StoredObject<String>>

    var random: SplitMix64
    var server = ModelServer()
    var core = StoreCore<String>()
    var machine: Machine
    var command: Machine.Command?
    var now = Moment.start
    /// The snapshot that the pages under way come from, and its version.
    var snapshot: (objects: [StoredObject<String>], version: Int)?
    /// The version up to which the open watch has told everything.
    var told = 0
    var answers: [StoredObject<String>] = []
    var seenVersions: [String: Int] = [:]
    var problems: [String] = []

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        var settings = Machine.Settings()
        settings.relistEvery = nil
        machine = Machine(settings)
    }

    mutating func input(_ input: Machine.Input) {
        let step = machine.handle(input, now: now, using: &random)
        for update in step.updates {
            switch update {
            case .replace(let objects, let version, let isRebase):
                if isRebase { problems.append("a rebase that nobody asked for") }
                check(core.replace(objects, resourceVersion: version, isRebase: isRebase))
            case .changes(let changes):
                for change in changes {
                    switch change {
                    case .upsert(let object): check(core.upsert(object).map { [$0] } ?? [])
                    case .delete(let object): check(core.delete(object).map { [$0] } ?? [])
                    }
                }
            }
        }
        command = step.command
    }

    mutating func check(_ changes: [StoreChange<String>]) {
        for change in changes {
            if let before = change.before, change.after == nil {
                let uid = String(before.prefix { $0 != "@" })
                if server.isAlive(uid) { problems.append("deletion told of \(before), which lives") }
            }
            if let object = change.after.flatMap({ _ in core[change.key] }), let version = Int(object.resourceVersion) {
                if version < seenVersions[object.uid] ?? 0 { problems.append("\(object.element) goes back in time") }
                seenVersions[object.uid] = version
            }
        }
    }

    mutating func serverAct() {
        let name = "o\(Int.random(in: 0..<8, using: &random))"
        let exists = server.objects[name] != nil
        let object = server.change(name, delete: exists && random.once(in: 3), using: &random)
        // Some changes are our own writes, whose answers come some time.
        if server.objects[name] != nil, random.once(in: 3) { answers.append(object) }
    }

    /// Performs the command, well or badly.
    mutating func clientAct(isCalm: Bool) {
        now = now.advanced(by: .milliseconds(Int.random(in: 0...700, using: &random)))
        let fails = !isCalm && random.once(in: 5)
        switch command {
        case nil: input(.begin)
        case .wait(let pause):
            now = now.advanced(by: pause)
            input(.elapsed)
        case .list(let token): fails ? fail() : list(token)
        case .watch(let version, _):
            told = Int(version) ?? 0
            if fails {
                fail()
            } else if told < server.compacted {
                input(.failed(ReadFailure(.expired, "compacted")))
            } else {
                input(.opened)
            }
        case .read:
            if fails { return random.once(in: 2) ? input(.ended) : fail() }
            read(isCalm: isCalm)
        }
    }

    private mutating func fail() {
        let kinds: [ReadFailure.Kind] = [
            .unreachable, .throttled(retryAfter: .seconds(2)), .refused, .malformed, .expired, .versionTooLarge,
        ]
        input(.failed(ReadFailure(kinds.randomElement(using: &random) ?? .refused, "fault")))
    }

    private mutating func list(_ token: String?) {
        if token == nil { snapshot = (server.objects.values.sorted { $0.key < $1.key }, server.version) }
        guard let (objects, version) = snapshot else { return }
        let start = token.flatMap { Int($0) } ?? 0
        let page = Array(objects[start...].prefix(3))
        let next = start + page.count
        input(
            .page(
                ListPage(
                    objects: page, resourceVersion: String(version),
                    continueToken: next < objects.count ? String(next) : nil)))
    }

    private mutating func read(isCalm: Bool) {
        let limit = isCalm ? Int.max : Int.random(in: 0...4, using: &random)
        var events = Array(server.events(after: told).prefix(limit))
        let newest = events.last?.version
        if !isCalm {
            // Repeated events, old ones again, and any order within what is told at once.
            if let replayed = server.history.filter({ $0.version <= told }).randomElement(using: &random) {
                events.append(replayed)
            }
            if let twice = events.randomElement(using: &random) { events.append(twice) }
            if random.once(in: 3) { events.shuffle(using: &random) }
        }
        var signals = events.map { event -> WatchSignal<StoredObject<String>> in
            event.isDeletion
                ? .delete(event.object, resourceVersion: event.object.resourceVersion)
                : .upsert(event.object, resourceVersion: event.object.resourceVersion)
        }
        told = max(told, newest ?? told)
        if random.once(in: 4) { signals.append(.bookmark(resourceVersion: String(max(told - 2, 1)))) }
        if random.once(in: 4) { signals.append(.bookmark(resourceVersion: String(told))) }
        if !isCalm, random.once(in: 9) { signals.append(.failure(ReadFailure(.expired, "in the stream"))) }
        input(.signals(signals))
    }

    mutating func deliverAnswer() {
        guard !answers.isEmpty, core.isReady else { return }
        let answer = answers.remove(at: Int.random(in: 0..<answers.count, using: &random))
        check(core.observe(written: answer).map { [$0] } ?? [])
    }
}

@Suite("Watch machine and store against a model server")
struct WatchConvergenceTests {
    @Test(
        "any order of changes, faults and late answers ends at the server's state, and no deletion is invented",
        arguments: Seeds.upTo(120))
    func converges(seed: UInt64) {
        var run = Simulation(seed: seed)
        for _ in 0..<250 {
            switch Int.random(in: 0..<10, using: &run.random) {
            case 0...3: run.serverAct()
            case 4: run.deliverAnswer()
            case 5: if run.random.once(in: 4) { run.server.compact() }
            default: run.clientAct(isCalm: false)
            }
        }
        // The faults end. Nothing is wished for but that it comes to rest by itself.
        for _ in 0..<40 { run.clientAct(isCalm: true) }
        while !run.answers.isEmpty { run.deliverAnswer() }
        run.clientAct(isCalm: true)
        #expect(run.problems.isEmpty)
        #expect(run.core.isReady)
        let expected = run.server.objects.values.map(\.element).sorted()
        #expect(run.core.objects.map(\.element).sorted() == expected)
    }
}
