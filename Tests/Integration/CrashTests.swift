import JSONValue
import KubeModel
import Testing

extension Integration {
    @Suite("The operator is killed in the middle of the story")
    struct CrashTests {
        /// The steps of the story that can be seen from outside, in order.
        enum Step: String, CaseIterable, Sendable {
            case nothing = "before anything"
            case journaled = "the canary is journaled"
            case written = "the first object of the canary is written"
            case whole = "the canary is whole"
            case paused = "it waits at the gate"
            case resumed = "the resume is recorded"
            case second = "the second target is journaled"
            case secondWritten = "the second target is written"
            case third = "the third target is journaled"
            case complete = "it is complete"
        }

        @Test(
            "killed when one of the steps is seen, and started again, it comes to the same end",
            arguments: Step.allCases)
        func killed(after step: Step) async throws {
            let site = try await Site.unoperated()
            let namespace = "crash-\(step)".lowercased()
            try await site.namespace(namespace)
            let first = try OperatorProcess.start(site.fleet, identity: "first")
            try await site.kubectl.apply(AccessPointManifest(namespace: namespace).yaml)
            try await reach(step, site, namespace)
            await first.kill()
            let second = try OperatorProcess.start(site.fleet, identity: "second")
            if step <= .paused { try await site.goOn(try await site.untilCanaryGate(in: namespace)) }
            try await site.untilReady(in: namespace)
            let end = try await End(site, namespace)
            await second.terminate()
            let reference = try await Reference.shared.end(site)
            for member in Fleet.members {
                #expect(end.objects[member] == reference.objects[member], "\(member) holds something else")
                #expect(end.creations[member] == reference.creations[member], "\(member): an object was made twice")
                #expect(end.changes[member] == reference.changes[member], "\(member): an object was rewritten")
            }
            #expect(end.conditions == reference.conditions)
        }

        /// Drives the story until the step is seen; the resume is given on the way.
        private func reach(_ step: Step, _ site: Site, _ namespace: String) async throws {
            if step > .paused { try await site.goOn(try await site.untilCanaryGate(in: namespace)) }
            switch step {
            case .nothing: break
            case .journaled: try await seen(site, namespace) { $0.inFlight == [Site.canary] }
            case .written, .whole:
                let wanted = step == .written ? 1 : 3
                _ = try await site.chronicle(Site.canary).until("\(step)") { record in
                    record.owned(by: "checkout", in: namespace).count >= wanted ? true : nil
                }
            case .paused: try await site.untilCanaryGate(in: namespace)
            case .resumed: try await seen(site, namespace) { $0.text("rollout", "lastHandledResume") == "r1/canary" }
            case .second: try await seen(site, namespace) { $0.inFlight == [Site.rest[0]] }
            case .secondWritten:
                _ = try await site.chronicle(Site.rest[0]).until("\(step)") { record in
                    record.owned(by: "checkout", in: namespace).count == 3 ? true : nil
                }
            case .third: try await seen(site, namespace) { $0.inFlight == [Site.rest[1]] }
            case .complete: try await site.untilReady(in: namespace)
            }
        }

        /// Waits until some state that the AccessPoint went through is as the predicate says.
        private func seen(_ site: Site, _ namespace: String, _ holds: @Sendable (AccessPointView) -> Bool) async throws
        {
            _ = try await site.host.until("the step is seen") { record in
                record.accessPointHistory("checkout", in: namespace).contains(where: holds) ? true : nil
            }
        }

        /// The undisturbed story, told once.
        private actor Reference {
            static let shared = Reference()
            private var told: End?

            func end(_ site: Site) async throws -> End {
                if let told { return told }
                try await site.namespace("crash-none")
                let undisturbed = try OperatorProcess.start(site.fleet, identity: "undisturbed")
                try await site.rollOut(AccessPointManifest(namespace: "crash-none"))
                let end = try await End(site, "crash-none")
                await undisturbed.terminate()
                told = end
                return end
            }
        }

        /// What a story comes to: what each member stores, how often each object was made and changed, and the
        /// conditions; without what differs by namespace and time.
        private struct End: Sendable {
            var objects: [String: [String: JSONValue]] = [:]
            var creations: [String: [String: Int]] = [:]
            var changes: [String: [String: Int]] = [:]
            var conditions: [String: String] = [:]

            init(_ site: Site, _ namespace: String) async throws {
                for member in Fleet.members {
                    let record = try await site.chronicle(member).record
                    objects[member] = [:]
                    for object in record.owned(by: "checkout", in: namespace) {
                        let text = (object.spec ?? .null).text().replacing(namespace, with: "NAMESPACE")
                        var spec = try JSONValue(parsing: text)
                        spec.set(nil, at: ["clusterIP"])
                        spec.set(nil, at: ["clusterIPs"])
                        if let ports = spec["ports"]?.arrayValue {
                            spec.set(
                                .array(
                                    ports.map { port in
                                        var port = port
                                        port.set(nil, at: ["nodePort"])
                                        return port
                                    }), at: ["ports"])
                        }
                        objects[member]?[object.kind] = spec
                        let history = record.history(object.kind, object.name, in: object.namespace)
                        creations[member, default: [:]][object.kind] = history.count { $0.change == .added }
                        changes[member, default: [:]][object.kind] = history.count { $0.change == .modified }
                    }
                }
                let view = await site.host.record.accessPoint("checkout", in: namespace)
                for condition in ConditionSet(view?.object.status?["conditions"]).conditions {
                    conditions[condition.type] = "\(condition.status) \(condition.reason)"
                }
            }
        }
    }
}

extension Integration.CrashTests.Step: Comparable {
    static func < (one: Self, other: Self) -> Bool {
        (allCases.firstIndex(of: one) ?? 0) < (allCases.firstIndex(of: other) ?? 0)
    }
}
