import KubeRuntime
import SeededRandom
import Testing

@Suite("Watch machine")
struct WatchMachineTests {
    private typealias Machine = WatchMachine<String>
    private var random = SplitMix64(seed: 1)
    private var now = Moment.start
    private var machine = WatchMachineTests.machine()

    private static func machine(_ change: (inout Machine.Settings) -> Void = { _ in }) -> Machine {
        var settings = Machine.Settings()
        settings.backoff = BackoffPolicy(base: .seconds(1), cap: .seconds(8), resetAfter: .seconds(120))
        settings.watchTimeout = .seconds(400) ... .seconds(400)
        settings.relistEvery = nil
        change(&settings)
        return Machine(settings)
    }

    @discardableResult
    private mutating func handle(_ input: Machine.Input) -> Machine.Step {
        machine.handle(input, now: now, using: &random)
    }

    private func page(_ objects: [String], _ version: String, next: String? = nil) -> Machine.Input {
        .page(ListPage(objects: objects, resourceVersion: version, continueToken: next))
    }

    private func failed(_ kind: ReadFailure.Kind) -> Machine.Input { .failed(ReadFailure(kind, "test")) }

    /// Brings the machine to a watch from version 10 that opened now.
    private mutating func watch() {
        handle(.begin)
        handle(page([], "10"))
        handle(.opened)
    }

    private static func watching(from version: String) -> Machine.Command {
        .watch(from: version, timeout: .seconds(400))
    }

    /// The updates as text, to compare.
    private func text(_ step: Machine.Step) -> [String] {
        step.updates.map { update in
            switch update {
            case .replace(let objects, let version, let isRebase):
                "\(isRebase ? "rebase" : "replace")@\(version) \(objects.joined(separator: ","))"
            case .changes(let changes):
                changes.map { change in
                    switch change {
                    case .upsert(let object): "+\(object)"
                    case .delete(let object): "-\(object)"
                    }
                }.joined(separator: " ")
            }
        }
    }

    @Test("a list becomes visible when its last page is there, and the watch begins at that page's version")
    mutating func pages() {
        #expect(handle(.begin).command == .list(continueToken: nil))
        let first = handle(page(["a"], "10", next: "p2"))
        #expect(first.command == .list(continueToken: "p2"))
        #expect(first.updates.isEmpty)
        let last = handle(page(["b"], "11", next: ""))
        #expect(text(last) == ["replace@11 a,b"])
        #expect(last.command == Self.watching(from: "11"))
    }

    @Test("an empty complete list is a list")
    mutating func emptyList() {
        handle(.begin)
        #expect(text(handle(page([], "10"))) == ["replace@10 "])
    }

    @Test(
        "a page that fails begins a new list, and nothing of the old pages remains",
        arguments: [
            ReadFailure.Kind.expired, .unreachable, .malformed, .throttled(retryAfter: nil), .denied, .notFound,
        ])
    mutating func failedPage(_ kind: ReadFailure.Kind) {
        handle(.begin)
        handle(page(["gone"], "10", next: "p2"))
        let failure = handle(failed(kind))
        #expect(failure.command == .wait(.seconds(1)))
        #expect(failure.failure?.kind == kind)
        #expect(failure.updates.isEmpty)
        #expect(handle(.elapsed).command == .list(continueToken: nil))
        #expect(text(handle(page(["b"], "12"))) == ["replace@12 b"])
    }

    @Test("a list without version, that does not advance or is too long is a failed read, never a set")
    mutating func unusableLists() {
        machine = Self.machine { $0.maxObjects = 2 }
        for (first, second) in [
            (page(["a"], ""), nil), (page(["a"], "10", next: "p2"), page([], "10", next: "p2")),
            (page(["a", "b"], "10", next: "p2"), page(["c"], "10")),
        ] as [(Machine.Input, Machine.Input?)] {
            handle(.begin)
            var step = handle(first)
            if let second { step = handle(second) }
            #expect(step.failure?.kind == .malformed)
            #expect(step.updates.isEmpty)
            #expect(machine.resourceVersion == nil)
            now = now.advanced(by: .seconds(200))
            #expect(handle(.elapsed).command == .list(continueToken: nil))
        }
    }

