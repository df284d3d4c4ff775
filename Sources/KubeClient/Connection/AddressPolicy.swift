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
        // An IPv6 form of an IPv4 address reaches that IPv4 address.
        if let four = address.embeddedV4 {
            self = Self.ofV4(four)
        } else if case .v6(let high, let low) = address {
            self = Self.ofV6(high, low)
        } else {
            self = .remote
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
