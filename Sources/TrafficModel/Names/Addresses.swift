public import JSONValue
public import KubeModel

/// An address under which a target's gateway is reached.
public struct Address: Sendable, Hashable {
    /// What the value is; the raw values are those of the Gateway API's address types.
    public enum Kind: String, Sendable, Hashable {
        case ipAddress = "IPAddress"
        case hostname = "Hostname"
    }

    /// What the value is.
    public let kind: Kind
    /// The address in canonical form, or the host name in lower case.
    public let value: String
}

/// The addresses that a member's API server shows for a Service.
public struct Addresses: Sendable, Hashable {
    /// How far the Service is.
    public enum State: Sendable, Hashable {
        /// The Service is not of type LoadBalancer: no address is expected.
        case notAsked
        /// No usable address yet.
        case pending
        /// At least one usable address.
        case assigned
    }

    /// An entry that was refused, and why.
    public struct Refusal: Sendable, Hashable {
        /// The place, such as `status.loadBalancer.ingress[0].ip`.
        public let field: String
        /// Why; the entry's own text is not repeated, it is garbage from elsewhere.
        public let reason: String
        /// The address, where it is a real one, but lies in none of the ranges of its cluster.
        public let stray: Address?
    }

    /// More entries than any load balancer has; what comes after them is not read.
    public static let limit = 64

    /// How far the Service is.
    public let state: State
    /// The usable addresses without repetitions, in the order of the Service.
    public let values: [Address]
    /// What was refused.
    public let refused: [Refusal]

    /// Reads `status.loadBalancer.ingress` of a live Service.
    ///
    /// Every entry is checked, for a member is not to be trusted with what others will connect to: an `ip` must be an
    /// ordinary unicast address, a `hostname` a DNS name of at least two labels whose last is not a number. An entry
    /// with both has two addresses.
    ///
    /// - Parameters:
    ///   - service: the live Service.
    ///   - ranges: the blocks in which the addresses of its cluster lie; empty: anywhere. A host name lies in none, for
    ///     who answers under it is decided elsewhere, and anew each day.
    ///   - allowsLoopback: whether a loopback address counts, as in a demonstration on one machine.
    /// - Returns: what can be used, and what was refused.
    public static func of(
        service: JSONValue, ranges: [AddressRange] = [], allowsLoopback: Bool = false
    ) -> Addresses {
        guard service.value("spec", "type")?.stringValue == "LoadBalancer" else {
            return Addresses(state: .notAsked, values: [], refused: [])
        }
        var (values, refused) = ([Address](), [Refusal]())
        let place = JSONPointer(tokens: ["status", "loadBalancer", "ingress"])
        let entries = service.value(at: place)?.arrayValue ?? []
        for (index, entry) in entries.prefix(limit).enumerated() {
            for field in ["ip", "hostname"] {
                guard let value = entry[field], !value.isNull, value != "" else { continue }
                let text = value.stringValue ?? ""
                switch field == "ip" ? address(text, in: ranges, allowsLoopback) : hostname(text, in: ranges) {
                case .success(let address): if !values.contains(address) { values.append(address) }
                case .failure(let error):
                    let pointer = place.appending(String(index)).appending(field)
                    refused.append(Refusal(field: pointer.fieldPath, reason: error.reason, stray: error.stray))
                }
            }
        }
        return Addresses(state: values.isEmpty ? .pending : .assigned, values: values, refused: refused)
    }

    private struct Unusable: Error {
        let reason: String
        var stray: Address?
    }

    private static func address(
        _ text: String, in ranges: [AddressRange], _ allowsLoopback: Bool
    ) -> Result<Address, Unusable> {
        guard let ip = IPAddress(text) else { return .failure(Unusable(reason: "is not an IP address")) }
        if let reason = ip.unusableReason, !(allowsLoopback && ip.isLoopback) {
            return .failure(Unusable(reason: reason))
        }
        let address = Address(kind: .ipAddress, value: ip.description)
        guard ranges.isEmpty || ranges.contains(where: { $0.contains(ip) }) else {
            return .failure(Unusable(reason: "lies in none of the address ranges of its cluster", stray: address))
        }
        return .success(address)
    }

    private static func hostname(_ text: String, in ranges: [AddressRange]) -> Result<Address, Unusable> {
        guard let name = PublicName.canonical(text) else {
            return .failure(Unusable(reason: "is not a DNS name that others can resolve"))
        }
        let address = Address(kind: .hostname, value: name)
        guard ranges.isEmpty else {
            return .failure(
                Unusable(reason: "is a host name, which lies in no address range of its cluster", stray: address))
        }
        return .success(address)
    }
}
