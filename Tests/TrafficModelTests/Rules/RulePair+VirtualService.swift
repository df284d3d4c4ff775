import TrafficModel

extension RulePair {
    private static let to = "route: [{destination: {host: web}}]"
    private static let route = "spec: {hosts: [a.example.com], gateways: [web], http: [{\(to)}]}"
    private static let sni =
        "spec: {hosts: ['*.example.com'], tls: [{match: [{sniHosts: [a.example.com]}], \(to)}]}"

    private static func match(_ text: String) -> String {
        "spec: {hosts: [a.example.com], gateways: [web], http: [{match: [\(text)], \(to)}]}"
    }

    static let virtualService = [
        RulePair("DelegateBound", .virtualService, route, "hosts: [a.example.com], ", ""),
        RulePair("RouteHostInvalid", .virtualService, route, "a.example.com", "a.*.com"),
        RulePair("RouteHostInvalid", .virtualService, route, "a.example.com", "a.example.7"),
        RulePair(
            "RouteHostInvalid", .virtualService, "spec: {hosts: [localhost.], http: [{\(to)}]}", "localhost.",
            "localhost.."),
        RulePair(
            "MeshWildcard", .virtualService, "spec: {hosts: ['*'], gateways: [web], http: [{\(to)}]}", "[web]",
            "[web, mesh]"),
        RulePair(
            "RouteHostsOverlap", .virtualService, "spec: {hosts: [a.example.com, '*.example.org'], http: [{\(to)}]}",
            ".org", ".com"),
        RulePair(
            "RouteHostsOverlap", .virtualService, "spec: {hosts: [a.example.com, b.example.com], http: [{\(to)}]}",
            "b.", "a."),
        RulePair("RoutesMissing", .virtualService, route, "[{\(to)}]", "[]"),
        RulePair("GatewayReferenceInvalid", .virtualService, route, "[web]", "[./web]"),
        RulePair("GatewayReferenceInvalid", .virtualService, route, "[web]", "[shop/web/x]"),
        RulePair("GatewayReferenceInvalid", .virtualService, route, "[web]", "[./web, web]"),
        RulePair("GatewayReferenceUnread", .virtualService, route, "[web]", "[web, ./web]"),
        RulePair("GatewayReferenceOld", .virtualService, route, "[web]", "[web.shop]"),
        RulePair(
            "ClaimRouteInMesh", .virtualService, match("{headers: {'@request.auth.claims.a': {exact: b}}}"), "[web]",
            "[mesh]"),
        RulePair("TLSMatchMissing", .virtualService, sni, "[{sniHosts: [a.example.com]}]", "[]"),
        RulePair("TLSMatchMissing", .virtualService, sni, "[a.example.com]", "[]"),
        RulePair("Layer4RouteMissing", .virtualService, sni, to, "route: []"),
        RulePair(
            "Layer4RouteMissing", .virtualService, "spec: {hosts: [a.example.com], tcp: [{\(to)}]}", "{\(to)}", "{}"),
        RulePair("ServerNameInvalid", .virtualService, sni, "[a.example.com]", "[a_.example.com]"),
        RulePair(
            "ServerNameIsAddress", .virtualService,
            "spec: {hosts: [10.0.0.1.example.com], tls: [{match: [{sniHosts: [10.0.0.1.example.com]}], \(to)}]}",
            ".example.com", ""),
        RulePair("ServerNameOutside", .virtualService, sni, "[a.example.com]", "[a.example.org]"),
        RulePair(
            "SubnetInvalid", .virtualService,
            "spec: {hosts: [a.example.com], tcp: [{match: [{destinationSubnets: [10.0.0.0/8]}], \(to)}]}", "/8", "/x"),
        RulePair(
            "RouteUnreachable", .virtualService,
            "spec: {hosts: [a.example.com], http: [{match: [{port: 80}], \(to)}, {\(to)}]}", "match: [{port: 80}], ", ""
        ),
        RulePair(
            "RouteUnreachable", .virtualService,
            "spec: {hosts: [a.example.com], http: [{match: [{port: 80}], \(to)}, {match: [{port: 81}], \(to)}]}", "81",
            "80",
            also: ["MatchIneffective"]),
        RulePair(
            "MatchIneffective", .virtualService,
            "spec: {hosts: [a.example.com], http: [{match: [{port: 80}], \(to)}, {match: [{port: 81}, {port: 82}], \(to)}]}",
            "82", "80"),
        RulePair(
            "MatchIneffective", .virtualService,
            "spec: {hosts: [a.example.com], http: [{match: [{uri: {prefix: /b}}], \(to)}, {match: [{uri: {prefix: /a/b}}], \(to)}]}",
            "prefix: /b", "prefix: /a"),
        RulePair("MatchHeaderInvalid", .virtualService, match("{headers: {x-a: {exact: b}}}"), "x-a", "'x a'"),
        RulePair(
            "MatchHeaderInvalid", .virtualService, match("{headers: {'@Request.Auth.Claims.sub': {exact: b}}}"),
            "Auth", "Oath"),
        RulePair("MatchPrefixEmpty", .virtualService, match("{method: {prefix: G}}"), "prefix: G", "prefix: ''"),
        RulePair("RegexInvalid", .virtualService, match("{uri: {regex: /a.*}}"), "/a.*", "'/(?=a)'"),
        RulePair("RegexInvalid", .virtualService, match("{headers: {x-a: {regex: a}}}"), "regex: a", "regex: '(a'"),
        RulePair("RegexInvalid", .virtualService, match("{headers: {x-a: {regex: a}}}"), "regex: a", "regex: ''"),
        RulePair("MatchNamespaceInvalid", .virtualService, match("{sourceNamespace: a}"), "e: a", "e: a/b"),
        RulePair("SourceLabelInvalid", .virtualService, match("{sourceLabels: {a: b}}"), "a: b", "a: '*'"),
    ]

