import Foundation
import Glibc
import KubeClient
import KubeModel
import Synchronization

extension Fleet {
    /// Point 7: the token file holds a token that the server refuses, then a good one, while 20 requests are in flight.
    func rotation() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rotation-\(getpid())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let source = CommandLine.arguments[2]
        let text = try String(contentsOfFile: source, encoding: .utf8)
        guard let line = text.split(separator: "\n").first(where: { $0.contains("token:") }),
            let token = line.split(separator: ":").last?.filter({ !$0.isWhitespace && $0 != "\"" })
        else { return print("no token in \(source)") }
        let file = folder + "/token"
        try "expired".write(toFile: file, atomically: true, encoding: .utf8)
        let copy = folder + "/kubeconfig"
        try text.replacing(line, with: "    tokenFile: \(file)").write(toFile: copy, atomically: true, encoding: .utf8)
        let client = client(try Kubeconfig(paths: [copy]).endpoint())
        let key = ObjectKey(namespace: nil, name: "default")
        let namespaces = GroupVersionResource(group: "", version: "v1", resource: "namespaces")
        do throws(APIError) {
            _ = try await client.get(namespaces, key)
            print("the expired token was accepted")
        } catch {
            print("with the expired token: \(error.disposition): \(error)")
        }
        try token.write(toFile: file, atomically: true, encoding: .utf8)
        // A renewal that failed a moment ago is not repeated before this.
        try await Task.sleep(for: .seconds(11))
        let good = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 { group.addTask { (try? await client.get(namespaces, key)) != nil } }
            var good = 0
            for await isGood in group where isGood { good += 1 }
            return good
        }
        print("after the file changed: \(good) of 20 requests in flight succeeded")
    }

    /// Point 8: cancel many requests at once, on a silent server and on watches of a real one.
    func cancel(requests: Int) async throws {
        let (silent, port) = Sockets.listen()
        defer { close(silent) }
        let connection = ConnectionSettings(server: try ServerURL("http://127.0.0.1:\(port)"))
        for round in 1...3 {
            let before = Usage.now
            let tasks = (0..<requests).map { _ in
                Task { () -> ContinuousClock.Instant in
                    _ = try? await transport.send(HTTPRequest(.get, "/", connection: connection))
                    return .now
                }
            }
            try await Task.sleep(for: .seconds(2))
            await cancelAll(tasks, "round \(round): \(requests) requests in flight", before)
        }
        let client = client(endpoints[0])
        let version = try await client.list(Self.configMaps, limit: 1).resourceVersion
        for round in 1...3 {
            let before = Usage.now
            let tally = Tally()
            let tasks = (0..<requests).map { _ in
                Task { () -> ContinuousClock.Instant in
                    if let watch = try? await client.watch(
                        Self.configMaps, resourceVersion: version, timeoutSeconds: 600)
                    {
                        tally.add("open")
                        for _ in 0..<2 {
                            var batches = watch.makeAsyncIterator()
                            _ = try? await batches.next()
                        }
                    }
                    return .now
                }
            }
            while tally.get("open") < requests { try await Task.sleep(for: .milliseconds(50)) }
            await cancelAll(tasks, "round \(round): \(requests) watches open", before)
        }
    }

    private func cancelAll(_ tasks: [Task<ContinuousClock.Instant, Never>], _ what: String, _ before: Usage) async {
        let open = Usage.now
        let begin = ContinuousClock.now
        for task in tasks { task.cancel() }
        var returned: [Duration] = []
        for task in tasks { returned.append(await task.value - begin) }
        try? await Task.sleep(for: .seconds(1))
        let after = Usage.now
        print("\(what): returned after \(returned.summary)")
        print(
            "  descriptors \(before.descriptors) -> \(open.descriptors) -> \(after.descriptors), "
                + "resident \(before.residentMiB) -> \(open.residentMiB) -> \(after.residentMiB) MiB")
    }
}
