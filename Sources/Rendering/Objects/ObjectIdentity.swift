import JSONValue
import KubeModel
import TrafficModel

/// Reads what an object is, and checks that it may be that and stand there.
struct ObjectIdentity {
    let identity: RenderIdentity
    let options: RenderOptions

    /// The kind of a body; a violation if templates may not hold it.
    static func kind(of body: JSONValue) -> Result<TrafficKind, Refusal> {
        let object = KubeObject(lenient: body)
        if let kind = TrafficKind(apiVersion: object.apiVersion, kind: object.kind) { return .success(kind) }
        if let known = TrafficKind(rawValue: object.kind), known.group == object.gvk.group {
            let versions = known.versions.map { known.apiVersion($0) }.joined(separator: ", ")
            return .failure(
                Refusal(
                    Violation(
                        .kindNotAllowed, ["apiVersion"],
                        "\(Excerpt.of(object.apiVersion)) is not a version of \(known.kind)",
                        "use one of \(versions)")))
        }
        let allowed = TrafficKind.allCases.map { $0.group.isEmpty ? $0.kind : "\($0.group) \($0.kind)" }
        return .failure(
            Refusal(
                Violation(
                    .kindNotAllowed, ["kind"],
                    "\(Excerpt.of(object.apiVersion)) \(Excerpt.of(object.kind)) may not stand in a template",
                    "use one of \(allowed.joined(separator: ", "))")))
    }

    /// Wraps a violation so that it can be thrown or returned as a failure.
    struct Refusal: Error {
        let violation: Violation

        init(_ violation: Violation) { self.violation = violation }
    }

    /// The body with its namespace filled in.
    func placed(_ body: JSONValue) -> JSONValue {
        var body = body
        guard body["metadata"]?.objectValue != nil else { return body }
        let written = body.value("metadata", "namespace")
        if written == nil || written == .null || written == "" {
            body.set(.string(identity.namespace), at: ["metadata", "namespace"])
        }
        return body
    }

    /// What is wrong with the names of a body of this kind.
    func violations(_ body: JSONValue, kind: TrafficKind) -> [Violation] {
        nameViolations(body.value("metadata", "name"), kind)
            + namespaceViolations(body.value("metadata", "namespace"), kind)
    }

    private func nameViolations(_ name: JSONValue?, _ kind: TrafficKind) -> [Violation] {
        let text = name?.stringValue ?? ""
        let rule: (isKept: Bool, text: String) =
            switch kind {
            case .service:
                (DNSNames.isServiceName(text), "at most 63 lower-case letters, digits and '-', beginning with a letter")
            // Istio's webhook refuses a dot in the name of a Gateway.
            case .gateway: (DNSNames.isLabel(text), "at most 63 lower-case letters, digits and '-'")
            default: (DNSNames.isSubdomain(text), "at most 253 lower-case letters, digits, '-' and '.'")
            }
        guard !rule.isKept else { return [] }
        return [
            Violation(
                .invalidName, ["metadata", "name"],
                text.isEmpty ? "a name is missing" : "\"\(Excerpt.of(text))\" is not a name of a \(kind.kind)",
                "use \(rule.text)")
        ]
    }

    private func namespaceViolations(_ namespace: JSONValue?, _ kind: TrafficKind) -> [Violation] {
        guard !options.allowsAnyNamespace || kind.namespaceRule == .own else { return [] }
        let text = namespace?.stringValue ?? ""
        let allowed =
            switch kind.namespaceRule {
            case .own: [identity.namespace]
            case .ownOrGateway: [identity.namespace] + options.gatewayNamespaces
            }
        guard !allowed.contains(where: { $0.utf8.elementsEqual(text.utf8) }) else { return [] }
        return [
            Violation(
                .namespaceNotAllowed, ["metadata", "namespace"],
                "a \(kind.kind) may not stand in namespace \"\(Excerpt.of(text))\"",
                "use \(allowed.joined(separator: " or "))"
                    + (kind == .service ? " (gateway namespaces are set with --gateway-namespaces)" : ""))
        ]
    }
}
