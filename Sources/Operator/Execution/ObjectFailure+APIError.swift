import KubeClient
import KubeModel
import Rendering

extension ObjectFailure {
    /// What an API server's refusal means for one rendered object, in the words that a person acts on.
    init(_ object: RenderedObject, error: APIError, dryRun: Bool) {
        let reason: Reason
        var remedy = ""
        switch error.disposition {
        // It went while it was written, more than once.
        case .conflict, .notFound(.object): reason = .applyConflict
        case .identity: reason = .unauthorised
        case .denied: reason = Self.reason(error.denial, dryRun: dryRun)
        case .notFound(.namespace):
            reason = .namespaceMissing
            remedy = "; create it there: kubectl create namespace \(object.key.namespace ?? "")"
        case .notFound(.resource): reason = .kindMissing
        // The server has answered, and would not store it: nothing is known of what the webhook thinks of it.
        case .unavailable where dryRun && error.isWebhookFailure: reason = .dryRunFailed
        case .throttled, .unavailable, .unreachable, .cancelled, .expired: reason = .clusterUnreachable
        case .unknownOutcome where error.isWebhookFailure: reason = .webhookUnavailable
        case .unknownOutcome: reason = .outcomeUnknown
        case .permanent: reason = dryRun ? .dryRunFailed : .applyFailed
        }
        self.init(object, reason: reason, message: "\(error)\(remedy)")
        if case .throttled(let wait) = error.disposition { retryAfter = wait }
    }

    private static func reason(_ denial: Denial?, dryRun: Bool) -> Reason {
        switch denial {
        case .quota: .quotaExceeded
        case .admission: dryRun ? .dryRunFailed : .applyFailed
        case .namespaceTerminating: .namespaceMissing
        case .permission, nil: .forbidden
        }
    }

    /// Whether waiting can help: the same request may succeed later without anybody changing the AccessPoint.
    var mayPass: Bool {
        switch reason {
        case .clusterUnreachable, .outcomeUnknown, .webhookUnavailable, .applyConflict, .objectTerminating,
            .unauthorised, .deleteFailed:
            true
        default: false
        }
    }
}
