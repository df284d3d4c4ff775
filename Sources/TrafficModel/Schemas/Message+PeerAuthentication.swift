/// `security/v1beta1/peer_authentication.proto`.
extension Message {
    /// The spec of a PeerAuthentication.
    static let peerAuthentication = Message(
        "PeerAuthentication",
        [
            ("selector", .message(.policySelector)), ("mtls", .message(.mutualTLS)),
            ("portLevelMtls", .map(.message(.mutualTLS), count: 1...65535)),
        ])

    private static let mutualTLS = Message(
        "PeerAuthentication.MutualTLS", [("mode", .choice(["UNSET", "DISABLE", "PERMISSIVE", "STRICT"]))])
}
