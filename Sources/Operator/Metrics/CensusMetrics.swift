import JSONValue
public import KubeModel
import Rollout
import Synchronization
public import Telemetry

/// What there is at this moment: AccessPoints, their targets, members and certificates.
///
/// Everything is counted anew for each exposition, by the process that leads alone: what is gone, and what another
/// process tells of, is not shown.
final class CensusMetrics: Sendable {
    /// What is counted.
    struct Source: Sendable {
        /// The AccessPoints; nil while this process does not lead.
        var accessPoints: @Sendable () -> AccessPointCensus?
        /// Every member, and whether it answers as itself.
        var members: @Sendable () -> [String: Bool]
        /// The certificates that gateways serve with.
        var certificates: @Sendable () -> [ServedCertificate]
        /// The host names of all NameServices, by whether each resolves to what is published.
        var names: @Sendable () -> [Condition.Status: Int] = { [:] }
    }

    private let source = Mutex<Source?>(nil)
    private let conditions: Gauge<String, Condition.Status>
    private let targets: Gauge<String>
    private let paused: Gauge<PauseReason>
    private let longestPause: Gauge<PauseReason>
    private let truncated: Gauge<>
    private let members: Gauge<String>
    private let certificates: Gauge<String, String>
    private let names: Gauge<Condition.Status>
    private let infos: Gauge<String, String, String>?

    init(_ registry: MetricsRegistry, tellsEachAccessPoint: Bool) {
        let (cluster, reason) = (Label<String>("cluster"), Label<PauseReason>("reason"))
        conditions = registry.gauge(
            "accesspoint_condition", "AccessPoints that have a condition with a status.", Label<String>("type"),
            Label<Condition.Status>("status"))
        targets = registry.gauge("accesspoint_targets", "Targets in a state.", Label<String>("state"))
        paused = registry.gauge("accesspoint_paused", "AccessPoints that pause for a reason.", reason)
        longestPause = registry.gauge(
            "accesspoint_paused_seconds", "How long the longest present pause for a reason has lasted.", reason)
        truncated = registry.gauge(
            "accesspoint_status_truncated", "AccessPoints whose status leaves something out for its size.")
        members = registry.gauge(
            "accesspoint_member_cluster_up", "1 while the member answers as itself, 0 while it does not.", cluster)
        names = registry.gauge(
            "accesspoint_names", "Host names of NameServices, by whether they resolve to what is published.",
            Label<Condition.Status>("status"))
        certificates = registry.gauge(
            "accesspoint_certificate_expiry_timestamp_seconds",
            "When the certificate of a gateway ends, in seconds since 1970.", cluster, Label<String>("secret"))
        infos =
            tellsEachAccessPoint
            ? registry.gauge(
                "accesspoint_info", "1 for every AccessPoint, with the word for its state.",
                Label<String>("namespace"), Label<String>("name"), Label<String>("phase")) : nil
        registry.beforeExposition { [weak self] in self?.count() }
    }

    /// Counts from this source from now on.
    func count(_ source: Source) { self.source.withLock { $0 = source } }

    private func count() {
        let source = source.withLock { $0 }
        let census = source?.accessPoints()
        conditions.refill { series in
            for (type, counts) in census?.conditions ?? [:] {
                for (status, count) in counts { series.set(Double(count), type, status) }
            }
        }
        targets.refill { for (phase, count) in census?.targets ?? [:] { $0.set(Double(count), phase) } }
        paused.refill { for (reason, count) in census?.paused ?? [:] { $0.set(Double(count), reason) } }
        longestPause.refill {
            for (reason, time) in census?.longestPause ?? [:] { $0.set(time / .seconds(1), reason) }
        }
        truncated.refill { if let census { $0.set(Double(census.truncated)) } }
        infos?.refill {
            for entry in census?.entries ?? [] { $0.set(1, entry.key.namespace ?? "", entry.key.name, entry.phase) }
        }
        let isLeading = census != nil
        members.refill {
            for (name, isUp) in isLeading ? source?.members() ?? [:] : [:] { $0.set(isUp ? 1 : 0, name) }
        }
        names.refill {
            for (status, count) in isLeading ? source?.names() ?? [:] : [:] { $0.set(Double(count), status) }
        }
        certificates.refill {
            // Where there are more than a family holds, those that end first are told.
            let certificates = isLeading ? source?.certificates() ?? [] : []
            for certificate in certificates.sorted(by: { ($0.end, $0.cluster) < ($1.end, $1.cluster) }) {
                $0.set(Double(certificate.end.secondsSince1970), certificate.cluster, "\(certificate.secret)")
            }
        }
    }
}

/// A certificate that a gateway of a member serves with.
struct ServedCertificate: Sendable, Hashable {
    var cluster: String
    var secret: ObjectKey
    /// The last second of its validity.
    var end: Timestamp
}

extension CensusMetrics {
    /// Counts the host names of NameServices by whether each resolves to what is published, as their status says.
    static func names(_ services: [KubeObject]) -> [Condition.Status: Int] {
        var counts: [Condition.Status: Int] = [.true: 0, .false: 0, .unknown: 0]
        for row in services.flatMap({ $0.status?["hostnames"]?.arrayValue ?? [] }) {
            let status: Condition.Status = row["ready"]?.boolValue.map { $0 ? .true : .false } ?? .unknown
            counts[status, default: 0] += 1
        }
        return counts
    }
}

extension Condition.Status: LabelValue {}
