import JSONValue
import KubeModel

extension TrafficRule {
    private static let source = "istio pkg/config/validation/validation.go"

    private static func refuseEach(
        _ name: String, _ field: String, from function: String,
        _ check: @escaping @Sendable (_ field: Field, _ rule: Field, inout Breaches) -> Void
    ) -> TrafficRule {
        refuse(name, .virtualService, from: "\(source) \(function)") { subject, breaches in
            for rule in subject.spec["http"].items where rule[field].isPresent { check(rule[field], rule, &breaches) }
        }
    }

    /// Rules about redirects, rewrites, retries, faults, answers and CORS of http rules.
    static let httpAction: [TrafficRule] = [
        refuseEach("RedirectEmpty", "redirect", from: "validateHTTPRedirect") { redirect, _, breaches in
            guard !redirect.hasAny("port", "derivePort"),
                ["uri", "prefixRewrite", "authority", "scheme"].allSatisfy({ redirect[$0].text.isEmpty })
            else { return }
            breaches.add(redirect, "changes nothing", "set uri, prefixRewrite, authority, scheme or port")
        },
        refuseEach("RedirectConflict", "redirect", from: "validateHTTPRedirect") { redirect, _, breaches in
            guard !redirect["uri"].text.isEmpty, !redirect["prefixRewrite"].text.isEmpty else { return }
            breaches.add(redirect["prefixRewrite"], "stands beside uri", "keep one of them")
        },
        refuseEach("RedirectNeedsPrefix", "redirect", from: "validateHTTPRedirect") { redirect, rule, breaches in
            guard !redirect["prefixRewrite"].text.isEmpty else { return }
            for match in rule["match"].items where match["uri"].isPresent && match["uri"]["prefix"].isAbsent {
                breaches.add(match["uri"], "prefixRewrite goes with prefixes alone", "match by prefix, or use uri")
            }
        },
        refuseEach("RedirectCodeInvalid", "redirect", from: "validateHTTPRedirect") { redirect, _, breaches in
            guard let code = redirect["redirectCode"].number, code != 0, !(300...399).contains(code) else { return }
            breaches.add(redirect["redirectCode"], "\(code) is no redirect", "use 301, 302, 303, 307 or 308")
        },
        refuseEach("RedirectSchemeInvalid", "redirect", from: "validateHTTPRedirect") { redirect, _, breaches in
            guard !["", "http", "https"].contains(redirect["scheme"].text) else { return }
            breaches.add(redirect["scheme"], "is no scheme to redirect to", "write http or https")
        },
        refuseEach("RewriteEmpty", "rewrite", from: "validateHTTPRewrite") { rewrite, _, breaches in
            guard rewrite["uri"].text.isEmpty, rewrite["authority"].text.isEmpty, rewrite["uriRegexRewrite"].isAbsent
            else { return }
            breaches.add(rewrite, "changes nothing", "set uri, uriRegexRewrite or authority")
        },
        refuseEach("RewriteConflict", "rewrite", from: "validateHTTPRewrite") { rewrite, _, breaches in
            guard !rewrite["uri"].text.isEmpty, rewrite["uriRegexRewrite"].isPresent else { return }
            breaches.add(rewrite["uriRegexRewrite"], "stands beside uri", "keep one of them")
        },
        refuseEach("RegexRewriteIncomplete", "rewrite", from: "validateURIRegexRewrite") { rewrite, _, breaches in
            let regex = rewrite["uriRegexRewrite"]
            guard regex.isPresent, regex["match"].text.isEmpty || regex["rewrite"].text.isEmpty else { return }
            breaches.add(regex, "lacks match or rewrite", "write both")
        },
        refuseEach("RetriesDisabled", "retries", from: "ValidateHTTPRetry") { retries, _, breaches in
            guard retries["attempts"].number ?? 0 == 0,
                retries.hasAny("perTryTimeout", "retryRemoteLocalities") || !retries["retryOn"].text.isEmpty
            else { return }
            breaches.add(retries["attempts"], "without attempts nothing is retried", "set attempts, or remove the rest")
        },
        refuseEach("RetryConditionUnknown", "retries", from: "ValidateHTTPRetry") { retries, _, breaches in
            let text = retries["retryOn"].text
            guard !text.isEmpty else { return }
            for word in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
                let condition = String(Substring(word))
                guard !HTTPWords.retryConditions.contains(condition), !HTTPWords.isStatus(condition) else { continue }
                breaches.add(
                    retries["retryOn"], "\"\(excerpt(condition))\" is no condition",
                    "use words such as connect-failure,refused-stream,503, separated by commas alone")
            }
        },
        refuseEach("CorsMethodUnknown", "corsPolicy", from: "validateCORSPolicy") { cors, _, breaches in
            for (text, field) in cors["allowMethods"].texts where !HTTPWords.methods.contains(text) {
                breaches.add(field, "\"\(excerpt(text))\" is no method", "use GET, POST... in capitals, or \"*\"")
            }
        },
        refuseEach("CorsHeaderInvalid", "corsPolicy", from: "validateCORSPolicy") { cors, _, breaches in
            for (text, field) in cors["allowHeaders"].texts + cors["exposeHeaders"].texts
            where !HostSyntax.isHeaderName(text) {
                breaches.add(
                    field, "\"\(excerpt(text))\" is no name of a header", "use letters, digits and '-', or \"*\"")
            }
        },
        refuseEach("CorsOriginEmpty", "corsPolicy", from: "validateAllowOrigins") { cors, _, breaches in
            for origin in cors["allowOrigins"].items
            where ["exact", "prefix", "regex"].allSatisfy({ origin[$0].text.isEmpty }) {
                breaches.add(origin, "matches no origin", "set exact, prefix or regex")
            }
        },
        refuseEach("CorsAgeFraction", "corsPolicy", from: "validateCORSPolicy") { cors, _, breaches in
            guard let nanoseconds = GoDuration.nanoseconds(cors["maxAge"].text), nanoseconds % 1_000_000_000 != 0 else {
                return
            }
            breaches.add(cors["maxAge"], "is no whole number of seconds", "write whole seconds")
        },
        refuseEach("FaultEmpty", "fault", from: "validateHTTPFaultInjection") { fault, _, breaches in
            guard !fault.hasAny("abort", "delay") else { return }
            breaches.add(fault, "has neither abort nor delay", "add one, or remove the fault")
        },
        refuseEach("FaultUnsupported", "fault", from: "validateHTTPFaultInjection") { fault, _, breaches in
            for field in [fault["abort"]["http2Error"], fault["delay"]["exponentialDelay"]] where field.isPresent {
                breaches.add(field, "is not supported by Istio", "use httpStatus, grpcStatus or fixedDelay")
            }
        },
        refuseEach("FaultStatusInvalid", "fault", from: "validateHTTPStatus") { fault, _, breaches in
            let (http, grpc) = (fault["abort"]["httpStatus"], fault["abort"]["grpcStatus"])
            if let status = http.number, !(200...600).contains(status) {
                breaches.add(http, "\(status) is no status", "use 200 to 599")
            }
            guard grpc.isPresent, !HTTPWords.grpcCodes.contains(grpc.text) else { return }
            breaches.add(grpc, "\"\(excerpt(grpc.text))\" is no status of gRPC", "use a name such as UNAVAILABLE")
        },
        refuseEach("FaultShareTooSmall", "fault", from: "validatePercentage") { fault, _, breaches in
            for part in ["abort", "delay"] {
                let share = fault[part]["percentage"]["value"]
                guard let value = share.value?.doubleValue, value > 0, value < 0.0001 else { continue }
                breaches.add(share, "is less than proxies can count", "use 0.0001 or more")
            }
        },
        warn("FaultWithoutStatus", .virtualService, from: "\(source) validateHTTPFaultInjectionAbort") {
            subject, breaches in
            for rule in subject.spec["http"].items {
                let abort = rule["fault"]["abort"]
                guard abort.isPresent, !abort.hasAny("httpStatus", "grpcStatus", "http2Error") else { continue }
                breaches.add(abort, "says no status with which requests end", "set httpStatus or grpcStatus")
            }
        },
        refuseEach("AnswerStatusInvalid", "directResponse", from: "validateHTTPDirectResponse") { answer, _, breaches in
            guard let status = answer["status"].number, !(200...600).contains(status) else { return }
            breaches.add(answer["status"], "\(status) is no status", "use 200 to 599")
        },
        refuseEach("AnswerTooLarge", "directResponse", from: "validateHTTPDirectResponse") { answer, _, breaches in
            guard HTTPWords.size(of: answer["body"]) > 1024 * 1024 else { return }
            breaches.add(answer["body"], "is larger than 1 MiB", "serve it from a backend")
        },
        warn("AnswerLarge", .virtualService, from: "\(source) validateHTTPDirectResponse") { subject, breaches in
            for rule in subject.spec["http"].items {
                let body = rule["directResponse"]["body"]
                guard (100 * 1024 + 1...1024 * 1024).contains(HTTPWords.size(of: body)) else { continue }
                breaches.add(body, "every proxy holds these bytes in its configuration", "serve it from a backend")
            }
        },
    ]
}

