import JSONValue
import KubeModel

extension TrafficRule {
    private static let source = "istio pkg/config/validation/virtualservice.go"
    private static let routes = "istio pkg/config/validation/validation.go"

    /// Rules about what an http rule does, and where it sends requests.
    static let httpRoute: [TrafficRule] = [
        refuse("ActionMissing", .virtualService, from: "\(source) validateHTTPRouteConflict") { subject, breaches in
            for rule in subject.spec["http"].items
            where rule["route"].count == 0 && !rule.hasAny("redirect", "directResponse", "delegate") {
                breaches.add(rule, "the rule does nothing", "add a route, a redirect, a directResponse or a delegate")
            }
        },
        refuse("ActionsConflict", .virtualService, from: "\(source) validateHTTPRouteConflict") { subject, breaches in
            for rule in subject.spec["http"].items {
                let actions =
                    ["delegate", "redirect", "directResponse"].filter { rule[$0].isPresent }
                    + (rule["route"].count > 0 ? ["route"] : [])
                // Istio does not mind an answer beside a delegate.
                if actions.count > 1, actions != ["delegate", "directResponse"] {
                    breaches.add(rule, "the rule has \(actions.joined(separator: " and "))", "keep one of them")
                }
                guard rule["delegate"].isAbsent, rule.hasAny("redirect", "directResponse") else { continue }
                for name in ["fault", "rewrite"] where rule[name].isPresent {
                    breaches.add(
                        rule[name], "means nothing beside \(actions.first ?? "")", "remove it, or send to a route")
                }
            }
        },
        refuse("DelegateNested", .virtualService, from: "\(source) validateHTTPRouteConflict") { subject, breaches in
            guard subject.spec["hosts"].count == 0 else { return }
            for rule in subject.spec["http"].items where rule["delegate"].isPresent {
                breaches.add(rule["delegate"], "what is delegated to delegates no further", "add hosts, or a route")
            }
        },
        refuse(
            "DelegateUnnamed", .virtualService, code: own("DelegateUnnamed"),
            from: "istio pilot/pkg/model/virtualservice.go"
        ) {
            subject, breaches in
            for rule in subject.spec["http"].items
            where rule["delegate"].isPresent && rule["delegate"]["name"].text.isEmpty {
                breaches.add(rule["delegate"], "no VirtualService is named", "write its name")
            }
        },
        refuse("MirrorsConflict", .virtualService, from: "\(source) validateHTTPRouteConflict") { subject, breaches in
            for rule in subject.spec["http"].items where rule["mirror"].isPresent && rule["mirrors"].count > 0 {
                breaches.add(rule["mirror"], "stands beside mirrors", "move it into mirrors")
            }
        },
        warn("MirrorPercentOld", .virtualService, from: "\(source) validateHTTPRoute") { subject, breaches in
            for rule in subject.spec["http"].items {
                for name in ["mirrorPercent", "mirror_percent"] where rule[name].isPresent {
                    breaches.add(rule[name], "is deprecated", "write mirrorPercentage: {value: ...}")
                }
            }
        },
        refuse("DestinationHostInvalid", .virtualService, from: "\(routes) validateDestination") { subject, breaches in
            for destination in destinations(subject) {
                let host = destination["host"]
                guard host.isPresent, host.text == "*" || !HostSyntax.isWildcardDomain(host.text) else { continue }
                breaches.add(
                    host, "\"\(excerpt(host.text))\" is no host to send to",
                    "write the name of a Service or the host of a ServiceEntry")
            }
        },
        refuse("SubsetNameInvalid", .virtualService, .destinationRule, from: "\(routes) validateSubsetName") {
            subject, breaches in
            let fields =
                subject.object.kind == .destinationRule
                ? subject.spec["subsets"].items.map { $0["name"] }
                : destinations(subject).map { $0["subset"] }.filter { !$0.text.isEmpty }
            for field in fields where field.isPresent && !HostSyntax.isLabel(field.text) {
                breaches.add(field, "\"\(excerpt(field.text))\" is no name of a subset", "use letters, digits and '-'")
            }
        },
        refuse("DestinationPortMissing", .virtualService, from: "\(routes) validatePortSelector") { subject, breaches in
            for destination in destinations(subject)
            where destination["port"].isPresent && destination["port"]["number"].isAbsent {
                breaches.add(destination["port"], "has no number", "write port: {number: ...}, or leave port out")
            }
        },
        refuse("WeightsZero", .virtualService, from: "\(routes) validateHTTPRouteDestinations") { subject, breaches in
            for kind in ["http", "tls", "tcp"] {
                for rule in subject.spec[kind].items {
                    let routes = rule["route"].items
                    guard routes.count > 1, routes.allSatisfy({ $0["weight"].number ?? 0 == 0 }) else { continue }
                    breaches.add(rule["route"], "none of the destinations has a weight", "give one of them a weight")
                }
            }
        },
        refuse("WeightsTooLarge", .virtualService, code: own("WeightsTooLarge"), from: "envoy route.v3.WeightedCluster")
        {
            subject, breaches in
            for kind in ["http", "tls", "tcp"] {
                for rule in subject.spec[kind].items {
                    // Elements are bounded in number by the size of an object, weights by their schema.
                    let sum = rule["route"].items.reduce(Int64(0)) {
                        $0 &+ min($1["weight"].number ?? 0, Int64(UInt32.max))
                    }
                    guard sum > Int64(UInt32.max) else { continue }
                    breaches.add(rule["route"], "the weights are \(sum) together", "use smaller weights")
                }
            }
        },
        refuse("HeaderNameInvalid", .virtualService, from: "\(routes) ValidateHTTPHeaderOperationName") {
            subject, breaches in
            for headers in headerOperations(subject) {
                for (part, action) in [
                    ("request", "add"), ("request", "set"), ("response", "add"), ("response", "set"),
                ] {
                    for header in headers[part][action].members {
                        checkName(header.key, header.field, mayBeAuthority: part == "request", &breaches)
                    }
                }
                for part in ["request", "response"] {
                    for (text, field) in headers[part]["remove"].texts {
                        checkName(text, field, mayBeAuthority: false, &breaches)
                    }
                }
            }
        },
        refuse("HeaderValueInvalid", .virtualService, from: "istio pkg/config/validation/header_value_validator.go") {
            subject, breaches in
            for headers in headerOperations(subject) {
                for (part, action) in [
                    ("request", "add"), ("request", "set"), ("response", "add"), ("response", "set"),
                ] {
                    for header in headers[part][action].members {
                        guard let problem = HeaderValue.problem(of: header.field.text) else { continue }
                        breaches.add(header.field, problem, "write %% for a percent sign")
                    }
                }
            }
        },
        refuse("AuthoritySetTwice", .virtualService, from: "\(source) validateAuthorityRewrite") { subject, breaches in
            for rule in subject.spec["http"].items {
                var count = rule["rewrite"]["authority"].text.isEmpty ? 0 : 1
                for action in ["set", "add"] {
                    for header in rule["headers"]["request"][action].members where isAuthority(header.key) {
                        count += 1
                        if count > 1 { breaches.add(header.field, "the authority is set twice", "set it once") }
                    }
                }
            }
        },
    ]

