import KubeModel

/// What a 403 of an API server is about; the code and the reason `Forbidden` are the same for all of these.
///
/// Read from the sentence of the server, for nothing else tells them apart: Kubernetes
/// `apiserver/pkg/endpoints/handlers/responsewriters/errors.go`, `apiserver/pkg/admission/plugin/resourcequota/controller.go`,
/// `.../webhook/errors/statuserror.go`, `.../policy/validating/plugin.go`.
public enum Denial: Sendable, Hashable {
    /// The account may not do this; what would have to be granted, where the server says so.
    case permission(Permission?)
    /// A ResourceQuota of the namespace leaves no room; its name, where the server says so.
    case quota(String?)
    /// A webhook or a policy refuses the object, whoever sends it.
    case admission
    /// The namespace is being deleted.
    case namespaceTerminating

    /// A permission that an account lacks.
    public struct Permission: Sendable, Hashable {
        /// The verb of the rule, such as `patch`.
        public var verb: String
        /// The resource of the rule with its group, such as `virtualservices.networking.istio.io`.
        public var resource: String

        /// Makes a permission.
        public init(verb: String, resource: String) {
            self.verb = verb
            self.resource = resource
        }
    }
}

extension APIError {
    /// What a refusal by 403 is about; nil for any other error.
    public var denial: Denial? {
        guard disposition == .denied else { return nil }
        return status.map(Denial.init) ?? .permission(nil)
    }
}

extension Denial {
    init(_ status: APIStatus) {
        let said = status.message
        // What a webhook says may hold any words; it is looked for first, so that they count for nothing.
        if said.contains("denied the request") || said.contains("denied request: ") {
            self = .admission
        } else if status.details?.causes.contains(where: { $0.reason == "NamespaceTerminating" }) ?? false {
            self = .namespaceTerminating
        } else if said.contains(" is forbidden: insufficient quota to ") {
            self = .quota(nil)
        } else if let name = Self.quota(said) {
            self = .quota(name)
        } else {
            self = .permission(Permission(said))
        }
    }

    /// The name of the ResourceQuota that a sentence is about; nil where it is about none.
    private static func quota(_ said: String) -> String? {
        let heads = ["exceeded quota: ", "status unknown for quota: ", "failed quota: "].map { " is forbidden: \($0)" }
        guard let end = heads.lazy.compactMap({ said.firstRange(of: $0)?.upperBound }).first else { return nil }
        return String(said[end...].prefix { $0 != "," && $0 != ":" && $0 != " " })
    }
}

extension Denial.Permission {
    /// Reads `... cannot patch resource "virtualservices" in API group "networking.istio.io" in the namespace "shop"`.
    fileprivate init?(_ said: String) {
        let parts = said.split(separator: "\"", omittingEmptySubsequences: false)
        let (head, tail) = (" cannot ", " resource ")
        guard let index = parts.firstIndex(where: { $0.hasPrefix(head) && $0.hasSuffix(tail) }),
            parts.indices.contains(index + 3), parts[index + 2] == " in API group ",
            parts[index].count > head.count + tail.count
        else { return nil }
        let group = parts[index + 3]
        verb = String(parts[index].dropFirst(head.count).dropLast(tail.count))
        resource = group.isEmpty ? String(parts[index + 1]) : "\(parts[index + 1]).\(group)"
    }
}
