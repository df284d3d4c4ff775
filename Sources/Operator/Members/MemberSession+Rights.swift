import KubeClient
import KubeModel
import KubeRuntime

extension MemberSession {
    /// Time between two looks at what the credential may do; while something is missing the poll interval counts, and
    /// where something was denied the probe interval.
    static let rightsInterval: Duration = .seconds(600)

    /// Keeps current what the credential may do in the namespaces that somebody asks about: at once in one that is new,
    /// and in all of them slowly. Nothing is asked while the member is not reachable.
    func keepReviewing(_ client: KubeClient) async {
        var last: Moment?
        var failed = false
        var seen = denials.count
        while !Task.isCancelled {
            let isDue = last.map { $0.duration(to: timeline.now) >= pause(failed, since: seen) } ?? true
            let known = rights.answers
            let asked = rights.needed().filter { isDue || known[$0] == nil }
            if health.isReachable, !asked.isEmpty {
                if isDue {
                    (last, failed) = (timeline.now, false)
                    seen = denials.count
                }
                var answers: [String: MemberRights.Answer] = [:]
                for namespace in asked.sorted() {
                    do throws(APIError) {
                        answers[namespace] = .rules(try await client.accessRules(in: namespace))
                    } catch {
                        answers[namespace] = .unreadable("\(error)")
                        failed = true
                    }
                }
                guard !Task.isCancelled else { return }
                if !rights.answered(answers).isEmpty { listener.conditionsChanged(name) }
            }
            await rightsNow.wait(atMost: pause(failed, since: seen), timeline)
        }
    }

    /// Time between two looks, as things are now.
    private func pause(_ failed: Bool, since seen: UInt64) -> Duration {
        if denials.count != seen { return options.probeInterval }
        return lacksRights || failed ? options.factInterval : Self.rightsInterval
    }
}
