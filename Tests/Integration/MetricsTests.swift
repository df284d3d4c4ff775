import CurlTransport
import Foundation
import JSONValue
import KubeClient
import Testing

extension Integration {
    @Suite("Metrics and health")
    struct MetricsTests {
        /// What one operator serves.
        struct Served: Sendable {
            let site: Site
            let health: Int
            let metrics: Int

            init(_ site: Site, _ process: OperatorProcess) async throws {
                self.site = site
                health = try await process.port("Serving health")
                metrics = try await process.port("Serving metrics")
            }

            func get(_ port: Int, _ path: String) async throws -> (status: Int, body: String) {
                let connection = ConnectionSettings(
                    server: try ServerURL(scheme: .http, host: "127.0.0.1", port: port))
                let response = try await site.transport.send(HTTPRequest(.get, path, connection: connection))
                return (response.head.status, String(decoding: response.body, as: UTF8.self))
            }

            func scrape() async throws -> Exposition {
                let (status, body) = try await get(metrics, "/metrics")
                #expect(status == 200)
                return try Exposition(body)
            }

            /// Waits until a scrape shows what is expected, and returns it.
            @discardableResult
            func until(_ what: String, _ holds: (Exposition) -> Bool) async throws -> Exposition {
                var last = try await scrape()
                try await eventually(what) {
                    last = try await scrape()
                    return holds(last)
                }
                return last
            }
        }

        private static let info = "accesspoint_info"

        @Test("a scrape follows an AccessPoint through its gate, and what is gone, or not ours to tell, is not shown")
        func walk() async throws {
            let site = try await Site.unoperated()
            try await site.namespace("metrics")
            let flags = ["--per-accesspoint-metrics"]
            let process = try OperatorProcess.start(
                site.fleet, lease: .lasting, health: "127.0.0.1:0", metrics: "127.0.0.1:0", extra: flags)
            let served = try await Served(site, process)
            let before = try await served.until("it leads and knows its members") { scrape in
                scrape.sum("leader_election_master_status") == 1
                    && Fleet.members.allSatisfy { scrape["accesspoint_member_cluster_up", ["cluster": $0]] == 1 }
            }
            #expect(try await served.get(served.health, "/healthz") == (200, "ok"))
            let checks = "[+]loop ok\n[+]host-caches ok\n[+]lease ok\n[+]shutdown ok\nreadyz check passed\n"
            #expect(try await served.get(served.health, "/readyz?verbose") == (200, checks))
            #expect(try await served.get(served.metrics, "/healthz").status == 404)

            try await site.kubectl.apply(AccessPointManifest(namespace: "metrics").yaml)
            let gate = try await site.untilCanaryGate(in: "metrics")
            let paused = try await served.scrape()
            try expectPaused(paused, before)
            try await site.goOn(gate)
            try await site.untilReady(in: "metrics")
            let completed = ["outcome": "Completed"]
            let done = try await served.until("the run has ended") {
                $0.sum("accesspoint_rollouts_total", completed)
                    == paused.sum("accesspoint_rollouts_total", completed) + 1
            }
            expectDone(done, paused)
            #expect(Set(done.types.keys) == (try Self.documented()))
            let canary = ["cluster": Site.canary]
            try await site.member(Site.canary)("delete", "gateway", "checkout", "-n", "metrics")
            try await served.until("the repair is counted") {
                $0.sum("accesspoint_drift_total", canary) == done.sum("accesspoint_drift_total", canary) + 1
            }
            try await expectStandby(site, checks)
            try await expectAway(site, served)

            try await site.kubectl("delete", "axp", "checkout", "-n", "metrics", "--wait=true", "--timeout=60s")
            try await served.until("what is gone is not shown") { scrape in
                scrape.sum(Self.info, ["namespace": "metrics"]) == 0
                    && scrape.sum(
                        "accesspoint_certificate_expiry_timestamp_seconds",
                        ["secret": "istio-ingress/checkout-metrics"]) == 0
            }
            try await expectPromtool(served)
            #expect(await process.terminate() == 0)
            await #expect(throws: TransportError.self) { try await served.get(served.health, "/healthz") }
        }

