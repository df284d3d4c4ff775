extension AccessPointStatus {
    /// The most targets that an AccessPoint can have: each needs its row.
    public static let maxTargets = 512

    /// The size in bytes of compact JSON that a status is kept below: etcd takes 1.5 MiB for an object, and every watcher
    /// is sent all of it.
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
}