    /// Every destination of every rule, mirrors included.
    static func destinations(_ subject: RuleSubject) -> [Field] {
        ["http", "tls", "tcp"].flatMap { kind in
            subject.spec[kind].items.flatMap { rule in
                (rule["route"].items + rule["mirrors"].items).map { $0["destination"] } + [rule["mirror"]]
            }
        }.filter(\.isPresent)
    }

    private static func headerOperations(_ subject: RuleSubject) -> [Field] {
        subject.spec["http"].items.flatMap { rule in [rule["headers"]] + rule["route"].items.map { $0["headers"] } }
    }

    private static func isAuthority(_ name: String) -> Bool {
        [":authority", "host"].contains(name.lowercased())
    }

    private static func checkName(_ name: String, _ field: Field, mayBeAuthority: Bool, _ breaches: inout Breaches) {
        if name.isEmpty { return breaches.add(field, "the name of a header is empty", "name the header") }
        if mayBeAuthority, isAuthority(name) { return }
        guard name.utf8.first == UInt8(ascii: ":") || name.lowercased() == "host" else { return }
        breaches.add(field, "\(excerpt(name)) cannot be changed here", "remove it, or use rewrite.authority")
    }
}

/// The values of headers, in which `%NAME%` and `%NAME(argument)%` are replaced by the proxy.
enum HeaderValue {
    /// What is wrong with a value; nil if nothing is.
    static func problem(of value: String) -> String? {
        let bytes = Array(value.utf8)
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else { return "holds a control character" }
        var index = 0
        while let start = bytes[index...].firstIndex(of: percent) {
            guard start + 1 < bytes.count else { return "ends with a single percent sign" }
            if bytes[start + 1] == percent {
                index = start + 2
                continue
            }
            guard let end = endOfVariable(bytes, after: start) else {
                return "a variable that begins with % has no end"
            }
            index = end + 1
        }
        return nil
    }

    private static let percent = UInt8(ascii: "%")

    /// The place of the percent sign that ends a variable; arguments in parentheses may hold such signs.
    private static func endOfVariable(_ bytes: [UInt8], after start: Int) -> Int? {
        var index = start + 1
        var isInArguments = false
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "(") where !isInArguments: isInArguments = true
            case UInt8(ascii: ")"): isInArguments = false
            case UInt8(ascii: "\\") where isInArguments: index += 1
            case percent where !isInArguments: return index
            default: break
            }
            index += 1
        }
        return nil
    }
}
