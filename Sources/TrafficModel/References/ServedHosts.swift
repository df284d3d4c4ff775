/// The hosts of servers, kept so that it costs no walk through all of them to tell whether one is served.
struct ServedHosts: Sendable, Hashable {
    /// How many distinct hosts there are.
    let count: Int
    /// The first few distinct hosts, in byte order.
    let few: [HostName]
    /// By the namespace of the VirtualServices that may serve a host; nil for every namespace.
    private let byNamespace: [String?: Suffixes]

    /// Takes the hosts of one server or of several.
    init(_ hosts: some Sequence<GatewayReferences.ServerHost>) {
        let distinct = Set(hosts)
        let names = Set(distinct.map(\.host)).sorted()
        count = names.count
        few = Array(names.prefix(3))
        byNamespace = Dictionary(grouping: distinct, by: \.namespace).mapValues { Suffixes($0.map(\.host)) }
    }

    /// Whether a VirtualService of `namespace` with the host `name` is served.
    func serve(_ name: HostName, of namespace: String) -> Bool {
        (byNamespace[.none]?.overlap(name) ?? false) || (byNamespace[.some(namespace)]?.overlap(name) ?? false)
    }

    /// Names written backwards and without their star, so that those under a suffix stand side by side.
    private struct Suffixes: Hashable {
        private let all: [[UInt8]]
        private let exact: Set<[UInt8]>
        private let wildcards: Set<[UInt8]>
        private let lengths: [Int]

        init(_ hosts: [HostName]) {
            exact = Set(hosts.filter { !$0.isWildcard }.map(Self.backwards))
            wildcards = Set(hosts.filter(\.isWildcard).map(Self.backwards))
            lengths = Set(wildcards.map(\.count)).sorted()
            all = exact.union(wildcards).sorted { $0.lexicographicallyPrecedes($1) }
        }

        /// Whether one of the hosts and `name` mean a host in common, as ``HostName/overlaps(_:)`` says it of two.
        func overlap(_ name: HostName) -> Bool {
            let bytes = Self.backwards(name)
            for length in lengths where length <= bytes.count {
                if wildcards.contains(Array(bytes.prefix(length))) { return true }
            }
            guard name.isWildcard else { return exact.contains(bytes) }
            var (low, high) = (0, all.count)
            while low < high {
                let middle = (low + high) / 2
                if all[middle].lexicographicallyPrecedes(bytes) { low = middle + 1 } else { high = middle }
            }
            return low < all.count && all[low].starts(with: bytes)
        }

        private static func backwards(_ host: HostName) -> [UInt8] {
            (host.isWildcard ? host.text.utf8.dropFirst() : host.text.utf8[...]).reversed()
        }
    }
}
