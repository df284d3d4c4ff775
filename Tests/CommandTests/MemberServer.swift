import HTTPService
import Logging

/// API servers of the host and of members, in one process on loopback.
enum MemberServer {
    static let contexts = ["host", "us-west-az1-k1", "us-east-az1-k1", "eu-central-az1-k1"]

    /// What every credential may ask: which kinds are served.
    private static let discovery = [
        ("/api", #"{"versions": ["v1"]}"#), ("/api/v1", resources(["services": "Service"])),
        ("/apis/networking.istio.io", group), ("/apis/security.istio.io", group),
        (
            "/apis/networking.istio.io/v1",
            resources([
                "gateways": "Gateway", "virtualservices": "VirtualService", "destinationrules": "DestinationRule",
                "serviceentries": "ServiceEntry", "workloadentries": "WorkloadEntry", "sidecars": "Sidecar",
            ])
        ), ("/apis/security.istio.io/v1", resources(["authorizationpolicies": "AuthorizationPolicy"])),
    ]
    private static let group = #"{"versions": [{"version": "v1"}]}"#

    private static func resources(_ kinds: KeyValuePairs<String, String>) -> String {
        let all = kinds.map { #"{"name": "\#($0.key)", "kind": "\#($0.value)", "namespaced": true, "verbs": ["get"]}"# }
        return #"{"resources": [\#(all.joined(separator: ", "))]}"#
    }

    /// The answer of a server that does not let somebody get a resource of a group.
    static func denied(_ resource: String, _ group: String = "") -> HTTPAnswer {
        let message =
            #"\"x\" is forbidden: User \"jane\" cannot get resource \"\#(resource)\" in API group \"\#(group)\""#
        let body = #""kind": "Status", "apiVersion": "v1", "reason": "Forbidden", "message": "\#(message)""#
        return HTTPAnswer(status: 403, contentType: "application/json", body: "{\(body), \"code\": 403}")
    }

    /// Does some work with a kubeconfig of the contexts.
    ///
    /// - Parameters:
    ///   - answers: what is answered at a path; everything else is not found.
    ///   - dead: the contexts at whose address nobody listens.
    ///   - work: gets the path of the kubeconfig.
    /// - Returns: what the work returns.
    /// - Throws: what the work throws.
    static func serve<Value: Sendable>(
        _ answers: [String: HTTPAnswer], dead: [String] = [], _ work: (_ kubeconfig: String) async throws -> Value
    ) async throws -> Value {
        let known = discovery.map { path, body in (path, HTTPAnswer(contentType: "application/json", body: body)) }
        let routes = (known + answers.map { ($0, $1) }).map { path, answer in HTTPRoute(path) { _ in answer } }
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let service = HTTPService(try ListenAddress("127.0.0.1:0"), routes: routes, logger: quiet)
        let folder = try Folder()
        return try await service.serve { port in
            let clusters = contexts.map { name in
                let address = "http://127.0.0.1:\(dead.contains(name) ? 1 : port)"
                return """
                    {"name": "\(name)", "cluster": {"server": "\(address)"}}
                    """
            }
            let pairs = contexts.map { #"{"name": "\#($0)", "context": {"cluster": "\#($0)", "user": "jane"}}"# }
            let config = """
                {"kind": "Config", "apiVersion": "v1", "current-context": "host",
                 "clusters": [\(clusters.joined(separator: ", "))], "contexts": [\(pairs.joined(separator: ", "))],
                 "users": [{"name": "jane", "user": {"token": "t"}}]}
                """
            return try await work(try folder.write(config, to: "kubeconfig"))
        }
    }
}
