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
        var doubt = Doubt(seen: denials.count, pause: options.probeInterval)
        while !Task.isCancelled {
            let isDue = last.map { $0.duration(to: timeline.now) >= pause(failed, doubt) } ?? true
            let known = rights.answers
            let asked = rights.needed().filter { isDue || known[$0] == nil }
            if health.isReachable, !asked.isEmpty {
                let isDoubted = isDue && doubt.seen != denials.count
                if isDue {
                    (last, failed) = (timeline.now, false)
                    doubt.seen = denials.count
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
                let isNews = !rights.answered(answers).isEmpty
                if isNews { listener.conditionsChanged(name) }
                // Who denies without its being in the rules, such as a proxy, is not asked for them ever again.
                if isDoubted {
                    doubt.pause = isNews ? options.probeInterval : min(doubt.pause * 2, Self.rightsInterval)
                }
            }
            await rightsNow.wait(atMost: pause(failed, doubt), timeline)
        }
    }

    /// Denials that may say that the credential may do less than was thought.
    private struct Doubt {
        /// How many were looked into.
        var seen: UInt64
        /// Time from the last look to the one for the next of them.
        var pause: Duration
    }

    /// Time between two looks, as things are now.
    private func pause(_ failed: Bool, _ doubt: Doubt) -> Duration {
        let usual = lacksRights || failed ? options.factInterval : Self.rightsInterval
        return denials.count == doubt.seen ? usual : min(doubt.pause, usual)
    }
}