/// Words that HTTP, gRPC and Envoy know.
enum HTTPWords {
    /// Istio's `pkg/config/validation/agent/validation.go` supportedRetryOnPolicies.
    static let retryConditions: Set<String> = [
        "5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "retriable-4xx", "refused-stream",
        "retriable-status-codes", "retriable-headers", "envoy-ratelimited", "http3-post-connect-failure", "cancelled",
        "deadline-exceeded", "internal", "resource-exhausted", "unavailable",
    ]

    static let methods: Set<String> = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE", "*",
    ]

    /// github.com/grpc/grpc, doc/statuscodes.md.
    static let grpcCodes: Set<String> = [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
        "PERMISSION_DENIED", "UNAUTHENTICATED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
        "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
    ]

    private static let statuses: Set<Int> = Set(
        [100, 101, 102, 103, 226, 300, 301, 302, 303, 304, 305, 307, 308, 421, 422, 423, 424, 425, 426, 428, 429, 431]
            + [451, 506, 507, 508, 510, 511] + Array(200...208) + Array(400...418) + Array(500...505))

    /// Whether the text is the number of a status that IANA's registry lists.
    static func isStatus(_ text: String) -> Bool {
        text.utf8.count == 3 && Int(text).map(statuses.contains) ?? false
    }

    /// The bytes of a body.
    static func size(of body: Field) -> Int {
        guard body["bytes"].isPresent else { return body["string"].text.utf8.count }
        let bytes = body["bytes"].text.utf8
        return bytes.count / 4 * 3 - bytes.suffix(2).count { $0 == UInt8(ascii: "=") }
    }
}
