import JSONValue

extension AccessPointStatus {
    /// The most targets that an AccessPoint can have: each needs its row.
    public static let maxTargets = 512

    /// The size in bytes of compact JSON that a status is kept below; etcd takes 1.5 MiB for the whole object.
    public static let maxBytes = 256 * 1024

    /// The longest lists that the schema allows.
    enum Limit {
        static let hostnames = 64
        static let certificates = 64
        static let routes = 64
        static let history = 50
        static let hosts = 8
        static let staleClusters = 10
        static let addresses = 16
        static let failedResources = 5
    }

    /// The status, cut so that the API server takes it: first lists that are longer than the schema allows, then,
    /// while it is too large, failed resources, messages of targets in service, and all other messages of rows.
    ///
    /// What the rollout remembers is never cut. `summary.truncated` says that something was.
    public func fitted(maxBytes: Int = Self.maxBytes) -> AccessPointStatus {
        var status = self
        status.clipLists()
        let cuts: [(inout ClusterRow) -> Void] = [
            { $0.failedResources = [] },
            { if $0.phase == .available { $0.message = "" } },
            { $0.message = "" },
        ]
        for cut in cuts where status.json.bytes().count > maxBytes {
            for index in status.clusters.indices { cut(&status.clusters[index]) }
        }
        status.summary.truncated = nil
        var complete = self
        complete.summary.truncated = nil
        if status != complete { status.summary.truncated = true }
        return status
    }

    private mutating func clipLists() {
        fqdns = Array(fqdns.prefix(Limit.hostnames))
        certificates = Array(certificates.prefix(Limit.certificates))
        routes = Array(routes.prefix(Limit.routes))
        history = Array(history.prefix(Limit.history))
        for index in certificates.indices {
            certificates[index].hosts = Array(certificates[index].hosts.prefix(Limit.hosts))
            certificates[index].staleClusters = Array(certificates[index].staleClusters.prefix(Limit.staleClusters))
        }
        for index in clusters.indices {
            clusters[index].addresses = Array(clusters[index].addresses.prefix(Limit.addresses))
            clusters[index].failedResources = Array(clusters[index].failedResources.prefix(Limit.failedResources))
        }
    }
}