        @Test(
            "a few clients take all that scrapes may have, and connections to the probes that lie idle are closed soon")
        func limits() async throws {
            let site = try await Site.unoperated()
            let process = try OperatorProcess.start(site.fleet, health: "127.0.0.1:0", metrics: "127.0.0.1:0")
            let served = try await Served(site, process)
            // Each transport keeps its connection open after the answer.
            func clients(_ count: Int) throws -> [CurlTransport] {
                try (0..<count).map { _ in try CurlTransport(environment: ProxyEnvironment { _ in nil }) }
            }
            func get(_ port: Int, _ path: String, _ client: CurlTransport) async throws -> [UInt8] {
                let server = try ServerURL(scheme: .http, host: "127.0.0.1", port: port)
                return try await client.send(
                    HTTPRequest(.get, path, connection: ConnectionSettings(server: server), timeout: .seconds(3))
                ).body
            }
            let scrapers = try clients(8)
            for client in scrapers { _ = try await get(served.metrics, "/metrics", client) }
            func files() async throws -> Double {
                let body = try await get(served.metrics, "/metrics", scrapers[1])
                return try Exposition(String(decoding: body, as: UTF8.self)).sum("process_open_fds")
            }
            let late = try clients(1)
            await #expect(throws: TransportError.self) { _ = try await get(served.metrics, "/metrics", late[0]) }
            await scrapers[0].shutdown()
            #expect(try await !get(served.metrics, "/metrics", late[0]).isEmpty)

            let before = try await files()
            let kubelets = try clients(20)
            for client in kubelets { _ = try await get(served.health, "/healthz", client) }
            #expect(try await files() >= before + 15)
            try await eventually("idle connections are closed", within: .seconds(30)) {
                try await files() < before + 10
            }
            for client in scrapers.dropFirst() + late + kubelets { await client.shutdown() }
            #expect(await process.terminate() == 0)
        }

        private func expectPaused(_ paused: Exposition, _ before: Exposition) throws {
            let gate = ["reason": "CanaryGate"]
            #expect(paused.sum("accesspoint_paused", gate) == before.sum("accesspoint_paused", gate) + 1)
            #expect(paused.sum(Self.info, ["namespace": "metrics", "name": "checkout", "phase": "Paused"]) == 1)
            #expect(paused.sum("accesspoint_apply_total", ["cluster": Site.canary, "result": "created"]) >= 3)
            #expect(paused.sum("accesspoint_rollouts_total") == before.sum("accesspoint_rollouts_total"))
            let end = try #require(
                paused[
                    "accesspoint_certificate_expiry_timestamp_seconds",
                    ["cluster": Site.canary, "secret": "istio-ingress/checkout-metrics"]])
            #expect(abs(end - Date().timeIntervalSince1970 - 90 * 86_400) < 3600)
        }

