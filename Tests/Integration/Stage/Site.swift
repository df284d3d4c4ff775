import CurlTransport
import Foundation
import JSONValue
import KubeClient
import KubeModel
import X509Tools

/// The fleet as a platform team has prepared it: CRDs, registered members, a cloud that assigns addresses.
///
/// Each test works in a namespace of its own, so that tests share the servers but no object.
struct Site: Sendable {
    static let operatorNamespace = "accesspoint-system"
    static let gatewayNamespace = "istio-ingress"
    /// The first target of every rollout here, and the two that follow in this order.
    static let canary = "us-west-az1-k1"
    static let rest = ["eu-central-az1-k1", "us-east-az1-k1"]
    /// The member whose Istio is older than the others': some of its kinds are served in older versions alone.
    static let older = "eu-central-az1-k1"
    private static let olderKinds = ["destinationrules": "v1beta1", "workloadentries": "v1alpha3"]

    let fleet: Fleet
    let authority: TestAuthority
    let transport: CurlTransport
    /// What happens on the host.
    let host: Chronicle
    /// What happens in the members, by name.
    let members: [String: Chronicle]
    let cloud: Cloud

    var kubectl: Kubectl { fleet.kubectl(Fleet.host) }

    func member(_ name: String) -> Kubectl { fleet.kubectl(name) }

    func chronicle(_ member: String) throws -> Chronicle {
        guard let chronicle = members[member] else { throw StageError("\(member) is no member") }
        return chronicle
    }

    /// The prepared site with its operator running; the first caller prepares it.
    static func operated(_ flags: String...) async throws -> Site {
        let site = try await prepared()
        try await Crew.shared.operate(site.fleet, flags)
        return site
    }

    /// The prepared site without an operator: the test runs its own.
    static func unoperated() async throws -> Site {
        let site = try await prepared()
        await Crew.shared.rest()
        return site
    }

    private static let preparation = Preparation()
    private static func prepared() async throws -> Site { try await preparation.site() }

    private actor Preparation {
        private var task: Task<Site, any Error>?

        func site() async throws -> Site {
            if let task { return try await task.value }
            let task = Task { try await Site.prepare() }
            self.task = task
            return try await task.value
        }
    }
}

extension Site {
    private static func prepare() async throws -> Site {
        let fleet = try await Fleet.start()
        let top = Checkout.top
        let kubectl = fleet.kubectl(Fleet.host)
        try await kubectl("create", "--validate=false", "-f", top.appending(path: "crds").path + "/")
        try await kubectl("create", "namespace", operatorNamespace)
        for name in Fleet.members {
            let member = fleet.kubectl(name)
            try await member(
                "create", "--validate=false", "-f", top.appending(path: "scripts/demo/istio-crds.yaml").path)
            try await member("create", "namespace", gatewayNamespace)
        }
        for (kind, version) in olderKinds {
            try await serve(only: version, of: "\(kind).networking.istio.io", fleet.kubectl(older))
        }
        let transport = try CurlTransport()
        for name in Fleet.all { try await established(name, try client(name, fleet, transport)) }
        let host = try await Chronicle.start(
            try client(Fleet.host, fleet, transport),
            [
                .init(group: "accesspoint.io", version: "v1alpha1", resource: "accesspoints"),
                .init(group: "accesspoint.io", version: "v1alpha1", resource: "accesspointtargets"),
                .init(group: "accesspoint.io", version: "v1alpha1", resource: "memberclusters"),
                .init(group: "", version: "v1", resource: "events"),
                .init(group: "apps", version: "v1", resource: "controllerrevisions"),
            ])
        var members: [String: Chronicle] = [:]
        for name in Fleet.members {
            members[name] = try await Chronicle.start(try client(name, fleet, transport), memberResources(of: name))
        }
        let now = Int64(Date().timeIntervalSince1970)
        let site = Site(
            fleet: fleet,
            authority: try TestAuthority(notBefore: now - 86_400, notAfter: now + 3650 * 86_400), transport: transport,
            host: host, members: members, cloud: Cloud.start(members))
        for name in Fleet.members { try await site.register(name) }
        return site
    }

