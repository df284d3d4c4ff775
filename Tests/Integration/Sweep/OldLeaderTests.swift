import Foundation
import Testing

extension Integration {
    @Suite("A leader that was stopped, replaced and goes on", .behindFaultProxy)
    struct OldLeaderTests {
        /// A call of a first rollout at which the leader is stopped.
        enum Call: String, CaseIterable, Sendable {
            case journal = "the journal entry of the second target"
            case service = "the canary's Service"
            case gateway = "the canary's Gateway"
            case second = "the second target's VirtualService"

            func isMet(by call: FaultProxy.Call, after calls: [FaultProxy.Call]) -> Bool {
                switch self {
                case .journal:
                    // The write of the status that follows the canary's gate.
                    call.resource == "accesspoints" && call.subresource == "status"
                        && calls.contains { $0.cluster == Site.canary && $0.resource == "virtualservices" }
                case .service: call.cluster == Site.canary && call.resource == "services"
                case .gateway: call.cluster == Site.canary && call.resource == "gateways"
                case .second: call.cluster == Site.rest[0] && call.resource == "virtualservices"
                }
            }
        }

        /// A call and a moment of it.
        struct Halt: Sendable {
            var call: Call
            var moment: FaultProxy.Moment

            /// All of them where there is time; else each call at one moment, so that each moment comes up.
            static var chosen: [Halt] {
                let moments = FaultProxy.Moment.allCases
                if ProcessInfo.processInfo.environment["ACCESSPOINT_SOAK"] != nil {
                    return Call.allCases.flatMap { call in moments.map { Halt(call: call, moment: $0) } }
                }
                return Call.allCases.enumerated().map { Halt(call: $1, moment: moments[($0 + 2) % moments.count]) }
            }
        }

        @Test(
            "it sends no member anything, the host refuses what it sends there, and a call that was under way changes nothing",
            arguments: Halt.chosen)
        func stopped(at halt: Halt) async throws {
            let (call, moment) = (halt.call, halt.moment)
            let stage = try SweepStage.current
            let reference = try await Reference.shared.result(stage)
            let number = try #require(
                reference.calls.first { one in
                    call.isMet(by: one, after: reference.calls.filter { $0.number < one.number })
                }?.number, "the undisturbed story has this call")
            try await stage.clear()
            let old = try await stage.operate("old", lease: .short)
            var new: OperatorProcess?
            do {
                try await stage.proxy.begin()
                try await stage.proxy.plan(call: number, moment, .stop)
                async let told: Void = SweepStory.firstRollout.tell(SweepTeller(stage: stage))
                _ = try await stage.proxy.until("the leader is stopped") { $0.strikes.first }
                new = try await stage.operate("new", lease: .short)
                try await told
                try await stage.proxy.settle()
                let before = await stage.proxy.log.calls.count
                try await stage.proxy.resume(old)
                // It finds that another leads, and ends as one that must not go on.
                #expect(await old.process.end() == 1)
                try await stage.proxy.settle()
                let log = await stage.proxy.log
                let late = log.calls.dropFirst(before).filter { $0.process == "old" }
                #expect(!late.contains { $0.isOfMember }, "it wrote into a member: \(late.map(\.description))")
                // One that the end of the process left without an answer shows below if it has changed anything.
                #expect(
                    !late.contains { $0.status.map { $0 < 300 } ?? false },
                    "it changed the host: \(late.map(\.description))")
                #expect(log.calls.contains { $0.process == "new" && $0.isOfMember }, "the new leader went on")
                var end = try await SweepRun(stage: stage, story: .firstRollout).end(like: reference.end)
                // A call that was under way may be answered; had it changed anything, the objects would show it.
                end.rewrites = reference.end.rewrites
                let differences = end.differences(from: reference.end)
                #expect(
                    differences.isEmpty,
                    "\(differences.joined(separator: "\n"))\n\(log.calls.map(\.description).joined(separator: "\n"))")
                await new?.kill()
            } catch {
                await old.kill()
                await new?.kill()
                throw StageError("\(error)\n\(old.tail(40))\n-- the new one --\n\(new?.tail(40) ?? "none")")
            }
        }

        @Test("its late creation of a Service that the new leader is about to create leaves the object whole")
        func lateCreation() async throws {
            let stage = try SweepStage.current
            let reference = try await Reference.shared.result(stage)
            try await stage.clear()
            let old = try await stage.operate("old", lease: .short)
            var new: OperatorProcess?
            do {
                try await stage.proxy.begin()
                try await stage.proxy.plan(
                    process: old, cluster: Site.canary, resource: "services", .before, .stop)
                async let told: Void = SweepStory.firstRollout.tell(SweepTeller(stage: stage))
                _ = try await stage.proxy.until("the old leader is stopped") { $0.strikes.first }
                let next = try await stage.operate("new", lease: .short)
                new = next
                // The new leader has looked, found nothing, and its own creation is on the way.
                try await stage.proxy.plan(
                    process: next, cluster: Site.canary, resource: "services", .before, .hold)
                let held = try await stage.proxy.until("the new leader creates it too") { log in
                    log.strikes.count == 2 ? log.strikes[0] : nil
                }
                try await stage.proxy.resume(old)
                _ = try await stage.proxy.until("the late creation is answered") { log in
                    log.calls.first { $0.number == held && $0.status == 201 }
                }
                try await stage.proxy.resume(next)
                try await told
                var end = try await SweepRun(stage: stage, story: .firstRollout).end(like: reference.end)
                end.rewrites = reference.end.rewrites
                let calls = await stage.proxy.log.calls
                let differences = end.differences(from: reference.end)
                #expect(
                    differences.isEmpty,
                    "\(differences.joined(separator: "\n"))\n\(calls.map(\.description).joined(separator: "\n"))")
                await old.kill()
                await new?.kill()
            } catch {
                await old.kill()
                await new?.kill()
                throw StageError(
                    "\(error)\n\(await stage.proxy.log.calls.map(\.description).joined(separator: "\n"))\n\(old.tail(40))\n-- the new one --\n\(new?.tail(40) ?? "none")"
                )
            }
        }

        /// The undisturbed story, told once.
        private actor Reference {
            static let shared = Reference()
            private var told: SweepRun.Result?

            func result(_ stage: SweepStage) async throws -> SweepRun.Result {
                if let told { return told }
                let result = try await SweepRun(stage: stage, story: .firstRollout).reference()
                told = result
                return result
            }
        }
    }
}
