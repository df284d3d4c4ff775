import JSONValue
import KubeModel

extension TrafficRule {
    private static let source = "istio pkg/config/validation/validation.go validateLoadBalancer"
    private static let locality = "istio pkg/config/validation/agent/validation.go ValidateLocalityLbSetting"

    private static func forEachBalancer(_ subject: RuleSubject, _ body: (_ balancer: Field, _ policy: Field) -> Void) {
        for policy in portPolicies(of: subject) where policy["loadBalancer"].isPresent {
            body(policy["loadBalancer"], policy)
        }
    }

    /// Rules about how a DestinationRule spreads load.
    static let loadBalancing: [TrafficRule] = [
        refuse("CookieNameEmpty", .destinationRule, from: source) { subject, breaches in
            forEachBalancer(subject) { balancer, _ in
                let cookie = balancer["consistentHash"]["httpCookie"]
                for field in [cookie["name"]] + cookie["attributes"].items.map({ $0["name"] })
                where field.isPresent && field.text.isEmpty {
                    breaches.add(field, "is empty", "write a name")
                }
            }
        },
        refuse("CookieAttributeRepeated", .destinationRule, from: source) { subject, breaches in
            forEachBalancer(subject) { balancer, _ in
                var names = DistinctTexts()
                for attribute in balancer["consistentHash"]["httpCookie"]["attributes"].items {
                    let name = attribute["name"]
                    guard !name.text.isEmpty, !names.insert(name.text) else { continue }
                    breaches.add(name, "\(excerpt(name.text)) is in the list already", "remove it")
                }
            }
        },
        warn("RingSizeOld", .destinationRule, from: source) { subject, breaches in
            forEachBalancer(subject) { balancer, _ in
                let size = balancer["consistentHash"]["minimumRingSize"]
                guard size.number ?? 0 != 0 else { return }
                breaches.add(size, "is deprecated", "write ringHash: {minimumRingSize: ...}")
            }
        },
        refuse("RingSizeConflict", .destinationRule, from: source) { subject, breaches in
            forEachBalancer(subject) { balancer, _ in
                let hash = balancer["consistentHash"]
                guard hash["minimumRingSize"].number ?? 0 != 0, hash.hasAny("ringHash", "maglev") else { return }
                breaches.add(hash["minimumRingSize"], "stands beside ringHash or maglev", "remove it")
            }
        },
        refuse("TableSizeInvalid", .destinationRule, from: source) { subject, breaches in
            forEachBalancer(subject) { balancer, _ in
                let maglev = balancer["consistentHash"]["maglev"]
                guard maglev.isPresent else { return }
                let size = maglev["tableSize"].number ?? 0
                guard size != 1, !(1..<5_000_011).contains(size) || !isPrime(size) else { return }
                breaches.add(maglev["tableSize"], "\(size) is no prime below 5000011", "use a prime such as 65537")
            }
        },
        refuse("LocalityAndZoneAware", .destinationRule, from: source) { subject, breaches in
            forEachBalancer(subject) { balancer, _ in
                guard balancer["localityLbSetting"].isPresent, balancer["zoneAwareLbSetting"].isPresent else { return }
                breaches.add(balancer["zoneAwareLbSetting"], "stands beside localityLbSetting", "keep one of them")
            }
        },
        refuse("AggressionZero", .destinationRule, from: source) { subject, breaches in
            forEachBalancer(subject) { balancer, _ in
                let aggression = balancer["warmup"]["aggression"]
                guard aggression.value?.doubleValue == 0 else { return }
                breaches.add(aggression, "is 0", "use a number above 0, or leave it out")
            }
        },
        refuse("DistributeAndFailover", .destinationRule, from: locality) { subject, breaches in
            forEachBalancer(subject) { balancer, _ in
                let setting = balancer["localityLbSetting"]
                guard setting["distribute"].count > 0, setting["failover"].count > 0 else { return }
                breaches.add(setting["failover"], "stands beside distribute", "keep one of them")
            }
        },
        refuse("FailoverLabelConflict", .destinationRule, from: locality) { subject, breaches in
            forEachBalancer(subject) { balancer, _ in
                let setting = balancer["localityLbSetting"]
                let labels =
                    (setting["failover"].count > 0 ? setting["failoverPriority"].texts : [])
                    + balancer["zoneAwareLbSetting"]["failoverPriority"].texts
                for (text, field) in labels where topologyLabels.contains(text) {
                    breaches.add(field, "regions and zones are ordered already", "remove the label")
                }
            }
        },
        refuse("DistributeWeights", .destinationRule, from: locality) { subject, breaches in
            forEachBalancer(subject) { balancer, _ in
                for rule in balancer["localityLbSetting"]["distribute"].items {
                    var sum: Int64 = 0
                    for weight in rule["to"].members {
                        let number = weight.field.number ?? 0
                        sum &+= min(max(number, 0), Int64(UInt32.max))
                        guard !(1...100).contains(number) else { continue }
                        breaches.add(weight.field, "is no weight from 1 to 100", "leave out what shall get nothing")
                    }
                    guard sum != 100 else { continue }
                    breaches.add(rule["to"], "the weights are \(sum) together", "make them 100")
                }
            }
        },
        refuse("LocalityPatternInvalid", .destinationRule, from: locality) { subject, breaches in
            forEachBalancer(subject) { balancer, _ in
                let rules = balancer["localityLbSetting"]["distribute"].items
                let groups =
                    [rules.map { ($0["from"].text, $0["from"]) }]
                    + rules.map { rule in
                        rule["to"].members.map { ($0.key, $0.field) }
                    }
                for (text, field) in groups.joined() where !LocalityPattern.isValid(text) {
                    breaches.add(
                        field, "\"\(excerpt(text))\" is no locality",
                        "write region/zone/subzone, with * at the end alone")
                }
            }
        },
        refuse("LocalitiesOverlap", .destinationRule, from: locality) { subject, breaches in
            forEachBalancer(subject) { balancer, _ in
                let rules = balancer["localityLbSetting"]["distribute"].items
                for rule in rules {
                    let known = rule["to"].members.filter { LocalityPattern.isValid($0.key) }
                    for pair in CoveredPrefixes.pairs(known.map { LocalityPattern.entry($0.key) }) {
                        breaches.add(
                            known[pair.covered].field,
                            "is one of \(excerpt(known[pair.by].key)), which is listed too", "keep one of them")
                    }
                }
                // The first that fits counts, so that a wider one may follow; but without a star Istio takes none.
                let known = rules.map { $0["from"] }.filter { LocalityPattern.isValid($0.text) }
                var told: Set<Int> = []
                for pair in CoveredPrefixes.pairs(known.map { LocalityPattern.entry($0.text) }) {
                    if pair.by < pair.covered {
                        breaches.add(
                            known[pair.covered], "is one of \(excerpt(known[pair.by].text)), which comes first",
                            "keep one of them, or put the narrower one first")
                    } else if known[pair.by].text.utf8.last != UInt8(ascii: "*"), told.insert(pair.by).inserted {
                        breaches.add(
                            known[pair.by], "holds \(excerpt(known[pair.covered].text)), which comes first",
                            "write \(excerpt(known[pair.by].text))/*, or keep one of them")
                    }
                }
            }
        },
        refuse("FailoverRegionInvalid", .destinationRule, from: locality) { subject, breaches in
            forEachBalancer(subject) { balancer, _ in
                for name in ["localityLbSetting", "zoneAwareLbSetting"] {
                    for failover in balancer[name]["failover"].items {
                        let (from, to) = (failover["from"].text, failover["to"].text)
                        if sameBytes(from, to) {
                            breaches.add(failover, "leads from a region to itself", "name two regions")
                        } else if (from + to).utf8.contains(where: {
                            $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "*")
                        }) {
                            breaches.add(failover, "names more than a region", "write regions, without / and *")
                        }
                    }
                }
            }
        },
        warn("FailoverWithoutDetection", .destinationRule, from: locality) { subject, breaches in
            forEachBalancer(subject) { balancer, policy in
                guard policy["outlierDetection"].isAbsent else { return }
                for name in ["localityLbSetting", "zoneAwareLbSetting"]
                where balancer[name]["failover"].count + balancer[name]["failoverPriority"].count > 0 {
                    breaches.add(
                        balancer[name], "without outlierDetection nothing is found to be failing",
                        "add outlierDetection")
                }
            }
        },
    ]

    private static let topologyLabels: Set<String> = [
        "topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone",
    ]

    private static func isPrime(_ number: Int64) -> Bool {
        guard number > 3 else { return number > 1 }
        guard number % 2 != 0 else { return false }
        var factor: Int64 = 3
        while factor * factor <= number {
            if number % factor == 0 { return false }
            factor += 2
        }
        return true
    }
}

/// A locality in `distribute`: `region/zone/subzone`, of which the end may be left out or be a `*`.
enum LocalityPattern {
    static func isValid(_ text: String) -> Bool {
        let parts = split(text)
        guard !parts.contains(where: \.isEmpty) else { return false }
        let stars = text.utf8.count { $0 == UInt8(ascii: "*") }
        return stars == 0 || (stars == 1 && text.utf8.last == UInt8(ascii: "*"))
    }

    /// The locality as bytes that begin those of every locality in it.
    static func entry(_ text: String) -> CoveredPrefixes.Entry {
        var parts = split(text)
        let isWhole = parts.count == 3 && !(parts.last?.elementsEqual("*".utf8) ?? false)
        if parts.last?.elementsEqual("*".utf8) ?? false { parts.removeLast() }
        // Istio takes region/zone for region/zone/*.
        return CoveredPrefixes.Entry(bytes: parts.flatMap { Array($0) + [0] }, isOpen: !isWhole)
    }

    private static func split(_ text: String) -> [Substring.UTF8View] {
        text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 2, omittingEmptySubsequences: false)
            .map { Substring($0).utf8 }
    }
}
