import KubeClient
import KubeModel

extension ReadFailure {
    /// The failure of a list or of the start of a watch.
    init(_ error: APIError) { self.init(Self.kind(of: error), error.description) }

    /// The failure that a watch told by an `ERROR` event.
    init(watchOf resource: GroupVersionResource, _ status: APIStatus) {
        let kind: Kind =
            switch (status.code, status.reason) {
            case (410, _), (_, "Expired"), (_, "Gone"): .expired
            case _ where Self.isTooLarge(status): .versionTooLarge
            case (429, _), (_, "TooManyRequests"): .throttled(retryAfter: nil)
            case (401, _): .unauthorized
            case (403, _): .denied
            default: .refused
            }
        self.init(kind, "the server ended the watch of \(resource): \(status)")
    }

    private static func kind(of error: APIError) -> Kind {
        if error.isResourceVersionTooLarge { return .versionTooLarge }
        if case .malformedReply = error.cause { return .malformed }
        switch error.transport?.kind {
        case .malformedReply?, .responseTooLarge?: return .malformed
        default: break
        }
        return switch error.disposition {
        case .expired: .expired
        case .identity: .unauthorized
        case .denied: .denied
        case .throttled(let retryAfter): .throttled(retryAfter: retryAfter)
        case .notFound: .notFound
        case .unreachable, .cancelled: .unreachable
        case .permanent, .conflict, .unavailable, .unknownOutcome: .refused
        }
    }

    private static func isTooLarge(_ status: APIStatus) -> Bool {
        status.message.contains("Too large resource version")
            || (status.details?.causes ?? []).contains { $0.reason == "ResourceVersionTooLarge" }
    }
}
