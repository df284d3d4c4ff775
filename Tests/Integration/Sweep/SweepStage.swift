import Foundation
import JSONValue
import KubeClient
import KubeModel

/// The site with the fault proxy between the operator and all its servers, for stories that are told again and again.
///
/// What the stories do themselves goes to the servers directly. Every story begins with nothing in the namespace and
/// no operator running.
struct SweepStage: Sendable {
    static let accessPoints = GroupVersionResource(
        group: "accesspoint.io", version: "v1alpha1", resource: "accesspoints")
    static let targets = GroupVersionResource(
        group: "accesspoint.io", version: "v1alpha1", resource: "accesspointtargets")
    static let revisions = GroupVersionResource(group: "apps", version: "v1", resource: "controllerrevisions")
    static let key = ObjectKey(namespace: SweepManifest.namespace, name: SweepManifest.name)

    let site: Site
    let proxy: FaultProxy
    let kubeconfig: URL
    let clients: [String: KubeClient]

    /// Puts the proxy before the servers: members are registered anew with addresses of the proxy.
    static func prepare() async throws -> SweepStage {
        let site = try await Site.unoperated()
        let proxy = try await FaultProxy.start(site.fleet)
        if try await site.kubectl.get("namespace", SweepManifest.namespace) == nil {
            try await site.namespace(SweepManifest.namespace)
        }
        for member in Fleet.members { try await site.credential(of: member, try await proxy.kubeconfig(member)) }
        var clients: [String: KubeClient] = [:]
        for name in Fleet.all { clients[name] = try Site.client(name, site.fleet, site.transport) }
        return SweepStage(
            site: site, proxy: proxy, kubeconfig: try await proxy.kubeconfig(Fleet.host), clients: clients)
    }

    /// Takes the proxy away again.
    func dismantle() async throws {
        for member in Fleet.members { try await site.credential(of: member, site.fleet.kubeconfig(member)) }
    }

    func client(_ cluster: String) throws -> KubeClient {
        guard let client = clients[cluster] else { throw StageError("\(cluster) is no cluster") }
        return client
    }

    /// Frees the Lease of an operator that was killed, so that the next one need not wait until it runs out.
    func free() async throws {
        let leases = GroupVersionResource(group: "coordination.k8s.io", version: "v1", resource: "leases")
        let key = ObjectKey(namespace: Site.operatorNamespace, name: "accesspoint-operator")
        let host = try client(Fleet.host)
        do throws(APIError) {
            _ = try await host.mergePatch(["spec": ["holderIdentity": ""]], resource: leases, key: key)
        } catch {
            guard error.disposition == .notFound(.object) else { throw error }
        }
    }

    /// Starts an operator behind the proxy.
    func operate(_ identity: String = "swept", lease: OperatorProcess.Lease = .lasting) async throws -> OperatorProcess
    {
        let started = try OperatorProcess.start(
            site.fleet, identity: identity, lease: lease, kubeconfig: kubeconfig, extra: ["--resync-seconds", "5"])
        try await proxy.know(started)
        return started
    }

    /// Removes every trace of the story before, as no operator runs.
    func clear() async throws {
        let host = try client(Fleet.host)
        do throws(APIError) {
            _ = try await host.mergePatch(
                ["metadata": ["finalizers": .null]], resource: Self.accessPoints, key: Self.key)
            _ = try await host.delete(Self.accessPoints, Self.key)
        } catch {
            guard error.disposition == .notFound(.object) else { throw error }
        }
        for resource in [Self.targets, Self.revisions] {
            for object in try await host.listAll(resource, namespace: SweepManifest.namespace).items {
                _ = try await host.delete(resource, object.key)
            }
        }
        for member in Fleet.members {
            let client = try client(member)
            for resource in Site.memberResources(of: member) {
                let owned = try await client.listAll(
                    resource, labelSelector: "accesspoint.io/namespace=\(SweepManifest.namespace)")
                for object in owned.items { _ = try await client.delete(resource, object.key) }
            }
        }
        try await free()
        // What was watched of it is seen to be gone, so that nothing of it is taken for a part of the next story.
        _ = try await site.host.until("the AccessPoint is gone") { record in
            record.object("AccessPoint", SweepManifest.name, in: SweepManifest.namespace) == nil ? true : nil
        }
        await site.host.forget(SweepManifest.namespace)
        for member in Fleet.members {
            let chronicle = try site.chronicle(member)
            _ = try await chronicle.until("its objects are gone") { record in
                record.owned(by: SweepManifest.name, in: SweepManifest.namespace).isEmpty ? true : nil
            }
            await chronicle.forget(SweepManifest.namespace)
        }
    }
}

extension Site {
    /// Replaces the credentials by which a member is reached.
    func credential(of member: String, _ kubeconfig: URL) async throws {
        let secret = try await kubectl(
            "create", "secret", "generic", member, "-n", Self.operatorNamespace,
            "--from-file=kubeconfig=\(kubeconfig.path)", "--dry-run=client", "-o", "yaml")
        try await kubectl("replace", "-f", "-", input: secret)
    }
}
