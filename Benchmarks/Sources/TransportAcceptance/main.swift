// Runs the heavy points of the transport acceptance list against real API servers.
//
//   TransportAcceptance SCENARIO KUBECONFIG [KUBECONFIG] [NUMBER]
//
// See docs/transport.md for what each scenario shows and how its servers are started.
import CurlTransport
import Glibc
import KubeClient

let words = CommandLine.arguments.dropFirst()
guard let scenario = words.first, words.count >= 2 else {
    print(
        "usage: TransportAcceptance scale|throughput|freeze|goaway|reset|slow|rotation|cancel|names|mixed KUBECONFIG..."
    )
    exit(2)
}
let rest = Array(words.dropFirst())
let transport = try CurlTransport()
let fleet = try Fleet(kubeconfigs: rest.filter { Int($0) == nil }, transport: transport)
let number = rest.compactMap { Int($0) }.first
switch scenario {
case "scale": try await fleet.scale(clusters: number ?? 300)
case "throughput": try await fleet.throughput(requests: number ?? 10_000)
case "freeze": try await fleet.freeze()
case "goaway": try await fleet.goaway(objects: number ?? 2000)
case "reset": try await fleet.reset()
case "slow": try await fleet.slowReader()
case "rotation": try await fleet.rotation()
case "names": try await fleet.names()
case "mixed": try await fleet.mixed(rounds: number ?? 1000)
case "cancel": try await fleet.cancel(requests: number ?? 1000)
default:
    print("no such scenario: \(scenario)")
    exit(2)
}
await transport.shutdown()
print("\(scenario): done")
