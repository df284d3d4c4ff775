import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import Rendering

/// What surrounds the AccessPoints of files: the namespace, the host's mark, and the clusters.
struct Surroundings {
    /// The namespace of AccessPoints that name none.
    let namespace: String
    /// The namespace that the user asked for.
    let askedNamespace: String?
    /// The mark of the host.
    let hub: String
    /// The registered clusters.
    let members: [MemberFacts]

    /// Those of a command that needs no cluster: what can be known without one.
    init(offline host: HostOptions, _ rendering: RenderingOptions, members: [MemberFacts]) throws {
        // Without a kubeconfig there is no context, which is no fault unless one was named.
        let isNamed = host.kubeconfig != nil || host.context != nil
        let namespace: String?
        do {
            let paths = host.kubeconfig.map { [$0] } ?? Kubeconfig.defaultPaths()
            namespace = try Kubeconfig(paths: paths).namespace(context: host.context)
        } catch {
            if isNamed { throw error }
            namespace = nil
        }
        self.init(host, namespace: namespace, hub: rendering.hubID ?? Subject.offline, members: members)
    }

    private init(_ host: HostOptions, namespace: String?, hub: String, members: [MemberFacts]) {
        self.namespace = host.namespace ?? namespace ?? "default"
        askedNamespace = host.namespace
        self.hub = hub
        self.members = members
    }

    /// Those of a command that asks the host, but for the clusters if a file holds them.
    init(_ host: Host, _ rendering: RenderingOptions, clusters path: String? = nil) async throws {
        let members: [MemberFacts]
        if let path { members = try Self.members(in: path) } else { members = try await host.members() }
        self.init(
            host.options, namespace: host.namespace, hub: await host.hubID(unless: rendering.hubID), members: members)
    }

    /// Those of a command with files: the clusters of a file without a question to any cluster, else those of the host.
    static func of(
        _ host: HostOptions, _ rendering: RenderingOptions, clusters path: String?
    ) async throws -> Surroundings {
        if let path { return try Surroundings(offline: host, rendering, members: members(in: path)) }
        do {
            return try await Host.reached(host) { try await Surroundings($0, rendering) }
        } catch let error as KubeconfigError {
            throw CommandFailure(
                "there are no clusters to render for: give --clusters FILE, or a kubeconfig (\(error))")
        }
    }

    /// The MemberClusters of a file.
    /// - Throws: `CommandFailure` with every field that is wrong, or if there is none.
    static func members(in path: String) throws -> [MemberFacts] {
        var (members, problems) = ([MemberFacts](), [String]())
        for file in try ManifestFile.read([path]) {
            for json in file.objects where json.isOurs(Names.memberCluster) {
                do throws(FieldErrors) {
                    let cluster = try MemberCluster.decode(json)
                    if members.contains(where: { $0.facts.name == cluster.metadata.name }) {
                        problems.append("\(file.name): MemberCluster \(cluster.metadata.name) stands there twice")
                    }
                    members.append(MemberFacts(cluster))
                } catch {
                    let name = KubeObject(lenient: json).name
                    problems += error.errors.map { "\(file.name): MemberCluster \(name): \($0)" }
                }
            }
        }
        guard problems.isEmpty else { throw CommandFailure(problems) }
        guard !members.isEmpty else {
            throw CommandFailure("there is no MemberCluster (\(Names.apiVersion)) in \(path)")
        }
        return members
    }
}

extension Collection<TargetFacts> {
    /// The target of a name.
    /// - Throws: `CommandFailure` that names the targets that there are.
    func named(_ name: String, of key: ObjectKey) throws -> TargetFacts {
        if let target = first(where: { $0.name.utf8.elementsEqual(name.utf8) }) { return target }
        let names = map(\.name)
        let nearest = NearestName.nearest(to: name, in: names).map { "; did you mean \($0)?" }
        let known = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
        throw CommandFailure(
            "cluster \(name) is no target of AccessPoint \(key)" + (nearest ?? "; its targets: \(known)"))
    }
}
