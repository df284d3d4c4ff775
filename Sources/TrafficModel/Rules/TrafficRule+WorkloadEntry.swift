import JSONValue
import KubeModel

extension TrafficRule {
    private static let source = "istio pkg/config/validation/validation.go validateWorkloadEntry"

    /// Rules about WorkloadEntries.
    static let workloadEntry: [TrafficRule] = [
        refuse("AddressMissing", .workloadEntry, from: source) { subject, breaches in
            guard subject.spec["address"].text.isEmpty, subject.spec["network"].text.isEmpty else { return }
            breaches.add(subject.spec["address"], "there is neither address nor network", "write the address")
        },
        warn("AddressOfNetwork", .workloadEntry, .serviceEntry, from: source) { subject, breaches in
            // Where names are looked up, an address has to be there.
            guard subject.object.kind == .workloadEntry || subject.spec["resolution"].text == "STATIC" else { return }
            for workload in workloads(subject)
            where workload["address"].text.isEmpty && !workload["network"].text.isEmpty {
                breaches.add(
                    workload["address"], "without an address the gateway of the network is sent to",
                    "write the address, unless that is meant")
            }
        },
        refuse("WorkloadAddressInvalid", .workloadEntry, from: source) { subject, breaches in
            let address = subject.spec["address"]
            if address.text.isEmpty || HostSyntax.isAddress(address.text) { return }
            if let path = HostSyntax.socketPath(address.text) {
                guard !HostSyntax.isSocketPath(path) else { return }
                breaches.add(address, "the path of a socket is absolute and no folder", "write unix:///path/to/socket")
            } else if !HostSyntax.isDomain(address.text) {
                breaches.add(
                    address, "\"\(excerpt(address.text))\" is no address",
                    "write an IP address, a full name or unix:///path, without a port")
            }
        },
        refuse("SocketWithPorts", .workloadEntry, from: source) { subject, breaches in
            guard HostSyntax.socketPath(subject.spec["address"].text) != nil, subject.spec["ports"].count > 0 else {
                return
            }
            breaches.add(subject.spec["ports"], "a socket has no ports", "remove them")
        },
        refuse("WorkloadPortNameInvalid", .workloadEntry, .serviceEntry, from: "istio/api workload_entry.proto ports") {
            subject, breaches in
            for workload in workloads(subject) {
                for port in workload["ports"].members
                where !HostSyntax.isLabel(port.key) || port.key.utf8.count > 62 {
                    breaches.add(port.field, "the name is none of a port", "use at most 62 letters, digits and '-'")
                }
            }
        },
        warn("WorkloadWeightZero", .workloadEntry, code: own("WorkloadWeightZero"), from: WorkloadWeight.source) {
            subject, breaches in
            guard subject.spec["weight"].number == 0 else { return }
            WorkloadWeight.report(subject.spec["weight"], &breaches)
        },
        warn(
            "LocalityIncomplete", .workloadEntry, code: own("LocalityIncomplete"),
            from: "istio pkg/config/model.go ConvertLocality"
        ) { subject, breaches in
            let locality = subject.spec["locality"]
            let parts = locality.text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            guard !locality.text.isEmpty, parts.count > 3 || parts.contains(where: \.isEmpty) else { return }
            breaches.add(locality, "\"\(excerpt(locality.text))\" is no locality", "write region/zone/subzone")
        },
        warn(
            "HealthGateOff", .workloadEntry, code: own("HealthGateOff"),
            from: "istio pilot/pkg/serviceregistry/serviceentry/conversion.go isHealthy"
        ) { subject, breaches in
            let gate = subject.metadata["annotations"][WorkloadHealth.annotation]
            guard gate.isPresent, !GoBoolean.isTrue(gate.text) else { return }
            breaches.add(
                gate,
                "\"\(excerpt(gate.text))\" turns nothing on: the workload counts as healthy whatever its status says",
                "write \"true\", or remove the annotation")
        },
    ]

    /// The workload of a WorkloadEntry, or those that stand in a ServiceEntry.
    private static func workloads(_ subject: RuleSubject) -> [Field] {
        subject.object.kind == .workloadEntry ? [subject.spec] : subject.spec["endpoints"].items
    }
}
