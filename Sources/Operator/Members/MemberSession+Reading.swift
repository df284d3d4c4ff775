import KubeClient
import KubeModel
import KubeRuntime
import TrafficModel

extension MemberSession {
    /// Keeps current what AccessPoints need to know of objects that are not ours: at once when somebody asks for
    /// something new, and at the poll interval. Nothing is read while the member is not reachable.
    func keepReading(_ client: KubeClient) async {
        let reader = FactReader(client: client, cache: cache)
        while !Task.isCancelled {
            let needed = facts.needed()
            if health.isReachable, !needed.isEmpty {
                let answers = await reader.read(needed)
                guard !Task.isCancelled else { return }
                let concerned = facts.answered(answers)
                if !concerned.isEmpty { listener.accessPointsChanged(concerned) }
            }
            await readNow.wait(atMost: options.factInterval, timeline)
        }
    }
}
