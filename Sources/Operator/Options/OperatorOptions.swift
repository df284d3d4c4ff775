public import DNSClient
public import TrafficModel

/// How one operator process runs; every value comes from a flag of the executable.
public struct OperatorOptions: Sendable {
    /// Namespace of the operator: its Lease and, by default, the Secrets of MemberClusters.
    public var namespace = "accesspoint-system"
    /// Further namespaces whose Secrets a MemberCluster may name.
    public var clusterSecretNamespaces: [String] = []
    /// Namespaces of ingress gateways: a template's Service may go there, and TLS Secrets are read there.
    public var gatewayNamespaces = ["istio-ingress"]
    /// What a template's Service may do although it is dangerous.
    public var allowedServiceFields: Set<ServiceDanger> = []
    /// Label value that marks the objects of this host; the host's kube-system uid when absent.
    public var hubID: String?
    /// Permits loopback addresses and http in MemberCluster kubeconfigs (demo and tests).
    public var allowLoopbackMembers = false
    /// Name of this replica in the Lease.
    public var identity: String
    /// Time after which another replica may take over a Lease that is not renewed.
    public var leaseDuration: Duration = .seconds(15)
    /// Time after which a leader that cannot renew its Lease stops.
    public var renewDeadline: Duration = .seconds(10)
    /// Time between two attempts to take or renew the Lease.
    public var retryPeriod: Duration = .seconds(2)
    /// Time between two probes of a member.
    public var probeInterval: Duration = .seconds(10)
    /// Time between two readings of Secrets and referenced objects in members.
    public var factInterval: Duration = .seconds(60)
    /// Time between two readings of what others have beside our objects in members, which is only warned of.
    public var neighbourInterval: Duration { factInterval * 10 }
    /// Time after which an AccessPoint is looked at again although nothing happened.
    public var resyncInterval: Duration = .seconds(600)
    /// Who is asked what names resolve to.
    public var resolvers: [DNSServer] = []
    /// Least time between two look-ups of a name; its time to live is waited for as well.
    public var lookupInterval: Duration = .seconds(10)
    /// The DNS backends that a NameService may name.
    public var nameProviders = NameProvider.builtIn
    /// AccessPoints that are looked at at once: each awaits its writes to the host, and none a member.
    public var accessPointConcurrency = 16
    /// Requests under way at once to one member.
    public var memberConcurrency = 6

    /// Options with all defaults.
    public init(identity: String) {
        self.identity = identity
    }
}
