import JSONValue
import KubeModel

extension TrafficRule {
    private static let source = "istio pkg/config/validation/validation.go analyzeUnreachableHTTPRules"

    /// Rules about routes and matches that no request comes to.
    static let reachability: [TrafficRule] = [
        warn("RouteUnreachable", .virtualService, code: "IST0130", from: source) { subject, breaches in
            for kind in ["http", "tls", "tcp"] {
                var seen: Set<JSONValue> = []
                var isClosed = false
                for rule in subject.spec[kind].items {
                    let matches = rule["match"].items
                    if isClosed {
                        breaches.add(rule, "a rule before it matches everything", "move it before that rule")
                    } else if matches.isEmpty {
                        isClosed = true
                    } else if matches.count(where: { seen.insert(Match.condition($0)).inserted }) == 0 {
                        breaches.add(
                            rule, "all its matches stand in rules before it", "remove it, or change its matches")
                    }
                }
            }
        },
        note("MatchIneffective", .virtualService, code: "IST0131", from: source) { subject, breaches in
            for kind in ["http", "tls", "tcp"] {
                var seen: Set<JSONValue> = []
                for rule in subject.spec[kind].items {
                    for match in rule["match"].items where !seen.insert(Match.condition(match)).inserted {
                        breaches.add(match, "the same match stands before it", "remove it")
                    }
                }
            }
            for (covered, other) in Match.covered(matches(subject)) {
                breaches.add(
                    covered,
                    "its URIs are matched by \(other.pointer.fieldPath) before it, which is the same otherwise",
                    "move it before the other")
            }
        },
    ]
}

/// What a match asks for.
enum Match {
    /// The match without the name, which is for people alone.
    static func condition(_ match: Field) -> JSONValue {
        var condition = match.value ?? .null
        condition["name"] = nil
        return condition
    }

    /// Matches by the prefix or the exact text of the URI that a prefix before them matches, all else being equal.
    static func covered(_ matches: [Field]) -> [(covered: Field, other: Field)] {
        var groups: [JSONValue: [(field: Field, entry: CoveredPrefixes.Entry)]] = [:]
        for match in matches {
            let uri = match["uri"]
            let prefix = uri["prefix"].value?.stringValue
            guard let text = prefix ?? uri["exact"].value?.stringValue else { continue }
            var others = condition(match)
            others["uri"] = nil
            let entry = CoveredPrefixes.Entry(bytes: Array(text.utf8), isOpen: prefix != nil)
            groups[others, default: []].append((match, entry))
        }
        return groups.values.flatMap { group in
            CoveredPrefixes.pairs(group.map(\.entry)).filter { pair in
                // What is equal was found already; what comes later covers nothing.
                pair.by < pair.covered && group[pair.by].field["uri"].value != group[pair.covered].field["uri"].value
            }.map { (group[$0.covered].field, group[$0.by].field) }
        }.sorted { ($0.covered.pointer.fieldPath) < ($1.covered.pointer.fieldPath) }
    }
}