    @Test("events of one batch become one update, bookmarks only move the version")
    mutating func signals() {
        watch()
        let step = handle(
            .signals([
                .upsert("a", resourceVersion: "11"), .bookmark(resourceVersion: "15"),
                .delete("b", resourceVersion: "16"),
            ]))
        #expect(text(step) == ["+a -b"])
        #expect(step.command == .read)
        #expect(machine.resourceVersion == "16")
        #expect(text(handle(.signals([.bookmark(resourceVersion: "20")]))) == [])
        #expect(machine.resourceVersion == "20")
    }

    @Test("an older bookmark or a replayed event does not move the version back")
    mutating func olderVersions() {
        watch()
        handle(.signals([.bookmark(resourceVersion: "20"), .bookmark(resourceVersion: "12")]))
        let step = handle(.signals([.upsert("a", resourceVersion: "13")]))
        #expect(text(step) == ["+a"])
        #expect(machine.resourceVersion == "20")
    }

    @Test("when a watch ends the next continues from the last version, without a list and without a wait")
    mutating func streamEnd() {
        watch()
        handle(.signals([.upsert("a", resourceVersion: "11")]))
        #expect(handle(.ended).command == Self.watching(from: "11"))
        handle(.opened)
        now = .seconds(300)
        let step = handle(.ended)
        #expect(step.command == Self.watching(from: "11"))
        #expect(step.failure == nil)
    }

    @Test("a watch that ends at once without news is a failure and waits, longer each time")
    mutating func shortWatch() {
        watch()
        for wait in [1, 2, 4, 8, 8] {
            let step = handle(.ended)
            #expect(step.command == .wait(.seconds(wait)))
            #expect(step.failure != nil)
            #expect(handle(.elapsed).command == Self.watching(from: "10"))
            handle(.opened)
            // Old news is no news.
            handle(.signals([.bookmark(resourceVersion: "10"), .upsert("a", resourceVersion: "9")]))
        }
    }

    @Test(
        "an expired or unknown version leads to a list, told as HTTP status or inside the stream",
        arguments: [ReadFailure.Kind.expired, .versionTooLarge, .malformed], [true, false])
    mutating func expired(_ kind: ReadFailure.Kind, _ isInStream: Bool) {
        watch()
        let step: Machine.Step
        if isInStream {
            step = handle(
                .signals([
                    .upsert("a", resourceVersion: "11"), .failure(ReadFailure(kind, "test")),
                    .upsert("b", resourceVersion: "12"),
                ]))
            #expect(text(step) == ["+a"])
        } else {
            handle(.ended)
            now = .seconds(2)
            handle(.elapsed)
            step = handle(failed(kind))
        }
        #expect(step.failure?.kind == kind)
        guard case .wait = step.command else {
            Issue.record("no wait: \(step.command)")
            return
        }
        #expect(handle(.elapsed).command == .list(continueToken: nil))
        #expect(text(handle(page(["c"], "30"))) == ["replace@30 c"])
    }

    @Test("an event without version leads to a list")
    mutating func eventWithoutVersion() {
        watch()
        let step = handle(.signals([.upsert("a", resourceVersion: "11"), .delete("b", resourceVersion: "")]))
        #expect(text(step) == ["+a"])
        #expect(step.failure?.kind == .malformed)
        #expect(handle(.elapsed).command == .list(continueToken: nil))
    }

    @Test(
        "a watch that cannot be opened is tried again from the same version, with growing waits",
        arguments: [ReadFailure.Kind.unreachable, .throttled(retryAfter: nil)])
    mutating func cannotOpen(_ kind: ReadFailure.Kind) {
        handle(.begin)
        handle(page(["a"], "10"))
        for wait in [1, 2, 4, 8] {
            #expect(handle(failed(kind)).command == .wait(.seconds(wait)))
            #expect(handle(.elapsed).command == Self.watching(from: "10"))
        }
    }

    @Test("a server that refuses the watch again and again is listed again")
    mutating func refused() {
        watch()
        for attempt in 1...3 {
            handle(failed(.refused))
            let expected: Machine.Command = attempt < 3 ? Self.watching(from: "10") : .list(continueToken: nil)
            #expect(handle(.elapsed).command == expected)
        }
    }

    @Test("news in between starts the count of refusals again")
    mutating func refusedNowAndThen() {
        watch()
        for version in 11..<20 {
            handle(failed(.refused))
            #expect(handle(.elapsed).command == Self.watching(from: "\(version - 1)"))
            handle(.opened)
            handle(.signals([.bookmark(resourceVersion: "\(version)")]))
        }
    }

