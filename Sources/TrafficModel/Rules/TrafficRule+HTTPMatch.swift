import JSONValue
import KubeModel

extension TrafficRule {
    private static let source = "istio pkg/config/validation/virtualservice.go validateHTTPRouteMatchRequest"

    /// Rules about the matches of http rules.
    static let httpMatch: [TrafficRule] = [
        refuse("MatchHeaderInvalid", .virtualService, from: source) { subject, breaches in
            for match in matches(subject) {
                for header in match["headers"].members + match["withoutHeaders"].members
                where !isMatchable(header.key) {
                    breaches.add(header.field, "is no name of a header", "use letters, digits and '-'")
                }
            }
        },
        refuse(
            "MatchPrefixEmpty", .virtualService, from: "istio pkg/config/validation/validation.go validateStringMatch"
        ) {
            subject, breaches in
            for match in matches(subject) {
                let texts = textMatches(of: match) + match["withoutHeaders"].members.map(\.field)
                for text in texts where text["prefix"].isPresent && text["prefix"].text.isEmpty {
                    breaches.add(
                        text["prefix"], "is empty, and matches everything", "write a prefix, or remove the match")
                }
            }
        },
        refuse("RegexInvalid", .virtualService, from: "istio pkg/config/validation/validation.go validateStringRegexp")
        {
            subject, breaches in
            for rule in subject.spec["http"].items {
                var fields = rule["corsPolicy"]["allowOrigins"].items.map { $0["regex"] }
                fields.append(rule["rewrite"]["uriRegexRewrite"]["match"])
                for match in rule["match"].items {
                    fields += (textMatches(of: match) + [match["uri"]]).map { $0["regex"] }
                    // Here a lone star is taken for any value.
                    fields += match["withoutHeaders"].members.map { $0.field["regex"] }.filter { $0.text != "*" }
                }
                for field in fields where field.value?.stringValue != nil {
                    guard let problem = RE2Syntax.problem(of: field.text) else { continue }
                    breaches.add(field, problem, "write an expression of RE2 (github.com/google/re2/wiki/Syntax)")
                }
            }
        },
        refuse("MatchNamespaceInvalid", .virtualService, from: source) { subject, breaches in
            for match in matches(subject) {
                let namespace = match["sourceNamespace"]
                guard !namespace.text.isEmpty, !HostSyntax.isLabel(namespace.text) else { continue }
                breaches.add(namespace, "\"\(excerpt(namespace.text))\" is no namespace", "name one namespace")
            }
        },
        refuse("SourceLabelInvalid", .virtualService, from: source) { subject, breaches in
            for kind in ["http", "tls", "tcp"] {
                for rule in subject.spec[kind].items {
                    for match in rule["match"].items { checkLabels(match["sourceLabels"], &breaches) }
                }
            }
        },
    ]

    /// The string matches of a match of which the prefix may not be empty.
    private static func textMatches(of match: Field) -> [Field] {
        [match["scheme"], match["method"], match["authority"]]
            + (match["headers"].members + match["queryParams"].members).map(\.field)
    }

    private static func isMatchable(_ name: String) -> Bool {
        isClaim(name) || [":method", ":scheme", ":authority", ":path", ":status"].contains(name)
            || HostSyntax.isHeaderName(name)
    }
}