    /// What a member can hold of a set, in the versions that it serves.
    static func memberResources(of member: String) -> [GroupVersionResource] {
        [.init(group: "", version: "v1", resource: "services")]
            + ["gateways", "virtualservices", "destinationrules", "serviceentries", "workloadentries", "sidecars"].map {
                .init(
                    group: "networking.istio.io", version: member == older ? olderKinds[$0] ?? "v1" : "v1",
                    resource: $0)
            }
    }

    /// Lets a CRD serve one of its versions alone.
    private static func serve(only version: String, of crd: String, _ member: Kubectl) async throws {
        let names = try await member("get", "crd", crd, "-o", "jsonpath={.spec.versions[*].name}")
        let patch = names.split(separator: " ").enumerated().map { index, name in
            #"{"op": "replace", "path": "/spec/versions/\#(index)/served", "value": \#(name == version)}"#
        }
        try await member("patch", "crd", crd, "--type=json", "-p", "[\(patch.joined(separator: ","))]")
    }

    static func client(_ name: String, _ fleet: Fleet, _ transport: CurlTransport) throws -> KubeClient {
        let endpoint = try Kubeconfig(paths: [fleet.kubeconfig(name).path]).endpoint()
        return KubeClient(endpoint: endpoint, transport: transport, clusterName: name, userAgent: "integration-tests")
    }

    /// Waits until the server serves all CRDs that were created in it.
    private static func established(_ name: String, _ client: KubeClient) async throws {
        let definitions = GroupVersionResource(
            group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions")
        try await eventually("\(name) serves its CRDs") {
            try await client.listAll(definitions).items.allSatisfy {
                ConditionSet($0.status?["conditions"]).isTrue("Established")
            }
        }
    }

    /// Registers a member under its name, with the credentials of the given kubeconfig (its own by default).
    func register(_ name: String) async throws {
        try await kubectl(
            "create", "secret", "generic", name, "-n", Self.operatorNamespace,
            "--from-file=kubeconfig=\(fleet.kubeconfig(name).path)")
        try await kubectl.apply(
            """
            apiVersion: accesspoint.io/v1alpha1
            kind: MemberCluster
            metadata: {name: \(name), labels: {network: internet}}
            spec:
              region: \(name.components(separatedBy: "-az")[0])
              availabilityZone: \(name.components(separatedBy: "-k")[0])
              role: Gateway
              access: {secretRef: {name: \(name)}}
            """)
    }

    /// A namespace of its own on the host and in members, with an application and a certificate for each `app`.
    func namespace(_ name: String, apps: [String] = ["checkout"], members: [String] = Fleet.members) async throws {
        try await kubectl("create", "namespace", name)
        var manifests = ["apiVersion: v1\nkind: Namespace\nmetadata: {name: \(name)}"]
        for app in apps {
            manifests.append(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: \(app), namespace: \(name)}
                spec: {selector: {app: \(app)}, ports: [{name: http, port: 8080}]}
                """)
            manifests.append(try certificate("\(app)-\(name)", hosts: ["\(app).\(name).example.com"]).text())
        }
        for cluster in members { try await member(cluster).apply(manifests.joined(separator: "\n---\n")) }
    }

    /// A TLS Secret in the gateway namespace, signed by the site's authority.
    func certificate(_ name: String, hosts: [String], days: Int64 = 90) throws -> JSONValue {
        secret(name, try issue(hosts: hosts, days: days))
    }

    /// A certificate of the site's authority; with negative `days` one that has ended.
    func issue(hosts: [String], days: Int64 = 90) throws -> IssuedCertificate {
        let now = Int64(Date().timeIntervalSince1970)
        var request = CertificateRequest(
            commonName: hosts.first ?? "", notBefore: now - 3600 + min(0, days) * 86_400,
            notAfter: now + days * 86_400)
        request.dnsNames = hosts
        return try authority.issue(request)
    }

    /// The site's authority, as a Secret holds it.
    var authorityData: JSONValue { .string(Data(authority.certificatePEM).base64EncodedString()) }

    /// The Secret of a certificate in the gateway namespace.
    func secret(_ name: String, _ issued: IssuedCertificate) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
            "metadata": ["name": .string(name), "namespace": .string(Self.gatewayNamespace)],
            "data": [
                "tls.crt": .string(Data(issued.chainPEM).base64EncodedString()),
                "tls.key": .string(Data(issued.privateKeyPEM).base64EncodedString()),
            ],
        ]
    }
}