        private func expectDone(_ done: Exposition, _ paused: Exposition) {
            let gate = ["reason": "CanaryGate"]
            #expect(done.sum("accesspoint_paused", gate) == paused.sum("accesspoint_paused", gate) - 1)
            for count in [
                "accesspoint_rollout_pause_duration_seconds_count", "accesspoint_rollout_duration_seconds_count",
                "accesspoint_rollout_progression_duration_seconds_count",
            ] { #expect(done.sum(count) == paused.sum(count) + 1) }
            #expect(done.sum("accesspoint_targets", ["state": "Available"]) >= 3)
            #expect(done.sum("accesspoint_condition", ["type": "Ready", "status": "True"]) >= 1)
            #expect(done.sum("accesspoint_status_bytes_count") >= 3)
            for controller in ["accesspoint", "membercluster"] {
                #expect(done.sum("controller_runtime_reconcile_total", ["controller": controller]) > 0)
                #expect(done.sum("controller_runtime_max_concurrent_reconciles", ["controller": controller]) >= 1)
                #expect(done.sum("workqueue_adds_total", ["name": controller]) > 0)
                #expect(done.sum("workqueue_queue_duration_seconds_count", ["name": controller]) > 0)
            }
            #expect(done.sum("rest_client_requests_total", ["code": "200", "method": "GET"]) > 0)
            #expect(done.sum("rest_client_request_duration_seconds_count", ["verb": "PATCH"]) > 9)
            #expect(done.sum("process_resident_memory_bytes") > 1e6)
            #expect(done.sum("process_open_fds") > 3)
            #expect(done.sum("process_cpu_seconds_total") > 0)
            #expect(abs(done.sum("process_start_time_seconds") - Date().timeIntervalSince1970) < 3600)
            #expect(done.sum("accesspoint_metrics_dropped_total") == 0)
        }

        /// A replica that waits for the lease is ready, and tells nothing of AccessPoints.
        private func expectStandby(_ site: Site, _ checks: String) async throws {
            let waiting = try OperatorProcess.start(
                site.fleet, identity: "b", lease: .lasting, health: "127.0.0.1:0", metrics: "127.0.0.1:0")
            let served = try await Served(site, waiting)
            try await eventually("the standby is ready") {
                try await served.get(served.health, "/readyz").status == 200
            }
            #expect(try await served.get(served.health, "/readyz?verbose").body == checks)
            let scrape = try await served.scrape()
            #expect(scrape.sum("leader_election_master_status") == 0)
            let told = scrape.values.keys.filter {
                ["accesspoint_targets", "accesspoint_condition", "accesspoint_member_cluster_up"].contains($0.name)
            }
            #expect(told.isEmpty)
            #expect(await waiting.terminate() == 0)
        }

        /// A member that is away is told as such, fails no check, and is forgotten with its MemberCluster.
        private func expectAway(_ site: Site, _ served: Served) async throws {
            let away = ["cluster": "away-az1-k1"]
            try await site.kubectl.apply(
                """
                apiVersion: accesspoint.io/v1alpha1
                kind: MemberCluster
                metadata: {name: away-az1-k1}
                spec: {region: away, availabilityZone: away-az1, role: Gateway, access: {secretRef: {name: away}}}
                """)
            try await served.until("a member is away") { $0["accesspoint_member_cluster_up", away] == 0 }
            #expect(try await served.get(served.health, "/readyz").status == 200)
            try await site.kubectl("delete", "mcl", "away-az1-k1", "--timeout=60s")
            try await served.until("it is forgotten") { $0["accesspoint_member_cluster_up", away] == nil }
        }

        /// Prometheus' own checker.
        private func expectPromtool(_ served: Served) async throws {
            let found = try await Command(
                executable: Checkout.top.appending(path: "scripts/promtool.sh").path, arguments: []
            ).run()
            let promtool = found.text.trimmingCharacters(in: .whitespacesAndNewlines)
            try #require(found.succeeded && !promtool.isEmpty, "promtool is in Debian's package prometheus")
            let text = try await served.get(served.metrics, "/metrics").body
            let output = try await Command(
                executable: promtool, arguments: ["check", "metrics"], input: text
            ).run()
            #expect(output.succeeded, "\(output.text)")
        }

        /// The names of docs/metrics.md.
        private static func documented() throws -> Set<String> {
            let text = try String(contentsOf: Checkout.top.appending(path: "docs/metrics.md"), encoding: .utf8)
            return Set(text.matches(of: /(?m)^\| `([a-z0-9_]+)`/).map { String($0.1) })
        }
    }
}

extension OperatorProcess {
    /// The port that a line of its log tells of.
    fileprivate func port(_ message: String) async throws -> Int {
        var port: Int?
        try await eventually("the log tells of a port: \(message)") {
            for line in process.text("stderr").split(separator: "\n") {
                guard let record = try? JSONValue(parsing: Array(line.utf8)), record["msg"]?.stringValue == message
                else { continue }
                port = record["port"]?.stringValue.flatMap { Int($0) }
            }
            return port != nil
        }
        return try #require(port)
    }
}
