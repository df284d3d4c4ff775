import JSONValue
import KubeClient
import KubeModel
import Testing

extension Integration {
    @Suite("What Istio's analysis says of the objects")
    struct AnalysisTests {
        private static let page = "https://istio.io/latest/docs/reference/config/analysis/ist0101/"

        @Test("its silence, its approval, its warnings and its errors are told, and an error holds the rollout")
        func statusMessages() async throws {
            let site = try await Site.operated()
            try await site.namespace("analysis")
            var manifest = AccessPointManifest(namespace: "analysis")
            let silent = try await site.rollOut(manifest)
            #expect(silent.condition("RoutesReady")?.reason == "RoutesResolved")
            #expect(level(silent) == "Resolved")

            // Istio has looked at the objects, and finds nothing; protobuf writes an int64 as a string.
            for member in Fleet.members { try await say("1", [], of: "VirtualService", site, member) }
            let clean = try await site.until("the level is NotRejected", in: "analysis") {
                $0.condition("RoutesReady")?.reason == "RoutesNotRejected"
            }
            #expect(clean.isTrue("Ready") && level(clean) == "NotRejected")
            try await untilTarget("tells the level", site) { target in
                entry("VirtualService", of: target)["evidence"] == "NotRejected"
            }

            // It warns, and of another generation it has found an error.
            try await say("1", [("WARNING", "IST0132")], of: "VirtualService", site)
            try await say(7, [("ERROR", "IST0101")], of: "Gateway", site)
            let warned = try await site.until("the warning is told", in: "analysis") {
                $0.condition("ResolvedRefs")?.message.contains("IST0132") ?? false
            }
            #expect(warned.isTrue("Ready") && warned.isTrue("RoutesReady"))

            // It finds an error.
            try await say("1", [("ERROR", "IST0101")], of: "VirtualService", site)
            let rejected = try await site.until("the error is told", in: "analysis") {
                $0.condition("RoutesReady")?.reason == "RejectedByIstio"
            }
            let message = rejected.condition("RoutesReady")?.message ?? ""
            #expect(message.contains("\(Site.canary): VirtualService analysis/checkout: Istio finds IST0101"))
            #expect(message.contains(Self.page))
            #expect(rejected.condition("Ready")?.reason == "RejectedByIstio")
            #expect(rejected.row(Site.canary)["phase"] == "Degraded")
            #expect(rejected.row(Site.canary)["reason"] == "RejectedByIstio")
            try await untilTarget("tells the error", site) { target in
                ConditionSet(target.status?["conditions"])["Ready"]?.reason == "RejectedByIstio"
                    && entry("VirtualService", of: target)["reason"] == "RejectedByIstio"
            }

            // Of the next generation it finds another: the canary does not get past it.
            try await say("2", [("ERROR", "IST0109")], of: "VirtualService", site)
            try await site.until("what is said of another generation tells nothing", in: "analysis") {
                $0.isTrue("Ready") && level($0) == "Resolved"
            }
            manifest.timeout = "6s"
            try await site.kubectl.apply(manifest.yaml)
            let held = try await site.until("the canary is held", in: "analysis") {
                $0.row(Site.canary)["reason"] == "RejectedByIstio" && $0.row(Site.canary)["phase"] == "Verifying"
            }
            #expect(held.row(Site.canary)["message"]?.stringValue?.contains("IST0109") ?? false)
            #expect(held.pauseReason.isEmpty)
            for member in Site.rest {
                let route = try await site.objects(in: "analysis", member).first { $0.kind == "VirtualService" }
                #expect(route?.generation == 1, "\(member) was written")
            }
            try await say("2", [], of: "VirtualService", site)
            try await site.goOn(try await site.untilCanaryGate(in: "analysis"))
            try await site.untilReady(in: "analysis")
        }

