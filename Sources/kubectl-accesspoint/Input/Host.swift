import AccessPointAPI
import ArgumentParser
import CurlTransport
import JSONValue
import KubeClient
import KubeModel
import Rendering

/// The host cluster, which is read and never written.
struct Host {
    private static let agent = "kubectl-accesspoint"
    private static let namespaces = GroupVersionResource(group: "", version: "v1", resource: "namespaces")

    let options: HostOptions
    /// The namespace that `--namespace` or the context names; nil if neither does.
    let namespace: String?
    private let client: KubeClient
    private let config: Kubeconfig
    private let transport: CurlTransport

    /// Does some work with the host that the options name.
    /// - Throws: what is wrong with the kubeconfig; nothing is asked of the host yet.
    static func reached<Result>(_ options: HostOptions, _ work: (Host) async throws -> Result) async throws -> Result {
        let config = try Kubeconfig(paths: options.kubeconfig.map { [$0] } ?? Kubeconfig.defaultPaths())
        let transport = try CurlTransport()
        do {
            let result = try await work(try Host(options, config, transport))
            await transport.shutdown()
            return result
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    private init(_ options: HostOptions, _ config: Kubeconfig, _ transport: CurlTransport) throws {
        self.options = options
        self.config = config
        self.transport = transport
        namespace = options.namespace ?? config.namespace(context: options.context)
        client = KubeClient(
            endpoint: try Self.endpoint(config, options.context, options), transport: transport,
            clusterName: options.context ?? config.currentContext ?? "host", userAgent: Self.agent)
    }

    /// A member cluster, by the context that has its name.
    func member(_ name: String) throws -> KubeClient {
        guard config.contextNames.contains(where: { $0.utf8.elementsEqual(name.utf8) }) else {
            throw CommandFailure(
                "cannot look into cluster \(name): the kubeconfig has no context of this name; add one, or leave --live out"
            )
        }
        return KubeClient(
            endpoint: try Self.endpoint(config, name, options), transport: transport, clusterName: name,
            userAgent: Self.agent)
    }

    private static func endpoint(
        _ config: Kubeconfig, _ context: String?, _ options: HostOptions
    ) throws -> ClusterEndpoint {
        var endpoint = try config.endpoint(context: context)
        do {
            endpoint.impersonation = try Impersonation(
                user: options.user, groups: options.groups, uid: options.uid, over: endpoint.impersonation)
        } catch {
            // Whom the kubeconfig names was read before: what is wrong is a flag.
            throw ValidationError("\(error)")
        }
        return endpoint
    }

    /// The uid of the host's kube-system, as the operator marks objects with it, unless another mark is given.
    ///
    /// Who may not read it gets `offline`, and is told.
    func hubID(unless given: String?) async -> String {
        if let given { return given }
        do throws(APIError) {
            let system = try await client.get(Self.namespaces, ObjectKey(namespace: nil, name: "kube-system"))
            if let uid = system.uid { return uid }
        } catch {
            Console.complain(
                "note: the mark of the host is not known, so labels and hashes are not those of the cluster; "
                    + "give --hub-id (\(error.message(for: .caller)))")
        }
        return Subject.offline
    }

    /// The clusters that are registered and not about to go; one that cannot be read is told.
    func members() async throws -> [MemberFacts] {
        try await client.listAll(Names.memberClusters).items.compactMap { object in
            guard !object.isBeingDeleted else { return nil }
            do throws(FieldErrors) {
                return MemberFacts(try MemberCluster.decode(object.json))
            } catch {
                Console.complain("warning: MemberCluster \(object.name) is passed over: \(error)")
                return nil
            }
        }
    }

    /// The object of an AccessPoint; nil if there is none.
    func accessPoint(_ key: ObjectKey) async throws -> KubeObject? {
        do throws(APIError) {
            return try await client.get(Names.accessPoints, key)
        } catch {
            if error.isObjectNotFound { return nil }
            throw error
        }
    }

    /// All objects of a kind, in all namespaces; `limit` is what each page may take.
    func all(_ resource: GroupVersionResource, within limit: Duration? = nil) async throws -> [JSONValue] {
        try await (limit.map(client.with(timeout:)) ?? client).listAll(resource).items.map(\.json)
    }

    /// An AccessPoint that must exist.
    func subject(_ name: String, hub: String) async throws -> Subject {
        let object = try await existing(name)
        do throws(FieldErrors) {
            return try Subject(object.json, namespace: object.namespace ?? "", hub: hub)
        } catch {
            throw CommandFailure(error.errors.map { "AccessPoint \(object.key): \($0)" })
        }
    }

    /// Who an AccessPoint is, whatever is wrong with its spec.
    func identity(_ name: String, hub: String) async throws -> RenderIdentity {
        let object = try await existing(name)
        return RenderIdentity(
            namespace: object.namespace ?? "", name: object.name, uid: object.uid ?? "", hub: hub)
    }

    /// The object of an AccessPoint that must exist.
    func existing(_ name: String) async throws -> KubeObject {
        let key = ObjectKey(namespace: namespace ?? "default", name: name)
        guard let object = try await accessPoint(key) else {
            throw CommandFailure("there is no AccessPoint \(key); give another name or --namespace")
        }
        return object
    }

    /// What each target of an AccessPoint was assigned.
    func assignments(of identity: RenderIdentity) async throws -> [AccessPointTargetSpec] {
        let list = try await client.listAll(Names.accessPointTargets, namespace: identity.namespace)
        return try list.items.compactMap { object in
            guard object.ownerReferences.contains(where: { $0.uid == identity.uid }) else { return nil }
            do throws(FieldErrors) {
                return try AccessPointTarget.decode(object.json).spec
            } catch {
                throw CommandFailure("AccessPointTarget \(object.key) cannot be read: \(error)")
            }
        }
    }

    /// The revisions of an AccessPoint, by number; of one that cannot be read the reason.
    func revisions(of identity: RenderIdentity) async throws -> [Int64: Result<Revision, RevisionError>] {
        let list = try await client.listAll(
            Revision.resource, namespace: identity.namespace, labelSelector: "\(Names.Label.uid)=\(identity.uid)")
        var revisions: [Int64: Result<Revision, RevisionError>] = [:]
        for object in list.items {
            guard let number = object.json["revision"]?.integerValue else { continue }
            revisions[number] = Result { () throws(RevisionError) in try Revision(object) }
        }
        return revisions
    }
}
