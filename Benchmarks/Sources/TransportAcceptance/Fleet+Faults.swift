import Foundation
import Glibc
import JSONValue
import KubeClient
import KubeModel

extension Fleet {
    /// The first endpoint seen through a relay.
    private func relayed() throws -> (Forwarder, ClusterEndpoint) {
        var endpoint = endpoints[0]
        let relay = Forwarder(to: endpoint.connection.server.port)
        endpoint.connection.server = try ServerURL("https://127.0.0.1:\(relay.port)")
        return (relay, endpoint)
    }

    /// Point 3: the connection goes dead without a sign. The request times out, the next one takes a new connection.
    func freeze() async throws {
        let (relay, endpoint) = try relayed()
        let client = client(endpoint).with(timeout: .seconds(2))
        let other = self.client(endpoints[1])
        _ = try await apply(client, "freeze", "0")
        let version = try await client.list(Self.configMaps, limit: 1).resourceVersion
        let watch = try await client.watch(
            Self.configMaps, resourceVersion: version, timeoutSeconds: 600, idleTimeout: .seconds(5))
        print("connections before: \(relay.accepted)")
        relay.freeze()
        let latencies = Samples<Duration>()
        let stop = Task {
            while !Task.isCancelled {
                let begin = ContinuousClock.now
                _ = try await other.serverVersion()
                latencies.add(ContinuousClock.now - begin)
            }
        }
        for attempt in 1...2 {
            let begin = ContinuousClock.now
            do throws(APIError) {
                _ = try await client.get(Self.configMaps, ObjectKey(namespace: "default", name: "freeze"))
                print("attempt \(attempt): answered after \((ContinuousClock.now - begin).text)")
            } catch {
                print("attempt \(attempt): \(error.disposition) after \((ContinuousClock.now - begin).text): \(error)")
            }
        }
        stop.cancel()
        print("connections after: \(relay.accepted); the other cluster meanwhile: \(latencies.all.summary)")
        do throws(APIError) {
            var batches = watch.makeAsyncIterator()
            while try await batches.next() != nil {}
            print("the watch on the dead connection ended")
        } catch {
            print("the watch on the dead connection: \(error)")
        }
    }

    /// Point 3 for a name server that never answers (run where /etc/resolv.conf names none that does): requests to a
    /// name that does not resolve are timed out and cancelled, while another cluster is asked all the time.
    func names() async throws {
        let other = client(endpoints[0])
        let latencies = Samples<Duration>()
        let asking = Task {
            while !Task.isCancelled {
                let begin = ContinuousClock.now
                _ = try await other.serverVersion()
                latencies.add(ContinuousClock.now - begin)
            }
        }
        var connection = ConnectionSettings(server: try ServerURL("https://member.example.test"))
        connection.connectTimeout = .seconds(1)
        for round in 1...5 {
            let begin = ContinuousClock.now
            do throws(TransportError) {
                _ = try await transport.send(HTTPRequest(.get, "/", connection: connection))
            } catch {
                print("round \(round): \(error) after \((ContinuousClock.now - begin).text)")
            }
            let task = Task { [connection] in try await transport.send(HTTPRequest(.get, "/", connection: connection)) }
            try await Task.sleep(for: .milliseconds(100))
            task.cancel()
            _ = await task.result
        }
        asking.cancel()
        print("the other cluster meanwhile: \(latencies.all.count) answers, \(latencies.all.summary)")
    }

    /// Watches from `version` until `tally` has seen `wanted` distinct versions, resuming where a watch ends.
    private func follow(
        _ client: KubeClient, from version: String, until wanted: Int, _ tally: Tally
    ) async -> [String] {
        var (last, seen): (String, [String]) = (version, [])
        while seen.count < wanted, !Task.isCancelled {
            do throws(APIError) {
                let watch = try await client.watch(Self.configMaps, resourceVersion: last, timeoutSeconds: 600)
                tally.add("watches")
                var batches = watch.makeAsyncIterator()
                while seen.count < wanted, let events = try await batches.next() {
                    for event in events {
                        switch event {
                        case .added(let object), .modified(let object):
                            last = object.resourceVersion ?? last
                            if object.name.hasPrefix("follow-") { seen.append(last) }
                        case .error(let status):
                            tally.add("error events \(status.code ?? 0)")
                        case .deleted, .bookmark: break
                        }
                    }
                }
                tally.add("ended watches")
            } catch {
                tally.add("broken watches: \(error.transport?.kind.rawValue ?? "status \(error.httpStatus ?? 0)")")
            }
        }
        return seen
    }

