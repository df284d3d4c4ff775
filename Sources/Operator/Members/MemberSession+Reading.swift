import KubeClient
import KubeModel
import KubeRuntime
import TrafficModel

extension MemberSession {
    /// Keeps current what AccessPoints need to know of objects that are not ours: at once when somebody asks for
    /// something new, and at the poll interval. Nothing is read while the member is not reachable, nor before it is known
    /// what it serves: of a kind that was not looked for it would be said that it is not served.
    func keepReading(_ client: KubeClient) async {
        let reader = FactReader(client: client, cache: cache, hubID: hubID)
        while !Task.isCancelled {
            let needed = facts.needed()
            if health.isReachable, cache.discoveredKinds != nil, !needed.isEmpty {
                let answers = await reader.read(needed)
                guard !Task.isCancelled else { return }
                let concerned = facts.answered(answers)
                if !concerned.isEmpty { listener.accessPointsChanged(concerned) }
            }
            await readNow.wait(atMost: options.factInterval, timeline)
        }
    }
}
