/// Whom a client acts as in a cluster, in place of who its credentials say it is.
///
/// The server does so only if the credentials have the right to (verb `impersonate`), and says Forbidden else.
/// Source: Kubernetes' documentation, "User impersonation"; `k8s.io/client-go/transport/round_trippers.go`.
public struct Impersonation: Sendable, Hashable {
    /// The user.
    public let user: String
    /// The user's groups; without any the server gives it `system:authenticated` alone.
    public let groups: [String]
    /// The user's uid; nil for none.
    public let uid: String?
    /// What else authorizers may look at, by key.
    public let extra: [String: [String]]

    /// Makes an impersonation.
    /// - Throws: for a part with a ``flaw(in:)``, under its name in a kubeconfig, such as `as-groups`.
    public init(
        user: String, groups: [String] = [], uid: String? = nil, extra: [String: [String]] = [:]
    ) throws(KubeconfigError) {
        var parts: [(String, [String])] = [("as", [user]), ("as-uid", uid.map { [$0] } ?? []), ("as-groups", groups)]
        for (key, values) in extra.sorted(by: { $0.key < $1.key }) { parts.append(("as-user-extra.\(key)", values)) }
        for (part, texts) in parts {
            for text in texts {
                guard let flaw = Self.flaw(in: text) else { continue }
                throw KubeconfigError(part, flaw, "name whom to act as without white space around it, or leave it out")
            }
        }
        self.user = user
        self.groups = groups
        self.uid = uid
        self.extra = extra
    }

    /// Whom a person names beside a kubeconfig that may name somebody too: each part that is given replaces its own, as
    /// of kubectl; nil where neither names anybody.
    /// - Throws: for groups or a uid of nobody, for which the rights of the credentials would count, and for a part
    ///   with a ``flaw(in:)``.
    public init?(user: String?, groups: [String], uid: String?, over named: Impersonation?) throws(KubeconfigError) {
        guard let user = user ?? named?.user else {
            guard groups.isEmpty, uid == nil else {
                throw KubeconfigError("--as-group and --as-uid", "are of nobody", "name the user with --as")
            }
            return nil
        }
        try self.init(
            user: user, groups: groups.isEmpty ? named?.groups ?? [] : groups, uid: uid ?? named?.uid,
            extra: named?.extra ?? [:])
    }

    /// Why a text names nobody to act as, neither as user nor as uid, group or extra value; nil where it may.
    ///
    /// White space around the value of a header field is no part of it (RFC 9110 section 5.5): the server would see
    /// another name, and of a blank one nothing, so that the rights of the credentials would count.
    public static func flaw(in text: String) -> String? {
        guard let first = text.first, let last = text.last else { return "is empty" }
        if text.allSatisfy(\.isWhitespace) { return "is blank" }
        return first.isWhitespace || last.isWhitespace ? "begins or ends with white space" : nil
    }

    /// The header fields of every request.
    var headers: [HTTPField] {
        var fields = [HTTPField("Impersonate-User", user)]
        if let uid { fields.append(HTTPField("Impersonate-Uid", uid)) }
        fields += groups.map { HTTPField("Impersonate-Group", $0) }
        for (key, values) in extra.sorted(by: { $0.key < $1.key }) {
            fields += values.map { HTTPField("Impersonate-Extra-\(Self.escaped(key))", $0) }
        }
        return fields
    }

    /// A key within the name of a header: all but letters, digits and hyphens is percent-encoded (RFC 3986 section 2.1),
    /// which the server decodes.
    private static func escaped(_ key: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = key.utf8.flatMap { byte -> [UInt8] in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "-")
            return isPlain ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
