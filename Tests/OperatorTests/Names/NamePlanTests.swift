import AccessPointAPI
import JSONValue
import KubeModel
import SeededRandom
import Testing

@testable import Operator

@Suite("The records of names")
struct NamePlanTests {
    private static func target(_ name: String, _ inService: Bool?, _ addresses: String..., weight: Int = 100)
        -> NameTarget
    {
        NameTarget(name: name, addresses: addresses, inService: inService, weight: weight)
    }

    private static func plan(_ targets: [NameTarget], held: [NameRecord] = [], isWeighted: Bool = true) -> NamePlan {
        NamePlan(targets: targets, held: held, isWeighted: isWeighted)
    }

    private static func text(_ records: [NameRecord]) -> [String] {
        records.map { "\($0.target) \($0.type.rawValue) \($0.values.joined(separator: ",")) \($0.weight)" }
    }

    @Test("are the addresses of targets in service, by family, with the weight of the target")
    func families() {
        let plan = Self.plan([
            Self.target("b", true, "198.51.100.2", "2001:db8::2", "198.51.100.1", "198.51.100.2", weight: 7),
            Self.target("a", true, "203.0.113.1"), Self.target("c", true),
        ])
        #expect(
            Self.text(plan.records) == [
                "a A 203.0.113.1 100", "b A 198.51.100.1,198.51.100.2 7", "b AAAA 2001:db8::2 7",
            ])
        #expect(!plan.isHeld && plan.leftOut.isEmpty)
    }

    @Test("of a target out of service are none, and of one of which that cannot be told those before")
    func service() {
        let held = [
            NameRecord(target: "a", type: .a, values: ["198.51.100.1"]),
            NameRecord(target: "b", type: .a, values: ["198.51.100.2"], weight: 3),
            NameRecord(target: "gone", type: .a, values: ["198.51.100.9"]),
        ]
        let plan = Self.plan(
            [
                Self.target("a", false, "198.51.100.1"), Self.target("b", nil, weight: 5),
                Self.target("c", nil, "198.51.100.3"), Self.target("d", true, "198.51.100.4"),
            ], held: held)
        // What is unknown and never was published is not published now.
        #expect(Self.text(plan.records) == ["b A 198.51.100.2 5", "d A 198.51.100.4 100"])
    }

    @Test(
        "that a target is known to have lost go, whether or not it can be told that it serves, and the last ones stay")
    func lost() {
        let held = [
            NameRecord(target: "a", type: .a, values: ["198.51.100.1", "198.51.100.9"]),
            NameRecord(target: "a", type: .aaaa, values: ["2001:db8::1"]),
            NameRecord(target: "b", type: .cname, values: ["lb.example.com"]),
        ]
        func plan(_ lost: [String], _ others: [NameTarget] = [Self.target("c", true, "198.51.100.3")]) -> NamePlan {
            var target = Self.target("a", nil)
            target.lost = lost
            return Self.plan([target] + others, held: held)
        }
        let other = "c A 198.51.100.3 100"
        #expect(Self.text(plan(["198.51.100.1"]).records) == ["a A 198.51.100.9 100", "a AAAA 2001:db8::1 100", other])
        #expect(
            Self.text(plan(["198.51.100.9", "2001:DB8:0::1"]).records) == ["a A 198.51.100.1 100", other])
        #expect(Self.text(plan(["198.51.100.1", "198.51.100.9", "2001:db8::1"]).records) == [other])
        let last = plan(["198.51.100.1", "198.51.100.9", "2001:db8::1"], [])
        #expect(last.records == held && last.isHeld)
    }

    @Test("an address that another Service of the target still has is not lost")
    func shared() throws {
        var row = ClusterRow(name: "a")
        row.addresses = [TargetAddress(type: .ipAddress, value: "198.51.100.1", service: "udp")]
        row.lostAddresses = ["198.51.100.1", "198.51.100.2"].map {
            TargetAddress(type: .ipAddress, value: $0, service: "tcp")
        }
        var status = AccessPointStatus()
        status.clusters = [row]
        let targets = NameTarget.targets(of: status, NameRecords(hostnames: ["a.example.com"]))
        #expect(targets.map(\.lost) == [["198.51.100.2"]])
    }

    @Test("stay where no target is in service, and nothing is made up where there never was one")
    func held() {
        let held = [NameRecord(target: "a", type: .a, values: ["198.51.100.1"], weight: 2)]
        for targets in [[Self.target("a", false, "198.51.100.7")], [Self.target("a", true)], []] {
            let plan = Self.plan(targets, held: held)
            #expect(plan.records == held)
            #expect(plan.isHeld)
        }
        let plan = Self.plan([Self.target("a", false, "198.51.100.1"), Self.target("b", nil, "198.51.100.2")])
        #expect(plan.records.isEmpty && !plan.isHeld)
    }

    @Test("a host name is an alias, unless the same target or another one has addresses")
    func aliases() {
        let lb = Self.target("a", true, "lb-2.example.net", "lb-1.example.net")
        #expect(Self.text(Self.plan([lb]).records) == ["a CNAME lb-1.example.net 100"])
        #expect(
            Self.text(Self.plan([Self.target("a", true, "lb.example.net", "198.51.100.1")]).records)
                == ["a A 198.51.100.1 100"])
        let mixed = Self.plan([lb, Self.target("b", true, "2001:db8::1")])
        #expect(Self.text(mixed.records) == ["b AAAA 2001:db8::1 100"])
        #expect(mixed.leftOut == ["a"])
    }

    /// What was published, what the targets show, and what comes of it.
    @Test(
        "a name keeps the kind of records that serving targets had, so that neither who comes nor who is silent turns it",
        arguments: [
            // A newcomer with an address takes nothing from those with host names, and the other way round.
            ("a CNAME lb-a", "a lb-a, b 198.51.100.2", "a CNAME lb-a", "b"),
            ("a A 198.51.100.1", "a 198.51.100.1, b lb-b", "a A 198.51.100.1", "b"),
            // One that moved has to wait for the others; the last one turns the name.
            ("a A 198.51.100.1, b A 198.51.100.2", "a lb-a, b 198.51.100.2", "b A 198.51.100.2", "a"),
            ("b A 198.51.100.2", "a lb-a, b lb-b", "a CNAME lb-a, b CNAME lb-b", ""),
            // One that does not answer keeps what it had, but not against those that serve.
            ("a A 198.51.100.1, b A 198.51.100.2", "a lb-a, b ?", "a CNAME lb-a", "b"),
            ("a A 198.51.100.1, b A 198.51.100.2", "a ?, b ?", "a A 198.51.100.1, b A 198.51.100.2", ""),
            ("", "a lb-a, b 198.51.100.2", "b A 198.51.100.2", "a"),
        ])
    func kinds(_ before: String, _ shown: String, _ after: String, _ leftOut: String) {
        let held = before.split(separator: ", ").map { text -> NameRecord in
            let words = text.split(separator: " ").map(String.init)
            return NameRecord(target: words[0], type: words[1] == "A" ? .a : .cname, values: [words[2]])
        }
        let targets = shown.split(separator: ", ").map { text -> NameTarget in
            let words = text.split(separator: " ").map(String.init)
            return words[1] == "?" ? Self.target(words[0], nil) : Self.target(words[0], true, words[1])
        }
        let plan = Self.plan(targets, held: held)
        #expect(Self.text(plan.records).map { $0.replacing(" 100", with: "") }.joined(separator: ", ") == after)
        #expect(plan.leftOut.joined(separator: ", ") == leftOut)
    }

    @Test("an address that may be what was left of a longer list takes no other away")
    func cut() {
        let held = [
            NameRecord(target: "a", type: .a, values: ["198.51.100.1", "198.51.100.2"]),
            NameRecord(target: "a", type: .aaaa, values: ["2001:db8::1"]),
        ]
        func plan(_ address: String, isCut: Bool) -> [NameRecord] {
            var target = Self.target("a", true, address)
            target.isCut = isCut
            return Self.plan([target], held: held).records
        }
        #expect(plan("198.51.100.2", isCut: true) == held)
        #expect(plan("198.51.100.2", isCut: false).flatMap(\.values) == ["198.51.100.2"])
        #expect(plan("198.51.100.3", isCut: true).flatMap(\.values) == ["198.51.100.3"])
    }

    @Test("a name has one alias only where the provider does not keep record sets apart, and stays with it")
    func oneAlias() {
        let targets = ["a", "b"].map { Self.target($0, true, "lb-\($0).example.net") }
        #expect(Self.plan(targets).records.count == 2)
        let plain = Self.plan(targets, isWeighted: false)
        #expect(Self.text(plain.records) == ["a CNAME lb-a.example.net 100"])
        #expect(plain.leftOut == ["b"])
        let held = [NameRecord(target: "b", type: .cname, values: ["lb-b.example.net"])]
        #expect(Self.plan(targets, held: held, isWeighted: false).records.map(\.target) == ["b"])
    }

    @Test("are never none once there were some, hold nothing that no target had, and stay while nothing changes")
    func property() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        let pool = (1...6).map { "198.51.100.\($0)" } + ["2001:db8::1", "lb-1.example.net", "lb-2.example.net"]
        for _ in 0..<300 {
            let isWeighted = Bool.random(using: &random)
            var held: [NameRecord] = []
            var known: Set<String> = []
            for step in 0..<12 {
                let targets = "abcd".prefix(Int.random(in: 0...4, using: &random)).map { name in
                    NameTarget(
                        name: String(name),
                        addresses: Array(pool.shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random))),
                        inService: [true, false, nil].randomElement(using: &random) ?? nil, weight: 1)
                }
                known.formUnion(targets.filter { $0.inService == true }.flatMap(\.addresses))
                let plan = NamePlan(targets: targets, held: held, isWeighted: isWeighted)
                let again = NamePlan(
                    targets: targets.shuffled(using: &random), held: plan.records, isWeighted: isWeighted)
                let place = "seed \(seed), step \(step)"
                #expect(again.records == plan.records, "\(place)")
                #expect(held.isEmpty || !plan.records.isEmpty, "\(place)")
                #expect(known.isSuperset(of: plan.records.flatMap(\.values)), "\(place)")
                #expect(Set(plan.records.map { "\($0.target) \($0.type)" }).count == plan.records.count, "\(place)")
                let aliases = plan.records.filter { $0.type == .cname }
                #expect(aliases.isEmpty || aliases.count == plan.records.count, "\(place)")
                #expect(aliases.count < 2 || isWeighted, "\(place)")
                held = plan.records
            }
        }
    }

    @Test("become one entry per target and family with a weight, or one per family with all addresses")
    func endpoints() throws {
        let records = [
            NameRecord(target: "a", type: .a, values: ["198.51.100.2"], weight: 7),
            NameRecord(target: "b", type: .a, values: ["198.51.100.1", "198.51.100.2"]),
            NameRecord(target: "b", type: .aaaa, values: ["2001:db8::1"]),
        ]
        func endpoints(_ provider: String, _ hostnames: String...) throws -> [JSONValue] {
            DNSEndpoint.endpoints(
                records, hostnames: hostnames, ttlSeconds: 30,
                provider: try #require(NameProvider.builtIn[provider] ?? NameProvider.read(provider)?.provider))
        }
        #expect(
            try endpoints("external-dns", "x.example.com") == [
                [
                    "dnsName": "x.example.com", "recordType": "A", "recordTTL": 30,
                    "targets": ["198.51.100.1", "198.51.100.2"],
                ],
                ["dnsName": "x.example.com", "recordType": "AAAA", "recordTTL": 30, "targets": ["2001:db8::1"]],
            ])
        let weighted = try endpoints("gtm=webhook/weight", "y.example.com", "x.example.com")
        #expect(weighted.count == 6)
        #expect(
            weighted.first == [
                "dnsName": "x.example.com", "recordType": "A", "recordTTL": 30, "targets": ["198.51.100.2"],
                "setIdentifier": "a", "providerSpecific": [["name": "webhook/weight", "value": "7"]],
            ])
        #expect(try endpoints("aws", "x.example.com").first?["providerSpecific"]?[0]?["name"] == "aws/weight")
    }

    @Test("providers are named with the property that takes a weight, or without")
    func providers() {
        #expect(NameProvider.read("gtm=webhook/weight")?.provider.weightProperty == "webhook/weight")
        #expect(NameProvider.read("plain")?.provider.weightProperty == .some(nil))
        for text in ["", "=x", "a=", "A=x", "a b=x", "a=x y", "a=b=c"] {
            #expect(NameProvider.read(text) == nil, "\(text)")
        }
    }
}
