/// `networking/v1alpha3/workload_entry.proto`.
extension Message {
    /// The spec of a WorkloadEntry, and an endpoint of a ServiceEntry.
    static let workloadEntry = Message(
        "WorkloadEntry",
        [
            ("address", .text(0...256)), ("ports", .map(.port, count: 0...128)),
            ("labels", .map(.string, count: 0...256)), ("network", .text(0...2048)), ("locality", .text(0...2048)),
            ("weight", .uint32), ("serviceAccount", .text(0...253)),
        ])
}
