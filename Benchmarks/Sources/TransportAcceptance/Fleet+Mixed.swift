import JSONValue
import KubeClient
import KubeModel

extension Fleet {
    /// Large answers on a connection that carries watches too: first with nothing else on it, then beside writes and
    /// watches that are given up amid their events. No answer within 5 s is a stall.
    func mixed(rounds: Int) async throws {
        let client = client(endpoints[0]).with(timeout: .seconds(5))
        for index in 0..<40 { _ = try await writeLarge(client, index, 0) }
        var watches: [Task<Void, any Error>] = []
        for resource in Self.watched {
            let version = try await client.list(resource, limit: 1).resourceVersion
            let stream = try await client.watch(resource, resourceVersion: version, timeoutSeconds: 3600)
            watches.append(Task { for try await _ in stream {} })
        }
        await readLarge(client, rounds, "beside silent watches", Tally())
        let tally = Tally()
        let storm = Task { await self.storm(client, tally) }
        await readLarge(client, rounds, "beside 20 writers", tally)
        storm.cancel()
        await storm.value
        for watch in watches { watch.cancel() }
    }

    private func writeLarge(_ client: KubeClient, _ index: Int, _ number: Int) async throws -> KubeObject {
        try await apply(client, "mixed-\(index)", String(repeating: "x", count: 20_000) + "\(number)")
    }

    /// Asks for the metrics (1 MB, 50 KB on the wire) and for a list (800 KB) in turn.
    private func readLarge(_ client: KubeClient, _ rounds: Int, _ place: String, _ tally: Tally) async {
        let latencies = Samples<Duration>()
        for round in 0..<rounds {
            let begin = ContinuousClock.now
            do throws(APIError) {
                if round % 2 == 0 {
                    _ = try await client.getRaw("/metrics")
                } else {
                    _ = try await client.list(Self.configMaps)
                }
                latencies.add(ContinuousClock.now - begin)
            } catch {
                tally.add("reads without an answer: \(error.transport?.kind.rawValue ?? "\(error)")")
            }
        }
        print("\(place): \(latencies.all.count) answers of \(rounds), \(latencies.all.summary); \(tally.text)")
    }

    /// Until it is cancelled: 20 writes at a time, and watches that end with their first events.
    private func storm(_ client: KubeClient, _ tally: Tally) async {
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<20 {
                group.addTask {
                    var number = 0
                    while !Task.isCancelled {
                        number += 1
                        do {
                            _ = try await self.writeLarge(client, worker, number)
                            tally.add("writes")
                        } catch {
                            if !Task.isCancelled { tally.add("writes that failed") }
                        }
                    }
                }
            }
            group.addTask {
                while !Task.isCancelled {
                    let watch = try? await client.watch(Self.configMaps, resourceVersion: "0", timeoutSeconds: 600)
                    var batches = watch?.makeAsyncIterator()
                    _ = try? await batches?.next()
                    tally.add("watches given up")
                }
            }
        }
    }
}
