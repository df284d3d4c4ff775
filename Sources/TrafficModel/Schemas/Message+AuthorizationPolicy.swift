/// `security/v1beta1/authorization_policy.proto`.
extension Message {
    /// The spec of an AuthorizationPolicy.
    static let authorizationPolicy = Message(
        "AuthorizationPolicy",
        [
            ("selector", .message(.policySelector)), ("targetRef", .message(.policyTargetReference)),
            ("targetRefs", .messages(.policyTargetReference, count: 0...16)),
            ("rules", .messages(.authorizationRule, count: 0...512)),
            ("action", .choice(["ALLOW", "DENY", "AUDIT", "CUSTOM"])),
            ("provider", .message(Message("ExtensionProvider", [("name", .string)]))),
        ], oneOf: [["selector", "targetRef", "targetRefs"]])

    private static let authorizationRule = Message(
        "Rule",
        [
            ("from", .messages(Message("Rule.From", [("source", .message(.authorizationSource))]), count: 0...512)),
            ("to", .messages(Message("Rule.To", [("operation", .message(.authorizationOperation))]))),
            (
                "when",
                .messages(
                    Message(
                        "Condition", [("key", .string), ("values", .strings), ("notValues", .strings)],
                        required: ["key"]))
            ),
        ])

    private static let authorizationSource = Message(
        "Source",
        [
            ("principals", .strings), ("notPrincipals", .strings), ("requestPrincipals", .strings),
            ("notRequestPrincipals", .strings), ("namespaces", .strings), ("notNamespaces", .strings),
            ("serviceAccounts", .list(.text(0...320), count: 0...16)),
            ("notServiceAccounts", .list(.text(0...320), count: 0...16)), ("ipBlocks", .strings),
            ("notIpBlocks", .strings), ("remoteIpBlocks", .strings), ("notRemoteIpBlocks", .strings),
            ("trustDomains", .strings), ("notTrustDomains", .strings),
        ])

    private static let authorizationOperation = Message(
        "Operation",
        [
            ("hosts", .strings), ("notHosts", .strings), ("ports", .strings), ("notPorts", .strings),
            ("methods", .strings), ("notMethods", .strings), ("paths", .strings), ("notPaths", .strings),
        ])
}
