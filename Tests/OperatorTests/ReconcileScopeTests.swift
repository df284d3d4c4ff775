import JSONValue
import KubeRuntime
import Logging
import Synchronization
import Telemetry
import Testing

@testable import Operator

@Suite("Log lines of a reconcile")
struct ReconcileScopeTests {
    private struct Logging: Reconciler {
        let logger: Logger
        let queue: WorkQueue<String>
        func reconcile(_ key: String) async -> Outcome {
            logger.info("Within", metadata: ["name": "\(key)"])
            queue.shutDown()
            return .done
        }
    }

    @Test(
        "a line carries its controller, kind and run within a reconcile, and none of them outside",
        arguments: [
            ("accesspoint", "AccessPoint"), ("membercluster", "MemberCluster"), ("nameservice", "NameService"),
            ("lookup", nil),
        ] as [(String, String?)])
    func lines(name: String, kind: String?) async throws {
        let lines = Mutex<[JSONValue]>([])
        let logger = Logger(label: "test") { _ in
            var handler = LineLogHandler(format: .json, level: .info, now: { "now" }) { bytes in
                lines.withLock { $0.append((try? JSONValue(parsing: bytes)) ?? .null) }
            }
            handler.metadataProvider = ReconcileScope.logging
            return handler
        }
        let timeline = Timeline(ContinuousClock())
        let queue = WorkQueue<String>(timeline: timeline)
        queue.add("web")
        logger.info("Before")
        try await Controller(
            name: name, reconciler: Logging(logger: logger, queue: queue), queue: queue, timeline: timeline
        ) { _ in logger.info("Reported") }.run()
        let found = lines.withLock { $0 }
        #expect(found.map { $0["msg"]?.stringValue } == ["Before", "Within", "Reported"])
        #expect(found.first?["reconcileID"] == nil)
        #expect(found.first?["controller"] == nil)
        for line in found.dropFirst() {
            #expect(line["controller"]?.stringValue == name)
            #expect(line["controllerKind"]?.stringValue == kind)
        }
        let ids = Set(found.dropFirst().compactMap { $0["reconcileID"]?.stringValue })
        #expect(ids.count == 1)
        #expect(found[1]["name"]?.stringValue == "web")
    }
}