        @Test("an endpoint that is left out for its health, and a namespace that is not there, are told until mended")
        func health() async throws {
            let site = try await Site.operated()
            try await site.namespace("endpoints")
            let more = """
                - name: upstream
                    object:
                      apiVersion: networking.istio.io/v1
                      kind: WorkloadEntry
                      metadata: {name: up, annotations: {proxy.istio.io/health-checks-enabled: "true"}}
                      spec: {address: 192.0.2.7}
                  - name: callers
                    object:
                      apiVersion: security.istio.io/v1
                      kind: AuthorizationPolicy
                      metadata: {name: callers}
                      spec: {rules: [{from: [{source: {namespaces: [endpoints, endpoints-front]}}]}]}
                  - name: route
                """
            try await site.kubectl.apply(
                AccessPointManifest(namespace: "endpoints").yaml.replacing("- name: route", with: more))
            try await site.goOn(try await site.untilCanaryGate(in: "endpoints"))
            try await site.untilReady(in: "endpoints")
            func told(_ what: String, _ holds: @escaping @Sendable (String) -> Bool) async throws -> AccessPointView {
                try await site.until(what, in: "endpoints") { view in
                    view.condition("ResolvedRefs").map { holds($0.message) } ?? false
                }
            }
            let both = try await told("both are told of all targets") {
                $0.contains("SourceNamespaceMissing") && $0.contains("(and 5 more)")
            }
            #expect(both.isTrue("ResolvedRefs") && both.isTrue("Ready"))
            for member in Fleet.members { try await site.member(member)("create", "namespace", "endpoints-front") }
            let entry = try await told("only the endpoints are told") {
                $0.contains("nobody says so") && $0.contains("WorkloadLeftOut") && $0.contains("(and 2 more)")
            }
            #expect(entry.isTrue("ResolvedRefs"))

            for member in Fleet.members { try await judge("True", "InService", site, member) }
            _ = try await told("nothing is left") { $0 == "3/3 targets resolve all references" }
            try await judge("False", "RegionExit", site, Site.canary)
            let exit = try await told("the exit is told") { $0.contains("Healthy is False (RegionExit)") }
            #expect(exit.isTrue("ResolvedRefs") && exit.isTrue("Ready"))
        }

        /// Writes the health of the upstream as whoever looks after it does.
        private func judge(_ status: JSONValue, _ reason: JSONValue, _ site: Site, _ member: String) async throws {
            // One of the clusters serves no newer version.
            let condition: JSONValue = ["type": "Healthy", "status": status, "reason": reason]
            _ = try await Site.client(member, site.fleet, site.transport).mergePatch(
                ["status": ["conditions": [condition]]],
                resource: GroupVersionResource(
                    group: "networking.istio.io", version: "v1alpha3", resource: "workloadentries"),
                key: ObjectKey(namespace: "endpoints", name: "up"), fieldManager: "health", subresource: "status")
        }

        private func level(_ view: AccessPointView) -> String? {
            view.object.status?["routes"]?[0]?["evidence"]?.stringValue
        }

        private func entry(_ kind: String, of target: KubeObject) -> JSONValue {
            target.status?["inventory"]?.arrayValue?.first { $0["kind"]?.stringValue == kind } ?? .null
        }

        private func untilTarget(_ what: String, _ site: Site, _ holds: @Sendable (KubeObject) -> Bool) async throws {
            _ = try await site.host.until("the AccessPointTarget \(what)") { record in
                record.objects("AccessPointTarget", in: "analysis").first {
                    $0.spec?["clusterName"]?.stringValue == Site.canary && holds($0)
                }
            }
        }

        /// Writes the status of an object as istiod does.
        private func say(
            _ generation: JSONValue, _ messages: [(level: String, code: String)], of kind: String, _ site: Site,
            _ member: String = Site.canary
        ) async throws {
            let list = messages.map { message -> JSONValue in
                [
                    "type": ["code": .string(message.code)], "level": .string(message.level),
                    "documentationUrl": .string(Self.page),
                ]
            }
            let patch: JSONValue = [
                "status": ["observedGeneration": generation, "validationMessages": .array(list)]
            ]
            _ = try await Site.client(member, site.fleet, site.transport).mergePatch(
                patch,
                resource: GroupVersionResource(
                    group: "networking.istio.io", version: "v1", resource: kind.lowercased() + "s"),
                key: ObjectKey(namespace: "analysis", name: "checkout"), fieldManager: "istiod",
                subresource: "status")
        }
    }
}
