import CurlTransport
import Foundation
import JSONValue
import KubeClient
import KubeModel

/// The servers that `rollout-budgets.sh` has prepared: a host and its members.
struct Stage {
    let folder: String
    let host: KubeClient
    let members: [(name: String, client: KubeClient)]
    let board = Board()
    /// Connections of their own for the counters, so that large answers do not stand in line with the watches.
    private let counters: [KubeClient]

    init(folder: String, transport: CurlTransport, counting: CurlTransport) throws {
        self.folder = folder
        let lines = try String(contentsOfFile: folder + "/ready", encoding: .utf8).split(separator: "\n")
        let clients = try lines.map { line -> (name: String, client: KubeClient) in
            let words = line.split(separator: " ").map(String.init)
            let endpoint = try Kubeconfig(paths: [words[2]]).endpoint()
            let client = KubeClient(
                endpoint: endpoint, transport: transport, clusterName: words[0], userAgent: "rollout-budgets")
            return (words[0], client)
        }
        guard let first = clients.first else { throw Trouble("no server in \(folder)/ready") }
        host = first.client
        counters = clients.map {
            KubeClient(
                endpoint: $0.client.endpoint, transport: counting, clusterName: $0.name, userAgent: "rollout-budgets"
            ).with(timeout: .seconds(10))
        }
        members = Array(clients.dropFirst())
    }

    /// Follows the AccessPoints on the host and the objects in the members.
    func watch() async throws {
        try await board.follow(host, Application.resource)
        for member in members { for part in Part.allCases { try await board.follow(member.client, part.resource) } }
    }

    /// Sends the spec of an AccessPoint as a person would.
    func edit(_ object: JSONValue, _ key: ObjectKey) async throws {
        _ = try await host.apply(object, resource: Application.resource, key: key, fieldManager: "person", force: true)
    }

    /// Waits until all members hold a number in the first parts of all applications; the time of the last arrival.
    func arrival(of number: Int, in applications: [Application], parts: Int = Part.allCases.count) async throws
        -> Arrival
    {
        try await until("\(applications.count) x \(parts) objects hold \(number)") {
            var last: Arrival?
            for application in applications {
                for member in members {
                    for part in Part.allCases.prefix(parts) {
                        guard let seen = board.seen(member.name, part.rawValue, application.key),
                            try part.holds(number, seen.object)
                        else { return nil }
                        if last.map({ $0.instant < seen.arrival.instant }) ?? true { last = seen.arrival }
                    }
                }
            }
            return last
        }
    }

    /// Waits until all applications are Ready for their present spec.
    func ready(_ applications: [Application]) async throws -> Arrival {
        try await until("\(applications.count) AccessPoints are Ready") {
            var last: Arrival?
            for application in applications {
                guard let seen = board.seen(host.clusterName, "AccessPoint", application.key),
                    let ready = ConditionSet(seen.object.status?["conditions"])["Ready"], ready.status == .true,
                    ready.observedGeneration == seen.object.generation
                else { return nil }
                if last.map({ $0.instant < seen.arrival.instant }) ?? true { last = seen.arrival }
            }
            return last
        }
    }

    /// Looks every 20 ms; times are those of the events, so that the pause does not count.
    private func until(_ what: String, _ find: () throws -> Arrival?) async throws -> Arrival {
        let deadline = ContinuousClock.now + .seconds(180)
        while true {
            if let found = try find() { return found }
            guard ContinuousClock.now < deadline else { throw Trouble("not within 180 s: \(what)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Counts once nothing has been written for three seconds.
    func settled() async throws -> Counts {
        var last = try await counts()
        while true {
            try await Task.sleep(for: .seconds(3))
            let now = try await counts()
            if now == last { return now }
            last = now
        }
    }

    func counts() async throws -> Counts {
        var counts = Counts()
        for (index, client) in counters.enumerated() { counts.add(try await metrics(client), isHost: index == 0) }
        return counts
    }

    /// The counters of a server; an answer that does not come is said and asked for twice more.
    private func metrics(_ client: KubeClient) async throws -> [UInt8] {
        for _ in 0..<2 {
            do { return try await client.getRaw("/metrics") } catch { say("asked again: \(error)") }
        }
        return try await client.getRaw("/metrics")
    }
}

/// What keeps the measurement from going on.
struct Trouble: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
