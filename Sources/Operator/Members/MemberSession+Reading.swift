import KubeClient
import KubeModel
import KubeRuntime
import TrafficModel

extension MemberSession {
    /// Keeps current what AccessPoints need to know of objects that are not ours: at the poll interval, and at once what
    /// somebody asks for anew. Nothing is read while the member is not reachable, nor before it is known
    /// what it serves: of a kind that was not looked for it would be said that it is not served.
    ///
    /// What is only warned of is not among it: a slow list of others holds nothing.
    func keepReading(_ client: KubeClient) async {
        let reader = FactReader(client: client, cache: cache, hubID: hubID)
        let interval = options.factInterval
        var next = timeline.now
        var grace = FactGrace(interval: interval)
        while !Task.isCancelled {
            let isRound = next <= timeline.now
            let needed = facts.needed().filter { !$0.isOfNeighbours }
            if !health.isReachable || cache.discoveredKinds == nil {
                grace = FactGrace(interval: interval)
            } else {
                if isRound { next = timeline.now.advanced(by: interval) }
                let (renewals, now) = (facts.renewals, timeline.now)
                // Between two rounds what failed is tried again, and what is new or was to be renewed.
                let failing = needed.filter { grace.isFailing($0, now: now) }
                let read = await reader.read(
                    isRound ? needed : failing.union(facts.due().filter { !$0.isOfNeighbours }))
                guard !Task.isCancelled else { return }
                let answers = grace.settled(read, known: facts.answers, needed: needed, now: timeline.now)
                let known = facts.answers
                if answers.contains(where: { $0.value.isDenied && known[$0.key]?.isDenied != true }) { denied() }
                let concerned = facts.answered(answers, askedAfter: renewals)
                if !concerned.isEmpty { listener.accessPointsChanged(concerned) }
            }
            let left = timeline.now.duration(to: next)
            let pause = grace.pause(left > .zero ? left : interval, now: timeline.now)
            await readNow.wait(atMost: pause, timeline)
        }
    }

    /// Keeps current what others have beside the objects of AccessPoints: at once what is asked for the first time, and
    /// everything at a slow pace, one list after the other, so that the reads above find room.
    func keepReadingNeighbours(_ client: KubeClient) async {
        let reader = FactReader(client: client, cache: cache, hubID: hubID)
        let interval = options.neighbourInterval
        var next = timeline.now
        // A list of others that fails must not become many.
        let unfailed = FactGrace(interval: interval, patience: ReadTroubles.grace)
        var grace = unfailed
        while !Task.isCancelled {
            let known = facts.answers
            let isDue = next <= timeline.now
            let needed = facts.needed().filter(\.isOfNeighbours)
            if !health.isReachable || cache.discoveredKinds == nil {
                grace = unfailed
            } else {
                let now = timeline.now
                let asked = needed.filter { isDue || known[$0] == nil || grace.isFailing($0, now: now) }
                if isDue, !asked.isEmpty { next = timeline.now.advanced(by: interval) }
                let read = await reader.read(asked, atMost: 1)
                guard !Task.isCancelled else { return }
                let answers = grace.settled(read, known: facts.answers, needed: needed, now: timeline.now)
                let concerned = facts.answered(answers)
                if !concerned.isEmpty { listener.accessPointsChanged(concerned) }
            }
            let left = timeline.now.duration(to: next)
            let pause = grace.pause(left > .zero ? left : interval, now: timeline.now)
            await neighboursNow.wait(atMost: pause, timeline)
        }
    }

    /// Reads everything again at once.
    func readSoon() { facts.renew() }
}

extension FactAnswer {
    fileprivate var isDenied: Bool { if case .denied = self { true } else { false } }
}
