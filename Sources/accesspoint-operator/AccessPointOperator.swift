public import ArgumentParser
import DNSClient
import Glibc
import HTTPService
import KubeClient
import KubeModel
import KubeRuntime
public import Logging
import Operator
public import Telemetry
public import TrafficModel
import UnixSignals

/// The operator's command line: flags to options, then run until a signal ends it.
@main
struct AccessPointOperator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accesspoint-operator",
        abstract: "Renders AccessPoints per zone, applies them cluster by cluster, and tells what came of it.",
        discussion: """
            Runs against the host cluster: in a pod with its service account, elsewhere with --kubeconfig. Members are \
            registered as MemberCluster objects. Ends with 0 after SIGTERM or SIGINT, with 1 when it cannot go on \
            (leadership lost, host unusable, an address to listen at taken), with 64 on wrong flags.
            """,
        version: "0.1.0")

    @Option(help: "Kubeconfig of the host cluster; without it the service account of the pod is used.")
    var kubeconfig: String?

    @Option(help: "Context of the kubeconfig.")
    var context: String?

    @Option(help: "Namespace of the operator: its Lease, and the Secrets of MemberClusters.")
    var namespace = "accesspoint-system"

    @Option(parsing: .upToNextOption, help: "Further namespaces whose Secrets a MemberCluster may name.")
    var clusterSecretNamespaces: [String] = []

    @Option(parsing: .upToNextOption, help: "Namespaces of ingress gateways (default: istio-ingress).")
    var gatewayNamespaces: [String] = ["istio-ingress"]

    @Option(
        parsing: .upToNextOption,
        help: "Dangerous fields that a template's Service may have (default: none; see CVE-2020-8554).")
    var allowServiceFields: [ServiceDanger] = []

    @Option(name: .customLong("hub-id"), help: "Marks the objects of this host (default: uid of its kube-system).")
    var hubID: String?

    @Flag(help: "Permit loopback addresses and http in MemberCluster kubeconfigs. For demo and tests only.")
    var allowLoopbackMembers = false

    @Option(help: "Name of this replica in the Lease, where a random suffix follows it (default: host name).")
    var identity: String?

    @Option(help: "Seconds after which another replica may take over a Lease that is not renewed.")
    var leaseDuration: Double = 15

    @Option(help: "Seconds after which a leader that cannot renew its Lease stops.")
    var renewDeadline: Double = 10

    @Option(help: "Seconds between two attempts to take or renew the Lease.")
    var retryPeriod: Double = 2

    @Option(help: "Seconds between two probes of a member.")
    var probeSeconds: Double = 10

    @Option(help: "Seconds between two readings of what templates refer to in members; of neighbours ten times that.")
    var factPollSeconds: Double = 60

    @Option(help: "Seconds after which an AccessPoint is looked at again although nothing happened.")
    var resyncSeconds: Double = 600

    @Option(
        parsing: .upToNextOption,
        help: "Resolvers that are asked what names resolve to, IP or IP:PORT (default: those of /etc/resolv.conf).")
    var dnsResolvers: [String] = []

    @Option(help: "Least seconds between two look-ups of a name; its time to live is waited for as well.")
    var dnsLookupSeconds: Double = 10

    @Option(
        parsing: .upToNextOption,
        help: """
            Further DNS providers that a NameService may name, as NAME=PROPERTY with the property of external-dns that \
            takes a weight, or NAME for one that knows no weights (there are: external-dns, and aws=aws/weight).
            """)
    var dnsProviders: [String] = []

    @Option(help: "Where /healthz and /readyz are served, such as :8081 or 127.0.0.1:8081; 0 for nowhere.")
    var healthAddress = ":8081"

    @Option(help: "Where /metrics is served; 0 for nowhere.")
    var metricsAddress = ":8080"

    @Flag(name: .customLong("per-accesspoint-metrics"), help: "Show a metric for every AccessPoint.")
    var perAccessPointMetrics = false

    @Option(help: "Format of the log: json or text.")
    var logFormat = LineLogHandler.Format.json

    @Option(help: "Least severe level that is logged: trace, debug, info, notice, warning, error or critical.")
    var logLevel = Logger.Level.info

    func validate() throws {
        let seconds = [
            ("--lease-duration", leaseDuration), ("--renew-deadline", renewDeadline), ("--retry-period", retryPeriod),
            ("--probe-seconds", probeSeconds), ("--fact-poll-seconds", factPollSeconds),
            ("--resync-seconds", resyncSeconds), ("--dns-lookup-seconds", dnsLookupSeconds),
        ]
        for (flag, value) in seconds where !(value > 0 && value <= 86_400) {
            throw ValidationError("\(flag) must be more than 0 and at most 86400 seconds")
        }
        guard leaseDuration > renewDeadline, renewDeadline > 1.2 * retryPeriod else {
            throw ValidationError(
                "--lease-duration must be more than --renew-deadline, and that more than 1.2 times --retry-period")
        }
        for text in dnsResolvers where DNSServer(text) == nil {
            throw ValidationError("--dns-resolvers: '\(text)' is neither an IP address nor IP:PORT")
        }
        for text in dnsProviders where NameProvider.read(text) == nil {
            throw ValidationError("--dns-providers: '\(text)' is neither NAME nor NAME=PROPERTY")
        }
        for (flag, text) in [("--health-address", healthAddress), ("--metrics-address", metricsAddress)] {
            do { _ = try ListenAddress(flag: text) } catch { throw ValidationError("\(flag): \(error)") }
        }
        if healthAddress == metricsAddress, let port = try? ListenAddress(flag: healthAddress)?.port, port != 0 {
            throw ValidationError("--health-address and --metrics-address must differ; both are \(healthAddress)")
        }
        if let hubID, hubID.isEmpty || !DNSNames.isLabelValue(hubID) {
            throw ValidationError("--hub-id: '\(hubID)' cannot be the value of a label")
        }
        for (flag, names) in [
            ("--namespace", [namespace]), ("--cluster-secret-namespaces", clusterSecretNamespaces),
            ("--gateway-namespaces", gatewayNamespaces),
        ] {
            for name in names where !DNSNames.isLabel(name) {
                throw ValidationError("\(flag): '\(name)' is no namespace name")
            }
        }
    }

    func run() async throws {
        // A reader that goes away must not end the process.
        _ = signal(SIGPIPE, SIG_IGN)
        let (format, level) = (logFormat, logLevel)
        let logger = Logger(label: "accesspoint-operator") { _ in
            var handler = LineLogHandler(format: format, level: level, now: { Timestamp.ofSystem.rfc3339Micro }) {
                StandardError.write($0)
            }
            handler.metadataProvider = ReconcileScope.logging
            return handler
        }
        do {
            let registry = MetricsRegistry()
            let health = OperatorHealth()
            let process = OperatorProcess(
                options: options, host: try endpoint(), logger: logger,
                metrics: OperatorMetrics(
                    registry, version: Self.configuration.version, tellsEachAccessPoint: perAccessPointMetrics),
                health: health
            ) {
                logger.critical("The lease has run out while work still goes on; the process ends at once")
                // Not `exit`: libraries would tear down what other threads are still using.
                Glibc._exit(1)
            }
            try await serve("health", at: healthAddress, HTTPRoute.health(health), .probes, logger) {
                try await serve("metrics", at: metricsAddress, [.metrics(registry)], .scrapes, logger) {
                    try await Self.untilSignal(logger, health) { try await process.run() }
                }
            }
        } catch {
            logger.critical("The operator cannot go on", metadata: ["error": "\(error)"])
            throw ExitCode(1)
        }
    }

    /// Serves routes for as long as the work takes, unless the address says not to.
    private func serve(
        _ what: String, at flag: String, _ routes: [HTTPRoute], _ limits: HTTPLimits, _ logger: Logger,
        while work: () async throws -> Void
    ) async throws {
        guard let address = try ListenAddress(flag: flag) else { return try await work() }
        try await HTTPService(address, routes: routes, limits: limits, logger: logger).serve { port in
            logger.info("Serving \(what)", metadata: ["address": "\(address)", "port": "\(port)"])
            try await work()
        }
    }

    /// Runs the work until it ends, or cancels it at the first SIGTERM or SIGINT and waits for its orderly end.
    private static func untilSignal(
        _ logger: Logger, _ health: OperatorHealth, _ work: @escaping @Sendable () async throws -> Void
    ) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await work()
                return false
            }
            group.addTask {
                for await signal in signals {
                    logger.info("Ending", metadata: ["signal": "\(signal)"])
                    health.end()
                    return true
                }
                return false
            }
            _ = try await group.next()
            group.cancelAll()
            while try await group.next() != nil {}
        }
    }

    private func endpoint() throws -> ClusterEndpoint {
        guard let kubeconfig else { return try InCluster.endpoint() }
        return try Kubeconfig(paths: [kubeconfig]).endpoint(context: context)
    }

    private var options: OperatorOptions {
        var options = OperatorOptions(identity: Machine.processName(identity))
        options.namespace = namespace
        options.clusterSecretNamespaces = clusterSecretNamespaces
        options.gatewayNamespaces = gatewayNamespaces
        options.allowedServiceFields = Set(allowServiceFields)
        options.hubID = hubID
        options.allowLoopbackMembers = allowLoopbackMembers
        options.leaseDuration = .seconds(leaseDuration)
        options.renewDeadline = .seconds(renewDeadline)
        options.retryPeriod = .seconds(retryPeriod)
        options.probeInterval = .seconds(probeSeconds)
        options.factInterval = .seconds(factPollSeconds)
        options.resyncInterval = .seconds(resyncSeconds)
        options.resolvers = resolvers
        options.lookupInterval = .seconds(dnsLookupSeconds)
        for (name, provider) in dnsProviders.compactMap(NameProvider.read) { options.nameProviders[name] = provider }
        return options
    }

    private var resolvers: [DNSServer] {
        guard dnsResolvers.isEmpty else { return dnsResolvers.compactMap { DNSServer($0) } }
        let configuration = (try? LocalFile.read("/etc/resolv.conf")) ?? []
        return DNSServer.list(resolverConfiguration: String(decoding: configuration, as: UTF8.self))
    }
}

extension LineLogHandler.Format: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}
extension ServiceDanger: ExpressibleByArgument {}
