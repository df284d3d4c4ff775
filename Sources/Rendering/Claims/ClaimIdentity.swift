public import KubeModel
public import TrafficModel

/// Something in a cluster that one AccessPoint alone can have.
public struct ClaimIdentity: Hashable, Sendable {
    /// What it is.
    public enum Thing: Hashable, Sendable {
        /// An object.
        case object(TrafficKind, ObjectKey)
        /// A host at a gateway.
        case host(HostClaim)
        /// A server that ends TLS, which another one may meet on the same pods.
        case server(ServerClaim)
    }

    /// The name of the cluster.
    public var cluster: String
    /// What is claimed there.
    public var thing: Thing

    /// The claim of an object.
    public init(cluster: String, kind: TrafficKind, key: ObjectKey) {
        (self.cluster, thing) = (cluster, .object(kind, key))
    }

    /// The claim of a host at a gateway.
    public init(cluster: String, host: HostClaim) {
        (self.cluster, thing) = (cluster, .host(host))
    }

    /// The claim of a server.
    public init(cluster: String, server: ServerClaim) {
        (self.cluster, thing) = (cluster, .server(server))
    }

    /// The claim of a host; nil for anything else.
    public var host: HostClaim? {
        guard case .host(let claim) = thing else { return nil }
        return claim
    }

    /// The claim of a server; nil for anything else.
    public var server: ServerClaim? {
        guard case .server(let claim) = thing else { return nil }
        return claim
    }
}

/// What is wrong with something that another AccessPoint has: a host or an object that it claimed first, or a server of
/// its that meets one.
///
/// The operator and who checks files say it in the same words.
public struct ClaimProblem: Sendable, Hashable {
    /// What is wrong, in one sentence without a full stop.
    public let message: String
    /// What to do.
    public let remedy: String

    /// An object, such as `Gateway shop/web`, perhaps with the cluster.
    public init(object: String, of owner: String) {
        message = "\(object) belongs to AccessPoint \(owner)"
        remedy = "one object has one owner: rename it in the template, or remove it there first"
    }

    /// A host, with the object that claims it.
    public init(_ host: HostClaim, by object: String, of owner: String) {
        message = "\(object): \(host) belongs to AccessPoint \(owner)"
        remedy = "use another host or gateway, or take the host out of AccessPoint \(owner) first"
    }

    /// A server that meets another one.
    public init(_ server: ServerClaim, meets rival: ServerClaim, of owner: String) {
        let (message, remedy) = server.shadow(of: "Gateway \(rival.gateway) of AccessPoint \(owner)")
        self.message = "Gateway \(server.gateway): \(message)"
        self.remedy = remedy
    }
}
