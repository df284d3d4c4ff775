import JSONValue
import KubeClient
import KubeModel
import Testing

extension Integration {
    @Suite("Names of targets")
    struct NameTests {
        private static let endpoints = GroupVersionResource(
            group: "externaldns.k8s.io", version: "v1alpha1", resource: "dnsendpoints")
        private static let services = GroupVersionResource(
            group: "accesspoint.io", version: "v1alpha1", resource: "nameservices")

        @Test("lead to the targets in service, never to nothing, and are told to resolve once they do")
        func story() async throws {
            let server = NameServer()
            let site = try await Self.site(server)
            try await site.kubectl("delete", "crd", DNSEndpointDefinition.name, "--ignore-not-found")
            try await server.serve([])
            let namespace = "names"
            var manifest = AccessPointManifest(namespace: namespace)
            manifest.dns = """
                {hostnames: [\(manifest.host)], ttlSeconds: 1, provider: aws, weights: [{regions: [eu-central], weight: 50}]}
                """
            try await site.namespace(namespace)
            try await site.kubectl.apply(manifest.yaml)
            try await site.goOn(try await site.untilCanaryGate(in: namespace))

            let unserved = try await Self.until("it is told that external-dns is not there", .false, site, namespace) {
                $0.reason == "DNSEndpointsNotServed"
            }
            #expect(unserved.message.contains("install external-dns with its CRD \(DNSEndpointDefinition.name)"))

            try await site.kubectl("create", "--validate=false", "-f", "-", input: DNSEndpointDefinition.yaml)
            let vips = try await Self.vips(site, namespace)
            let records = try await Self.untilEndpoints("every target has its record", site, namespace) {
                $0.count == Fleet.members.count
            }
            for record in records {
                let target = record["setIdentifier"]?.stringValue ?? ""
                #expect(record["dnsName"]?.stringValue == manifest.host)
                #expect(record["recordType"] == "A" && record["recordTTL"] == 1)
                #expect(record["targets"]?.arrayValue == vips[target].map { [.string($0)] }, "\(target)")
                let weight = target == Site.older ? "50" : "100"
                #expect(record["providerSpecific"] == [["name": "aws/weight", "value": .string(weight)]])
            }
            try await Self.until("nothing resolves", .false, site, namespace) { $0.reason == "RecordsMissing" }

            try await server.serve(endpoints: records)
            let ready = try await site.untilReady(in: namespace)
            #expect(ready.condition("DNSReady")?.reason == "RecordsResolved")
            // The AccessPoint and the NameService each tell what became of the name.
            for kind in ["AccessPoint", "NameService"] {
                for reason in ["RecordsMissing", "RecordsResolved"] {
                    _ = try await site.host.until("an Event of the \(kind) tells \(reason)") { record in
                        record.objects("Event", in: namespace).first {
                            $0.json.value("involvedObject", "kind")?.stringValue == kind
                                && $0.json["reason"]?.stringValue == reason
                        }
                    }
                }
            }
            let row = ready.object.status?["fqdns"]?.arrayValue?.first { $0["hostname"]?.stringValue == manifest.host }
            #expect(row?["ready"] == true && row?["nameService"] == "checkout" && row?["targets"] == 3)
            let shown = try await site.kubectl("get", "nsvc", "checkout", "-n", namespace)
            for word in [manifest.host, "aws", "True"] { #expect(shown.contains(word), "\(shown)") }

            try await server.serve([(manifest.host, "203.0.113.250")])
            let wrong = try await Self.until("the name leads elsewhere", .false, site, namespace) {
                $0.reason == "RecordsDiffer"
            }
            #expect(wrong.message.contains("203.0.113.250"))
            await server.stop()
            let silent = try await Self.until("nobody answers", .unknown, site, namespace) {
                $0.reason == "ResolverUnreachable"
            }
            #expect(silent.message.contains("last heard at 2"))
            try await server.serve(endpoints: records)
            try await site.untilReady(in: namespace)

            try await Self.edit(manifest.host, site, namespace)

            // A target that is out of service loses its records; the last ones stay.
            let secret = "checkout-\(namespace)"
            try await site.member(Site.older)("delete", "secret", secret, "-n", Site.gatewayNamespace)
            let fewer = try await Self.untilEndpoints("the target without a certificate is out", site, namespace) {
                $0.count == Fleet.members.count - 1
            }
            #expect(!fewer.contains { $0["setIdentifier"]?.stringValue == Site.older })
            for name in Fleet.members where name != Site.older {
                try await site.member(name)("delete", "secret", secret, "-n", Site.gatewayNamespace)
            }
            let held = try await Self.until("the last records stay", .false, site, namespace) {
                $0.reason == "RecordsHeld"
            }
            #expect(held.message.contains("no target is in service"))
            let last = try await Self.present(site, namespace)
            #expect(!last.isEmpty)
            #expect(last.allSatisfy { $0["targets"]?.arrayValue?.isEmpty == false })

            try await site.kubectl("delete", "axp", "checkout", "-n", namespace, "--timeout=60s")
            for resource in [Self.services, Self.endpoints] {
                try await eventually("\(resource.resource) of the AccessPoint are gone") {
                    try await site.host.client.listAll(resource, namespace: namespace).items.isEmpty
                }
            }
            await server.stop()
        }

        /// Names of `spec.dns` come and go, and what a person puts into its NameService goes.
        private static func edit(_ hostname: String, _ site: Site, _ namespace: String) async throws {
            let all = Fleet.members.count
            for (hostnames, count) in [(["a-\(hostname)", hostname], 2 * all), ([hostname], all)] {
                let names: JSONValue = ["spec": ["dns": ["hostnames": .array(hostnames.map { .string($0) })]]]
                try await site.kubectl(
                    "patch", "axp", "checkout", "-n", namespace, "--type=merge", "-p", names.text())
                _ = try await untilEndpoints("\(hostnames) are published", site, namespace) {
                    $0.count == count && Set($0.map { $0["dnsName"]?.stringValue ?? "" }) == Set(hostnames)
                }
            }
            let key = ObjectKey(namespace: namespace, name: "checkout")
            let spec = try await site.host.client.get(services, key).spec
            try await site.kubectl(
                "patch", "nsvc", "checkout", "-n", namespace, "--type=merge", "-p",
                #"{"spec": {"hostnames": ["a.example.com"], "weights": [{"clusters": ["x"], "weight": 1}]}}"#)
            try await eventually("what a person put into the NameService of spec.dns is gone") {
                try await site.host.client.get(services, key).spec == spec
            }
            try await site.untilReady(in: namespace)
        }

        @Test("what a person has made is not taken over, and a hostname has one NameService")
        func foreign() async throws {
            let server = NameServer()
            let site = try await Self.site(server)
            _ = try? await site.kubectl("create", "--validate=false", "-f", "-", input: DNSEndpointDefinition.yaml)
            let namespace = "foreign-names"
            try await site.namespace(namespace)
            try await site.kubectl.apply(
                """
                apiVersion: accesspoint.io/v1alpha1
                kind: NameService
                metadata: {name: checkout, namespace: \(namespace)}
                spec: {hostnames: [one.example.com], ttlSeconds: 1, addresses: [{name: a, value: 198.51.100.200}, {name: b, value: "2001:db8::200"}]}
                """)
            var present: [JSONValue] = []
            try await eventually("its records are published") {
                present = (try? await Self.present(site, namespace)) ?? []
                return present.count == 2
            }
            #expect(
                present == [
                    ["dnsName": "one.example.com", "recordType": "A", "recordTTL": 1, "targets": ["198.51.100.200"]],
                    ["dnsName": "one.example.com", "recordType": "AAAA", "recordTTL": 1, "targets": ["2001:db8::200"]],
                ])

            var manifest = AccessPointManifest(namespace: namespace)
            manifest.dns = "{hostnames: [two.example.com]}"
            try await site.kubectl.apply(manifest.yaml)
            let foreign = try await Self.until("the AccessPoint says so", .false, site, namespace) {
                $0.reason == "NameServiceForeign"
            }
            #expect(foreign.message.contains("NameService \(namespace)/checkout was not made for spec.dns"))
            #expect(try await Self.present(site, namespace) == present)

            try await site.kubectl.apply(
                """
                apiVersion: externaldns.k8s.io/v1alpha1
                kind: DNSEndpoint
                metadata: {name: theirs, namespace: \(namespace)}
                spec: {endpoints: [{dnsName: three.example.com, recordType: A, targets: [198.51.100.3]}]}
                """)
            for (name, hostname) in [("second", "one.example.com"), ("theirs", "four.example.com")] {
                try await site.kubectl.apply(
                    """
                    apiVersion: accesspoint.io/v1alpha1
                    kind: NameService
                    metadata: {name: \(name), namespace: \(namespace)}
                    spec: {hostnames: [\(hostname)], addresses: [{name: a, value: 198.51.100.201}]}
                    """)
            }
            for (name, reason) in [("second", "HostnameTaken"), ("theirs", "DNSEndpointForeign")] {
                try await eventually("\(name) is \(reason)") {
                    let object = try await site.host.client.get(
                        Self.services, ObjectKey(namespace: namespace, name: name))
                    return ConditionSet(object.status?["conditions"])["Published"]?.reason == reason
                }
            }
            let all = try await site.host.client.listAll(Self.endpoints, namespace: namespace).items
            #expect(all.map(\.name).sorted() == ["checkout", "theirs"])
            #expect(all.last?.spec?["endpoints"]?[0]?["dnsName"] == "three.example.com")
            try await site.kubectl("delete", "axp,nsvc", "--all", "-n", namespace, "--timeout=60s")
            try await eventually("only what is theirs stays") {
                try await site.host.client.listAll(Self.endpoints, namespace: namespace).items.map(\.name) == ["theirs"]
            }
        }

        private static func site(_ server: NameServer) async throws -> Site {
            try await Site.operated("--dns-resolvers", server.address, "--dns-lookup-seconds", "1")
        }

        @discardableResult
        private static func until(
            _ what: String, _ status: Condition.Status, _ site: Site, _ namespace: String,
            _ holds: @escaping @Sendable (Condition) -> Bool
        ) async throws -> Condition {
            let view = try await site.until(what, in: namespace) { view in
                view.condition("DNSReady").map { $0.status == status && holds($0) } ?? false
            }
            return try #require(view.condition("DNSReady"))
        }

        private static func present(_ site: Site, _ namespace: String) async throws -> [JSONValue] {
            try await site.host.client.get(endpoints, ObjectKey(namespace: namespace, name: "checkout"))
                .spec?["endpoints"]?.arrayValue ?? []
        }

        private static func untilEndpoints(
            _ what: String, _ site: Site, _ namespace: String, _ holds: ([JSONValue]) -> Bool
        ) async throws -> [JSONValue] {
            var seen: [JSONValue] = []
            try await eventually(what) {
                seen = (try? await present(site, namespace)) ?? []
                return holds(seen)
            }
            return seen
        }

        private static func vips(_ site: Site, _ namespace: String) async throws -> [String: String] {
            let view = try await site.until("every target has its address", in: namespace) { view in
                Fleet.members.allSatisfy { view.row($0)["inService"] == true }
            }
            return Dictionary(
                uniqueKeysWithValues: Fleet.members.map {
                    ($0, view.row($0)["addresses"]?[0]?["value"]?.stringValue ?? "")
                })
        }
    }
}
