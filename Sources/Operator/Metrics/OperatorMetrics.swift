import KubeClient
import KubeModel
public import Telemetry

/// Everything that one operator process measures; docs/metrics.md tells it to people.
public struct OperatorMetrics: Sendable {
    let controllers: ControllerMetrics
    let requests: RequestMetrics
    let rollouts: RolloutMetrics
    let outside: OutsideMetrics
    let census: CensusMetrics
    let lease: LeaseMetrics

    /// Declares all families.
    ///
    /// - Parameters:
    ///   - registry: where they are kept and shown.
    ///   - version: of the operator.
    ///   - tellsEachAccessPoint: whether there is a series for every AccessPoint.
    public init(_ registry: MetricsRegistry, version: String, tellsEachAccessPoint: Bool) {
        controllers = ControllerMetrics(registry)
        requests = RequestMetrics(registry)
        rollouts = RolloutMetrics(registry)
        outside = OutsideMetrics(registry)
        census = CensusMetrics(registry, tellsEachAccessPoint: tellsEachAccessPoint)
        lease = LeaseMetrics(registry)
        ProcessMetrics.declare(registry)
        registry.gauge(
            "accesspoint_build_info", "1; the labels tell what runs.", Label<String>("version"),
            Label<String>("swift")
        ).set(1, version, Self.swift)
    }

    private static var swift: String {
        #if swift(>=6.4)
            "6.4 or newer"
        #elseif swift(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }
}

/// Whether this process leads.
struct LeaseMetrics: Sendable {
    private let status: Gauge<String>
    private let registry: MetricsRegistry

    init(_ registry: MetricsRegistry) {
        status = registry.gauge(
            "leader_election_master_status", "1 while this process holds the lease, 0 while it does not.",
            Label<String>("name"))
        self.registry = registry
    }

    /// Shows from now on what `isLeading` says.
    func show(_ name: String, isLeading: @escaping @Sendable () -> Bool) {
        registry.beforeExposition { [status] in status.set(isLeading() ? 1 : 0, name) }
    }
}

/// What the process takes of the machine.
enum ProcessMetrics {
    static func declare(_ registry: MetricsRegistry) {
        let start = registry.gauge(
            "process_start_time_seconds", "When the process began, in seconds since 1970.")
        let memory = registry.gauge("process_resident_memory_bytes", "Resident memory.")
        let cpu = registry.counter("process_cpu_seconds_total", "Time on a processor, user and system.")
        let files = registry.gauge("process_open_fds", "Open files and sockets.")
        registry.beforeExposition {
            if let usage = ProcessUsage.present {
                start.set(Double(usage.start.microsecondsSince1970) / 1_000_000)
                memory.set(Double(usage.residentBytes))
                cpu.raise(to: usage.cpu / .seconds(1))
            }
            if let open = ProcessUsage.openFiles { files.set(Double(open)) }
        }
    }
}
