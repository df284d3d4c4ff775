import Glibc
import JSONValue
import KubeClient
import KubeModel

extension Fleet {
    /// Point 1: many clusters with four watches each, 50 applies at a time, and a lease timer that must not be late.
    func scale(clusters: Int) async throws {
        let before = Usage.now
        let tally = Tally()
        let version = try await client(endpoints[0]).list(Self.configMaps, limit: 1).resourceVersion
        let clients = try (0..<clusters).map { client(try distinct($0), "member-\($0)") }
        let (watches, opening) = try await timed {
            try await withThrowingTaskGroup(of: WatchStream.self) { group in
                var watches: [WatchStream] = []
                var opening = 0
                for client in clients {
                    for resource in Self.watched.prefix(Int(ProcessEnvironment.variable("WATCHES") ?? "4") ?? 4) {
                        // At most a hundred are being opened at a time.
                        opening += 1
                        if opening > 100, let watch = try await group.next() { watches.append(watch) }
                        group.addTask {
                            try await client.watch(resource, resourceVersion: version, timeoutSeconds: 600)
                        }
                    }
                }
                for try await watch in group { watches.append(watch) }
                return watches
            }
        }
        let opened = Usage.now
        print("opened \(watches.count) watches on \(clusters) connections in \(opening.text)")
        print(
            "  resident \(before.residentMiB) -> \(opened.residentMiB) MiB, descriptors \(before.descriptors) -> "
                + "\(opened.descriptors), CPU \(opened.cpuSeconds - before.cpuSeconds) s")
        await withTaskGroup(of: Void.self) { group in
            for watch in watches {
                group.addTask {
                    do throws(APIError) {
                        var batches = watch.makeAsyncIterator()
                        while let events = try await batches.next() { tally.add("events", events.count) }
                        tally.add("ended")
                    } catch {
                        tally.add(error.transport?.kind == .cancelled ? "cancelled" : "failed")
                    }
                }
            }
            if ProcessEnvironment.variable("SHORT") != nil { return group.cancelAll() }
            await idle(seconds: 10)
            await load(clients, tally, seconds: 20)
            group.cancelAll()
        }
        print("  \(tally.text)")
    }

    /// What the watches cost while nothing happens.
    private func idle(seconds: Int) async {
        let before = Usage.now
        try? await Task.sleep(for: .seconds(seconds))
        print("idle for \(seconds) s: CPU \(Usage.now.cpuSeconds - before.cpuSeconds) s")
    }

    /// 50 applies at a time, one every 4 ms, beside a timer of 2 s that reads the way a lease does.
    private func load(_ clients: [KubeClient], _ tally: Tally, seconds: Int) async {
        let before = Usage.now
        let end = ContinuousClock.now + .seconds(seconds)
        let latencies = Samples<Duration>()
        let lateness = Samples<Duration>()
        let leases = Samples<Duration>()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while ContinuousClock.now < end {
                    let due = ContinuousClock.now + .seconds(2)
                    try? await Task.sleep(until: due)
                    let woken = ContinuousClock.now
                    lateness.add(woken - due)
                    let key = ObjectKey(namespace: nil, name: "default")
                    let namespaces = GroupVersionResource(group: "", version: "v1", resource: "namespaces")
                    _ = try? await clients[0].with(timeout: .seconds(5)).get(namespaces, key)
                    leases.add(ContinuousClock.now - woken)
                }
            }
            for worker in 0..<50 {
                group.addTask {
                    var round = 0
                    while ContinuousClock.now < end {
                        round += 1
                        let client = clients[(worker + round * 50) % clients.count]
                        let begin = ContinuousClock.now
                        do {
                            _ = try await apply(client, "scale-\(worker)", "\(round)")
                            latencies.add(ContinuousClock.now - begin)
                            tally.add("applied")
                        } catch {
                            tally.add("not applied")
                        }
                        try? await Task.sleep(for: .milliseconds(1000))
                    }
                }
            }
        }
        let after = Usage.now
        print("load for \(seconds) s: CPU \(after.cpuSeconds - before.cpuSeconds) s, resident \(after.residentMiB) MiB")
        print("  applies: \(latencies.all.summary)")
        print("  lease timer late by: \(lateness.all.summary)")
        print("  lease request: \(leases.all.summary)")
    }

    /// Requests a second over one connection.
    func throughput(requests: Int) async throws {
        let client = client(endpoints[0])
        _ = try await apply(client, "throughput", "0")
        let key = ObjectKey(namespace: "default", name: "throughput")
        for width in [1, 8, 32] {
            let before = Usage.now
            let (_, time) = try await timed {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for worker in 0..<width {
                        group.addTask {
                            for _ in stride(from: worker, to: requests, by: width) {
                                _ = try await client.get(Self.configMaps, key)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
            let cpu = Usage.now.cpuSeconds - before.cpuSeconds
            print(
                "\(width) at a time: \(Int(Double(requests) / seconds)) GETs a second, "
                    + "\(Int(cpu / Double(requests) * 1e6)) us CPU each, descriptors \(Usage.now.descriptors)")
        }
    }
}