    @Test("an established watch that breaks is resumed within the first wait, however often; a short one backs off")
    mutating func breaks() {
        watch()
        for _ in 0..<20 {
            now = now.advanced(by: .seconds(3))
            let step = handle(failed(.unreachable))
            #expect(step.failure?.kind == .unreachable)
            guard case .wait(let wait) = step.command else {
                Issue.record("no wait: \(step.command)")
                return
            }
            #expect(wait <= .seconds(1))
            #expect(handle(.elapsed).command == Self.watching(from: "10"))
            handle(.opened)
        }
        for wait in [1, 2, 4] {
            #expect(handle(failed(.unreachable)).command == .wait(.seconds(wait)))
            handle(.elapsed)
            handle(.opened)
        }
    }

    @Test(
        "the time that a server asks for is kept, up to a limit, and our own wait comes on top",
        arguments: [(1, 2), (60, 61), (100_000, 301)])
    mutating func retryAfter(_ asked: Int, _ waited: Int) {
        handle(.begin)
        let step = handle(failed(.throttled(retryAfter: .seconds(asked))))
        #expect(step.command == .wait(.seconds(waited)))
    }

    @Test("two quiet minutes make the next failure the first")
    mutating func quiet() {
        handle(.begin)
        for _ in 0..<5 {
            handle(failed(.unreachable))
            handle(.elapsed)
        }
        now = .seconds(120)
        #expect(handle(failed(.unreachable)).command == .wait(.seconds(1)))
    }

    @Test("a list older than what the server showed before is refused until somebody accepts it, then it begins anew")
    mutating func regression() {
        watch()
        handle(.signals([.bookmark(resourceVersion: "50")]))
        handle(.signals([.failure(ReadFailure(.versionTooLarge, "test"))]))
        for _ in 0..<2 {
            handle(.elapsed)
            let step = handle(page(["old"], "49"))
            #expect(step.failure?.kind == .regressed(from: "50", to: "49"))
            #expect(step.updates.isEmpty)
        }
        machine.acceptRegression()
        handle(.elapsed)
        let accepted = handle(page(["old"], "49"))
        #expect(text(accepted) == ["rebase@49 old"])
        #expect(accepted.command == Self.watching(from: "49"))
        handle(failed(.expired))
        handle(.elapsed)
        #expect(handle(page([], "48")).failure?.kind == .regressed(from: "49", to: "48"))
    }

    @Test("an accepted regression is used up by a list that needs none")
    mutating func unusedAcceptance() {
        watch()
        machine.acceptRegression()
        handle(failed(.expired))
        handle(.elapsed)
        #expect(text(handle(page([], "60"))) == ["replace@60 "])
        handle(failed(.expired))
        handle(.elapsed)
        #expect(handle(page([], "59")).failure?.kind == .regressed(from: "60", to: "59"))
    }

    @Test("when a list is due, the end of a watch leads to one")
    mutating func relistDue() {
        machine = Self.machine { $0.relistEvery = .seconds(1000) }
        watch()
        now = .seconds(999)
        #expect(handle(.ended).command == Self.watching(from: "10"))
        handle(.opened)
        now = .seconds(1000)
        #expect(handle(.ended).command == .list(continueToken: nil))
    }

    @Test("the time asked for a watch is drawn from the range")
    mutating func drawsTimeout() {
        machine = Self.machine { $0.watchTimeout = .seconds(300) ... .seconds(600) }
        watch()
        var timeouts: Set<Duration> = []
        for _ in 0..<50 {
            now = now.advanced(by: .seconds(300))
            guard case .watch(_, let timeout) = handle(.ended).command else {
                Issue.record("no watch")
                return
            }
            #expect((.seconds(300) ... .seconds(600)).contains(timeout))
            timeouts.insert(timeout)
            handle(.opened)
        }
        #expect(timeouts.count > 25)
    }

    @Test("an input that does not belong to the state leads to a complete list")
    mutating func outOfPlace() {
        watch()
        #expect(handle(.elapsed).command == .list(continueToken: nil))
        #expect(handle(.opened).command == .list(continueToken: nil))
        #expect(!machine.isWatching)
    }
}
