public import KubeModel

/// Which addresses a connection may be opened to, asked again after name resolution.
///
/// The server address in a MemberCluster's Secret is somebody else's input: without this rule it could point the
/// operator, with its credentials, at the node's own services or at a cloud's metadata service (SSRF).
public enum AddressPolicy: Sendable, Hashable {
    /// Any address: for the user's own kubeconfig and the in-cluster address.
    case any
    /// No loopback, link-local, metadata, multicast or unspecified address.
    case remote
    /// As `remote`, and loopback too: `--allow-loopback-members`.
    case remoteOrLoopback
    /// Loopback alone: for plain http, which must not leave the machine.
    case loopbackOnly

    /// Why `address` is refused, or nil if a connection may be opened to it.
    public func refusal(of address: IPAddress) -> String? {
        guard self != .any else { return nil }
        let kind = AddressKind(address)
        switch (self, kind) {
        case (.any, _), (.remote, .remote), (.remoteOrLoopback, .remote), (.remoteOrLoopback, .loopback),
            (.loopbackOnly, .loopback):
            return nil
        case (.loopbackOnly, _):
            return "\(address) is not a loopback address, and plain http is for loopback only"
        case (_, .loopback):
            return "\(address) is a loopback address (permitted only with --allow-loopback-members)"
        default:
            return "\(address) is a \(kind.rawValue) address"
        }
    }
}

/// What an address is for, as far as the policy cares.
private enum AddressKind: String {
    case loopback
    case linkLocal = "link-local"
    case metadata = "cloud metadata"
    case unspecified
    case multicast = "multicast or reserved"
    case remote

    init(_ address: IPAddress) {
        func number(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        let (high, low) = (number(address.bytes.prefix(8)), number(address.bytes.suffix(8)))
        if !address.isIPv6 {
            self = Self.ofV4(UInt32(truncatingIfNeeded: low))
        } else if let four = Self.embeddedV4(high, low) {
            self = Self.ofV4(four)
        } else {
            self = Self.ofV6(high, low)
        }
    }

    /// The IPv4 address that an IPv6 address reaches: IPv4-mapped, IPv4-compatible, 6to4 or NAT64 (RFC 4291 section
    /// 2.5.5, RFC 3056, RFC 6052).
    private static func embeddedV4(_ high: UInt64, _ low: UInt64) -> UInt32? {
        switch (high, low >> 32) {
        case (0, 0xFFFF), (0x0064_FF9B_0000_0000, 0): UInt32(truncatingIfNeeded: low)
        case (0, 0): low > 1 ? UInt32(truncatingIfNeeded: low) : nil
        case _ where high >> 48 == 0x2002: UInt32(truncatingIfNeeded: high >> 16)
        default: nil
        }
    }

    private static func ofV4(_ address: UInt32) -> AddressKind {
        switch address {
        // 169.254.169.254 (most clouds) and 169.254.170.2 lie in the link-local block; these do not:
        case 0xA83F_8110, 0x6464_64C8, 0xC000_00C0: .metadata  // Azure, Alibaba, Oracle
        case _ where address >> 24 == 127: .loopback
        case _ where address >> 16 == 0xA9FE: .linkLocal
        case _ where address >> 24 == 0: .unspecified
        case _ where address >> 28 >= 0xE: .multicast
        default: .remote
        }
    }

    private static func ofV6(_ high: UInt64, _ low: UInt64) -> AddressKind {
        switch high {
        case 0 where low == 0: .unspecified
        case 0 where low == 1: .loopback
        case 0xFD00_0EC2_0000_0000 where low == 0x254: .metadata  // EC2
        case 0xFD20_00CE_0000_0000 where low == 0x254: .metadata  // Google
        case _ where high >> 54 == 0x3FA: .linkLocal  // fe80::/10
        case _ where high >> 56 == 0xFF: .multicast
        default: .remote
        }
    }
}