    /// Writes `objects` changes, 20 at a time, and gives their versions.
    private func write(_ client: KubeClient, _ objects: Int, _ tally: Tally) async -> [String] {
        let versions = Samples<String>()
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<20 {
                group.addTask {
                    for round in stride(from: worker, to: objects, by: 20) {
                        do throws(APIError) {
                            let result = try await client.apply(
                                Self.configMap("follow-\(worker)", "\(round)-\(getpid())"), resource: Self.configMaps,
                                key: ObjectKey(namespace: "default", name: "follow-\(worker)"), fieldManager: "f")
                            versions.add(result.object.resourceVersion ?? "")
                            tally.add("writes")
                        } catch {
                            tally.add("writes with \(error.disposition)")
                            // Unknown outcome: read back, as a caller must.
                            if let now = try? await client.get(
                                Self.configMaps, ObjectKey(namespace: "default", name: "follow-\(worker)")),
                                now.json["data"]?["value"]?.stringValue?.hasPrefix("\(round)-") == true
                            {
                                versions.add(now.resourceVersion ?? "")
                                tally.add("writes that had happened")
                            }
                        }
                    }
                }
            }
        }
        return versions.all
    }

    /// Point 4, first half: the server sends GOAWAY with every 50th request (`--goaway-chance=0.02`).
    func goaway(objects: Int) async throws {
        let client = client(endpoints[0])
        let version = try await client.list(Self.configMaps, limit: 1).resourceVersion
        let tally = Tally()
        let (result, time) = await timed {
            let written = await write(client, objects, tally)
            let seen = await follow(client, from: version, until: Set(written).count, tally)
            return (written, seen)
        }
        report(result.0, result.1, tally, time)
        // And the same with the watch open while GOAWAYs come.
        let tally2 = Tally()
        let version2 = try await client.list(Self.configMaps, limit: 1).resourceVersion
        let (live, time2) = await timed {
            let watching = Task { await follow(client, from: version2, until: objects, tally2) }
            let written = await write(client, objects, tally2)
            try? await Task.sleep(for: .seconds(1))
            watching.cancel()
            return (written, await watching.value)
        }
        report(live.0, live.1, tally2, time2)
    }

    private func report(_ written: [String], _ seen: [String], _ tally: Tally, _ time: Duration) {
        let (missing, twice) = (Set(written).subtracting(seen), seen.count - Set(seen).count)
        print(
            "\(written.count) versions written, \(seen.count) seen, \(missing.count) missed, \(twice) twice, \(time.text)"
        )
        print("  \(tally.text)")
    }

    /// Point 4, second half: the connection is reset ten times in the middle of a watch.
    func reset() async throws {
        let (relay, endpoint) = try relayed()
        let (watcher, writer) = (client(endpoint), client(endpoints[0]))
        let version = try await writer.list(Self.configMaps, limit: 1).resourceVersion
        let tally = Tally()
        let (result, time) = await timed {
            let watching = Task { await follow(watcher, from: version, until: 1000, tally) }
            let breaking = Task {
                for _ in 0..<10 {
                    try await Task.sleep(for: .milliseconds(150))
                    relay.reset()
                }
            }
            let written = await write(writer, 1000, tally)
            _ = await breaking.result
            try? await Task.sleep(for: .seconds(1))
            watching.cancel()
            return (written, await watching.value)
        }
        report(result.0, result.1, tally, time)
        print("  connections: \(relay.accepted)")
    }

    /// Point 5: a reader that stands still; its buffer holds 1 MiB of 40 MiB of events.
    func slowReader() async throws {
        let client = client(endpoints[0])
        let start = try await client.list(Self.configMaps, limit: 1).resourceVersion
        let before = Usage.now
        let watch = try await client.watch(
            Self.configMaps, resourceVersion: start, timeoutSeconds: 60, bufferLimit: 1 << 20)
        let value = String(repeating: "x", count: 400_000)
        var written: [String] = []
        for round in 0..<100 {
            written.append(try await apply(client, "slow-\(round % 4)", value + "\(round)").resourceVersion ?? "")
        }
        var seen: [String] = []
        do throws(APIError) {
            var batches = watch.makeAsyncIterator()
            while let events = try await batches.next() { seen += Self.versions(events) }
        } catch {
            print("the slow reader: \(error)")
        }
        print("  seen before that: \(seen.count) of \(written.count)")
        var batches = try await client.watch(Self.configMaps, resourceVersion: seen.last ?? start, timeoutSeconds: 60)
            .makeAsyncIterator()
        while Set(seen).isSuperset(of: written) == false, let events = try await batches.next() {
            seen += Self.versions(events)
        }
        let missing = Set(written).subtracting(seen)
        print(
            "after resuming: \(seen.count) seen, \(missing.count) missed, resident \(before.residentMiB) -> \(Usage.now.residentMiB) MiB"
        )
    }

    private static func versions(_ events: [WatchEvent]) -> [String] {
        events.compactMap { event in
            switch event {
            case .added(let object), .modified(let object): object.resourceVersion
            default: nil
            }
        }
    }
}
