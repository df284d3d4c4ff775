import KubeModel
import Telemetry

/// What is seen from outside: looks at VIPs, and look-ups of names.
struct OutsideMetrics: Sendable {
    /// What a look is at.
    enum Probe: String, CaseIterable, LabelValue {
        /// The certificate that is served.
        case tls
        /// The answer to a request.
        case http
    }

    /// What came of a look.
    enum Result: String, CaseIterable, LabelValue {
        case good, bad
        /// It tells neither.
        case inconclusive
    }

    /// What came of a look-up.
    enum LookupResult: String, CaseIterable, LabelValue {
        /// A resolver has answered, be it that there is no such name.
        case answered
        case failed
    }

    private let probes: Counter<String, Probe, Result>
    private let probeTime: Histogram<String>
    private let lookups: Counter<LookupResult>

    init(_ registry: MetricsRegistry) {
        let cluster = Label<String>("cluster")
        probes = registry.counter(
            "accesspoint_probe_total", "Looks at VIPs from outside, by what each came to.", cluster,
            Label<Probe>("probe"), Label<Result>("result"))
        probeTime = registry.histogram(
            "accesspoint_probe_duration_seconds", "Time of a look at a VIP, whatever came of it.",
            buckets: .requestSeconds, cluster)
        lookups = registry.counter(
            "accesspoint_name_lookups_total", "Look-ups of host names, A and AAAA together.",
            Label<LookupResult>("result"))
        for result in LookupResult.allCases { lookups.add(0, result) }
    }

    /// Counts a look at a VIP of a member.
    func count(_ query: ProbeQuery, _ verdict: Verdict, after duration: Duration, in cluster: String) {
        let result: Result =
            switch verdict.status {
            case .true: .good
            case .false: .bad
            case .unknown: .inconclusive
            }
        probes.add(1, cluster, query.isOfCertificate ? .tls : .http, result)
        probeTime.observe(duration, cluster)
    }

    /// Counts a look-up.
    func count(lookup answer: NameAnswer) { lookups.add(1, answer.failure == nil ? .answered : .failed) }
}
