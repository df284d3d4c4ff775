import Foundation
import JSONValue
import KubeModel
import Testing

extension Integration {
    @Suite("Clusters that cannot be looked into")
    struct AccessTests {
        private static let member = "us-east-az1-k1"

        @Test("a cluster whose Secret is gone holds up no other, and is Unknown after a restart, not what it was")
        func secretGone() async throws {
            let site = try await Site.unoperated()
            try await site.namespace("access")
            let secret = try await site.kubectl(
                "get", "secret", Self.member, "-n", Site.operatorNamespace, "-o", "json")
            let first = try OperatorProcess.start(site.fleet, identity: "first")
            try await site.rollOut(AccessPointManifest(namespace: "access"))
            #expect(await first.terminate() == 0)
            try await site.kubectl("delete", "secret", Self.member, "-n", Site.operatorNamespace)
            let second = try OperatorProcess.start(site.fleet, identity: "second")
            do {
                let blind = try await site.until("its row is Unknown, with the reason", in: "access") {
                    $0.row(Self.member)["reason"] == "CredentialInvalid" && $0.condition("Ready")?.status == .unknown
                }
                #expect(blind.row("eu-central-az1-k1")["phase"] == "Available")
                let target = try await site.host.until("the AccessPointTarget says so too") { record in
                    record.object("AccessPointTarget", "checkout.\(Self.member)", in: "access").flatMap { object in
                        ConditionSet(object.status?["conditions"])["Ready"].flatMap {
                            $0.reason == "CredentialInvalid" ? $0 : nil
                        }
                    }
                }
                #expect(target.status == .unknown)
                var changed = AccessPointManifest(namespace: "access")
                changed.timeout = "5s"
                try await site.kubectl.apply(changed.yaml)
                let paused = try await site.until("the canary has the change", in: "access") {
                    $0.gate == "r2/canary" && $0.isTrue("Paused")
                }
                try await site.goOn(paused)
                let others = try await site.until("the other has it too", in: "access") {
                    $0.row("eu-central-az1-k1")["phase"] == "Available"
                        && $0.row("eu-central-az1-k1")["updated"] == true
                }
                #expect(others.row(Self.member)["updated"] != true)
            } catch {
                _ = try? await site.kubectl("create", "-f", "-", input: Self.fresh(secret))
                throw error
            }
            try await site.kubectl("create", "-f", "-", input: Self.fresh(secret))
            try await site.until("with the Secret back it catches up by itself", in: "access") { $0.isTrue("Ready") }
            #expect(await second.terminate() == 0)
        }

        private static func fresh(_ json: String) throws -> String {
            var object = try JSONValue(parsing: json)
            for field in ["resourceVersion", "uid", "creationTimestamp", "managedFields"] {
                object.set(nil, at: ["metadata", field])
            }
            return object.text()
        }
    }
}
