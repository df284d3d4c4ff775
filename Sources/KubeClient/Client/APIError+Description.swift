import KubeModel

extension APIError: CustomStringConvertible {
    /// One line: what was attempted on which cluster and object, what the server said, and what to do.
    public var description: String { message(for: .operator) }

    /// The description, with what to do said to whoever made the request.
    public func message(for requester: Requester) -> String {
        let remedy = remedy(for: requester).map { " -- \($0)" } ?? ""
        return "cannot \(operation) on cluster \(cluster): \(said)\(remedy)"
    }

    private var said: String {
        switch cause {
        case .transport(let error): Self.line(error.description)
        case .response(let code, let status?, _):
            Self.line(
                [HTTPStatus.name(code, reason: status.reason), status.message + Self.unsaidFields(status)]
                    .filter { !$0.isEmpty })
        case .response(let code, nil, _): "\(HTTPStatus.name(code, reason: "")) (the answer is no Status object)"
        case .malformedReply(let code, let fault): Self.line(["\(code)", fault])
        }
    }

    /// The fields that are wrong, where the sentence of the server does not name them: webhooks list them beside it.
    private static func unsaidFields(_ status: APIStatus) -> String {
        guard status.reason == "Invalid" else { return "" }
        let fields = (status.details?.causes ?? []).map(\.field).filter { !$0.isEmpty && !status.message.contains($0) }
        return fields.isEmpty ? "" : " (\(fields.prefix(5).joined(separator: ", ")))"
    }

    private func remedy(for requester: Requester) -> String? {
        if let transport {
            return disposition == .unknownOutcome
                ? "the change may have happened; read the object before writing again"
                : transport.kind.remedy(for: requester)
        }
        if isWebhookFailure {
            return "start the webhook there, or change its configuration; it will be tried again"
        }
        switch disposition {
        case .permanent where (300..<400).contains(httpStatus ?? 0):
            return "redirects are not followed; put the final address into the kubeconfig's server"
        case .permanent: return "change the object; the same request will be refused again"
        case .conflict: return isAlreadyExists ? "the object exists already" : conflictRemedy
        case .identity: return "renew the credentials of the cluster"
        case .denied: return denialRemedy(for: requester)
        case .throttled: return "the server asks to wait"
        case .notFound(.namespace): return "create the namespace"
        case .notFound(.resource): return "check that the kind (its CRD) is installed and that the server is ready"
        case .expired: return "list again"
        case .unknownOutcome: return "the change may have happened; read the object before writing again"
        case .notFound(.object), .unavailable, .unreachable, .cancelled: return nil
        }
    }

    private func denialRemedy(for requester: Requester) -> String {
        switch denial {
        case .permission(let missing?):
            "grant \(requester.account) \(Self.line(missing.verb)) on \(Self.line(missing.resource))"
        case .quota(let name?):
            "raise ResourceQuota \(operation.namespace.map { "\($0)/" } ?? "")\(Self.line(name)) there"
                + ", or remove something that it counts"
        case .quota(nil): "add a ResourceQuota that allows it, or raise the one that is there"
        case .admission: "change the object, or what refuses it; the same request will be refused again"
        case .namespaceTerminating: "create the namespace again once it is gone"
        case .permission(nil), nil: "grant \(requester.account) this verb on this resource"
        }
    }

    private var conflictRemedy: String {
        let fields = (status?.details?.causes ?? []).filter { $0.reason == "FieldManagerConflict" }.map(\.field)
        guard !fields.isEmpty else { return "read the object again and decide again" }
        return "another manager owns \(Self.line(fields.prefix(5).joined(separator: ", ")))"
    }

    /// Text from a server on one line of bounded length, without control characters.
    private static func line(_ parts: [String]) -> String { line(parts.joined(separator: ": ")) }

    private static func line(_ text: String) -> String {
        let limit = 1024
        let printable = text.unicodeScalars.lazy.map { scalar -> Character in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: " "
            default: Character(scalar)
            }
        }
        let kept = String(printable.prefix(limit))
        return text.unicodeScalars.count > limit ? kept + "..." : kept
    }
}

/// Names of status codes for people.
enum HTTPStatus {
    static func name(_ code: Int, reason: String) -> String {
        guard reason.isEmpty else { return "\(code) \(reason)" }
        let names = [
            400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
            409: "Conflict", 410: "Gone", 413: "Content Too Large", 415: "Unsupported Media Type",
            422: "Unprocessable Content", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
            503: "Service Unavailable", 504: "Gateway Timeout",
        ]
        return names[code].map { "\(code) \($0)" } ?? "HTTP \(code)"
    }
}