    private static func rule(_ text: String) -> String { "spec: {hosts: [a.example.com], http: [{\(text)}]}" }
    private static func routed(_ text: String) -> String { rule("\(text), \(to)") }

    static let httpRule = [
        RulePair("ActionMissing", .virtualService, rule(to), to, "route: []"),
        RulePair("ActionsConflict", .virtualService, rule("redirect: {uri: /a}"), "redirect", "\(to), redirect"),
        RulePair(
            "ActionsConflict", .virtualService, rule("redirect: {uri: /a}"), "redirect", "rewrite: {uri: /a}, redirect"),
        RulePair("ActionsConflict", .virtualService, rule("delegate: {name: a}"), "delegate", "\(to), delegate"),
        RulePair(
            "ActionsConflict", .virtualService, rule("delegate: {name: a}, directResponse: {status: 200}"),
            "directResponse: {status: 200}", "redirect: {uri: /a}"),
        RulePair("DelegateNested", .virtualService, rule("delegate: {name: a}"), "hosts: [a.example.com], ", ""),
        RulePair("DelegateUnnamed", .virtualService, rule("delegate: {name: a}"), "name: a", "namespace: a"),
        RulePair(
            "MirrorsConflict", .virtualService, routed("mirrors: [{destination: {host: b}}]"), "mirrors",
            "mirror: {host: b}, mirrors"),
        RulePair(
            "MirrorPercentOld", .virtualService, routed("mirrorPercentage: {value: 1}"), "mirrorPercentage: {value: 1}",
            "mirrorPercent: 1"),
        RulePair("DestinationHostInvalid", .virtualService, rule(to), "host: web", "host: '*'"),
        RulePair("DestinationHostInvalid", .virtualService, rule(to), "host: web", "host: web:80"),
        RulePair(
            "SubsetNameInvalid", .virtualService, rule("route: [{destination: {host: web, subset: v1}}]"), "v1", "v.1"),
        RulePair("SubsetNameInvalid", .destinationRule, "spec: {host: web, subsets: [{name: v1}]}", "v1", "''"),
        RulePair(
            "DestinationPortMissing", .virtualService, rule("route: [{destination: {host: web, port: {number: 80}}}]"),
            "{number: 80}", "{}"),
        RulePair(
            "WeightsZero", .virtualService,
            rule("route: [{destination: {host: a}, weight: 0}, {destination: {host: b}, weight: 1}]"), "weight: 1",
            "weight: 0"),
        RulePair(
            "WeightsTooLarge", .virtualService,
            rule(
                "route: [{destination: {host: a}, weight: 2147483647}, {destination: {host: b}, weight: 2147483647}, {destination: {host: c}, weight: 1}]"
            ),
            "weight: 1}", "weight: 2}"),
        RulePair("HeaderNameInvalid", .virtualService, routed("headers: {response: {set: {x-a: b}}}"), "x-a", "host"),
        RulePair(
            "HeaderNameInvalid", .virtualService, routed("headers: {request: {add: {':authority': b}}}"), ":authority",
            ":path"),
        RulePair("HeaderNameInvalid", .virtualService, routed("headers: {request: {remove: [x-a]}}"), "x-a", "Host"),
        RulePair(
            "HeaderValueInvalid", .virtualService, routed("headers: {request: {set: {x-a: '%REQ(a)%'}}}"), "(a)%", "(a)"
        ),
        RulePair("HeaderValueInvalid", .virtualService, routed("headers: {request: {set: {x-a: '5%%'}}}"), "5%%", "5%"),
        RulePair(
            "AuthoritySetTwice", .virtualService, routed("rewrite: {uri: /}, headers: {request: {set: {host: b}}}"),
            "uri: /", "authority: c"),
        RulePair("RedirectEmpty", .virtualService, rule("redirect: {uri: /a}"), "uri: /a", "redirectCode: 301"),
        RulePair(
            "RedirectConflict", .virtualService, rule("redirect: {uri: /a, scheme: https}"), "scheme: https",
            "prefixRewrite: /b"),
        RulePair(
            "RedirectNeedsPrefix", .virtualService, rule("match: [{uri: {prefix: /a}}], redirect: {prefixRewrite: /b}"),
            "prefix: /a", "exact: /a"),
        RulePair("RedirectCodeInvalid", .virtualService, rule("redirect: {uri: /a, redirectCode: 399}"), "399", "400"),
        RulePair("RedirectSchemeInvalid", .virtualService, rule("redirect: {scheme: https}"), "https", "ws"),
        RulePair("RewriteEmpty", .virtualService, routed("rewrite: {uri: /a}"), "uri: /a", "uri: ''"),
        RulePair(
            "RewriteConflict", .virtualService, routed("rewrite: {uriRegexRewrite: {match: a, rewrite: b}}"), "{uri",
            "{uri: /a, uri"),
        RulePair(
            "RegexRewriteIncomplete", .virtualService, routed("rewrite: {uriRegexRewrite: {match: a, rewrite: b}}"),
            ", rewrite: b", ""),
        RulePair(
            "RetriesDisabled", .virtualService, routed("retries: {attempts: 1, perTryTimeout: 1s}"), "attempts: 1",
            "attempts: 0"),
        RulePair(
            "RetryConditionUnknown", .virtualService, routed("retries: {attempts: 1, retryOn: '5xx,503'}"), "5xx", "6xx"
        ),
        RulePair(
            "RetryConditionUnknown", .virtualService, routed("retries: {attempts: 1, retryOn: '5xx,503'}"), ",", ", "),
        RulePair("CorsMethodUnknown", .virtualService, routed("corsPolicy: {allowMethods: [GET]}"), "GET", "get"),
        RulePair("CorsHeaderInvalid", .virtualService, routed("corsPolicy: {exposeHeaders: [x-a]}"), "x-a", "'x:a'"),
        RulePair(
            "CorsOriginEmpty", .virtualService, routed("corsPolicy: {allowOrigins: [{exact: a}]}"), "exact: a",
            "exact: ''"),
        RulePair("CorsAgeFraction", .virtualService, routed("corsPolicy: {maxAge: 1s}"), "1s", "1500ms"),
        RulePair(
            "FaultEmpty", .virtualService, routed("fault: {delay: {fixedDelay: 1s}}"), "{delay: {fixedDelay: 1s}}", "{}"
        ),
        RulePair(
            "OutOfRange", .virtualService, routed("fault: {delay: {fixedDelay: 1s, percent: 101}}"), "101",
            "2147483648"),
        RulePair(
            "FaultUnsupported", .virtualService, routed("fault: {delay: {fixedDelay: 1s}}"), "fixed", "exponential"),
        RulePair("FaultStatusInvalid", .virtualService, routed("fault: {abort: {httpStatus: 600}}"), "600", "601"),
        RulePair(
            "FaultStatusInvalid", .virtualService, routed("fault: {abort: {grpcStatus: UNAVAILABLE}}"), "UNAVAILABLE",
            "unavailable"),
        RulePair(
            "FaultShareTooSmall", .virtualService,
            routed("fault: {abort: {httpStatus: 500, percentage: {value: 0.0001}}}"), "0.0001", "0.00009"),
        RulePair(
            "FaultWithoutStatus", .virtualService, routed("fault: {abort: {httpStatus: 500, percentage: {value: 1}}}"),
            "httpStatus: 500, ", ""),
        RulePair("AnswerStatusInvalid", .virtualService, rule("directResponse: {status: 200}"), "200", "199"),
        RulePair(
            "AnswerLarge", .virtualService, rule("directResponse: {status: 200, body: {string: \(text(102400))}}"),
            "string: ", "string: a"),
        RulePair(
            "AnswerTooLarge", .virtualService, rule("directResponse: {status: 200, body: {string: a}}"), "string: a",
            "string: \(text(1024 * 1024 + 1))"),
    ]

    private static func text(_ count: Int) -> String { String(repeating: "a", count: count) }
}
