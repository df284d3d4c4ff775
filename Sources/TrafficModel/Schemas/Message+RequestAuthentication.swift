/// `security/v1beta1/request_authentication.proto`.
extension Message {
    /// The spec of a RequestAuthentication.
    static let requestAuthentication = Message(
        "RequestAuthentication",
        [
            ("selector", .message(.policySelector)), ("targetRef", .message(.policyTargetReference)),
            ("targetRefs", .messages(.policyTargetReference, count: 0...16)),
            ("jwtRules", .messages(.jwtRule, count: 0...4096)),
        ], oneOf: [["selector", "targetRef", "targetRefs"]])

    private static let names = Shape.list(.text(1...Int.max))

    private static let jwtRule = Message(
        "JWTRule",
        [
            ("issuer", .text(1...Int.max)), ("audiences", names),
            // The CRD has this one under both names.
            ("jwksUri", .text(1...2048)), ("jwks_uri", .text(1...2048)), ("jwks", .string),
            (
                "fromHeaders",
                .messages(
                    Message(
                        "JWTHeader", [("name", .text(1...Int.max)), ("prefix", .string)], required: ["name"]))
            ),
            ("fromParams", names), ("outputPayloadToHeader", .string), ("fromCookies", names),
            ("forwardOriginalToken", .flag),
            (
                "outputClaimToHeaders",
                .messages(
                    Message(
                        "ClaimToHeader", [("header", .text(1...Int.max)), ("claim", .text(1...Int.max))],
                        required: ["header", "claim"]))
            ),
            ("presence", .choice(["OPTIONAL", "REQUIRED"])), ("timeout", .duration),
            ("spaceDelimitedClaims", .list(.text(1...Int.max), count: 0...64)),
        ], oneOf: [["jwksUri", "jwks_uri", "jwks"]])
}
