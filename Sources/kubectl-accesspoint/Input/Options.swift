public import ArgumentParser
import KubeClient
import KubeModel
import Rendering
public import TrafficModel

/// Where the host cluster is, and who asks.
struct HostOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "Namespace of the AccessPoint (default: that of the context).")
    var namespace: String?

    @Option(
        help: "Kubeconfig of the host cluster (default: KUBECONFIG, else ~/.kube/config).",
        completion: .file())
    var kubeconfig: String?

    @Option(help: "Context of the kubeconfig (default: the current one).")
    var context: String?

    @Option(name: .customLong("as"), help: "User to act as, in the host and in the members that are looked into.")
    var user: String?

    @Option(
        name: .customLong("as-group"), parsing: .singleValue,
        help: ArgumentHelp("Group to act as, beside --as; may be given several times.", valueName: "group"))
    var groups: [String] = []

    @Option(name: .customLong("as-uid"), help: "Uid to act as, beside --as.")
    var uid: String?

    func validate() throws {
        if let namespace, !DNSNames.isLabel(namespace) {
            throw ValidationError("--namespace: '\(namespace.onOneLine)' is no namespace name")
        }
        // Nothing is what nobody asks for: without it the rights of the credentials would count.
        for (flag, value) in [("--as", user), ("--as-uid", uid)] + groups.map({ ("--as-group", $0) }) {
            guard let value, let flaw = Impersonation.flaw(in: value) else { continue }
            throw ValidationError("\(flag) \(flaw); name whom to act as, or leave it out")
        }
    }
}

extension ParsableArguments {
    /// Refuses to name standard input twice: it ends where its first reader is done.
    /// - Parameter paths: all files of a line.
    /// - Throws: `ValidationError`.
    func allowInput(of paths: [String?]) throws {
        guard paths.count(where: { $0 == "-" }) > 1 else { return }
        throw ValidationError("- is standard input, which can be read once; name files for the others")
    }
}

/// What an operator is started with and a rendering depends on.
struct RenderingOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: "Namespaces of ingress gateways, as the operator has them.")
    var gatewayNamespaces: [String] = ["istio-ingress"]

    @Option(
        name: .customLong("hub-id"),
        help: "The operator's mark of its host (default: uid of kube-system; offline: the word offline).")
    var hubID: String?

    @Option(
        parsing: .upToNextOption,
        help: "Dangerous fields that Services may have, as the operator allows them.")
    var allowServiceFields: [ServiceDanger] = []

    var options: RenderOptions {
        RenderOptions(gatewayNamespaces: gatewayNamespaces, allowedServiceFields: Set(allowServiceFields))
    }

    func validate() throws {
        for name in gatewayNamespaces where !DNSNames.isLabel(name) {
            throw ValidationError("--gateway-namespaces: '\(name.onOneLine)' is no namespace name")
        }
        if let hubID, hubID.isEmpty || !DNSNames.isLabelValue(hubID) {
            throw ValidationError("--hub-id: '\(hubID.onOneLine)' cannot be the value of a label")
        }
    }
}

extension ServiceDanger: ExpressibleByArgument {}
