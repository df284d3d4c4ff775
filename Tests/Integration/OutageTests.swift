import Foundation
import JSONValue
import KubeClient
import KubeModel
import Testing

extension Integration {
    @Suite("When clusters, credentials and processes fail")
    struct OutageTests {
        @Test("a member that is down harms no other, is shown with the time of its last answer, and catches up")
        func memberDown() async throws {
            let site = try await Site.operated()
            try await site.namespace("outage")
            try await site.kubectl.apply(AccessPointManifest(namespace: "outage").yaml)
            let paused = try await site.untilCanaryGate(in: "outage")
            let down = "eu-central-az1-k1"
            try await site.fleet.stop(down)
            do {
                _ = try await site.host.until("the MemberCluster says that it does not answer") { record in
                    record.object("MemberCluster", down).flatMap {
                        ConditionSet($0.status?["conditions"])["Ready"]?.reason == "ClusterUnreachable" ? true : nil
                    }
                }
                try await site.goOn(paused)
                let view = try await site.until("the others go on without it", in: "outage") {
                    $0.row("us-east-az1-k1")["phase"] == "Available" && $0.row(down)["phase"] == "Unreachable"
                }
                #expect(view.row(down)["lastSeenTime"]?.stringValue.flatMap { Timestamp($0) } != nil)
                #expect(view.row(down)["reason"] == "ClusterUnreachable")
                #expect(view.condition("Ready")?.status != .true)
                #expect(view.row(Site.canary)["phase"] == "Available")
            } catch {
                try await site.restart(down)
                throw error
            }
            try await site.restart(down)
            let ready = try await site.until("it catches up by itself", in: "outage", within: .seconds(90)) {
                $0.isTrue("Ready")
            }
            #expect(ready.row(down)["lastSeenTime"] == nil)
            #expect(try await site.inventory(in: "outage").count == 3)
        }

        @Test("what a target has come back with is told, be it another process that sees it")
        func addressOfAway() async throws {
            let site = try await Site.unoperated()
            try await site.namespace("away-vip")
            let first = try OperatorProcess.start(site.fleet, identity: "first")
            let manifest = AccessPointManifest(namespace: "away-vip")
            let down = "eu-central-az1-k1"
            func address(_ view: AccessPointView) -> String {
                view.row(down)["addresses"]?[0]?["value"]?.stringValue ?? ""
            }
            let known = address(try await site.rollOut(manifest))
            try #require(!known.isEmpty)
            try await site.fleet.stop(down)
            do {
                let away = try await site.until("it is away", in: "away-vip") { $0.row(down)["phase"] == "Unreachable" }
                #expect(address(away) == known && away.row(down)["lastSeenTime"] != nil)
                #expect(away.condition("AddressesReady")?.reason == "ClusterUnreachable")
                // What is listed of it stays, with the time at which it was so.
                let listed = try await site.host.until("its AccessPointTarget says when it was last seen") { record in
                    record.objects("AccessPointTarget", in: "away-vip").first {
                        $0.json.value("spec", "clusterName")?.stringValue == down && $0.status?["lastSeenTime"] != nil
                    }
                }
                #expect(listed.status?["inventory"]?.arrayValue?.isEmpty == false)
                #expect(listed.status?["lastSeenTime"] == away.row(down)["lastSeenTime"])
                try await site.untilTold("ClusterUnreachable", "\(down): the cluster does not answer", in: "away-vip")
                #expect(await first.terminate() == 0)
            } catch {
                try await site.restart(down)
                throw error
            }
            try await site.restart(down)
            let moved = known.split(separator: ".").dropLast().joined(separator: ".") + ".253"
            _ = try await site.chronicle(down).client.mergePatch(
                ["status": ["loadBalancer": ["ingress": [["ip": .string(moved)]]]]],
                resource: GroupVersionResource(group: "", version: "v1", resource: "services"),
                key: ObjectKey(namespace: Site.gatewayNamespace, name: manifest.service), fieldManager: "cloud",
                subresource: "status")
            let second = try OperatorProcess.start(site.fleet, identity: "second")
            try await site.untilTold("AddressChanged", "had address \(known) and has \(moved) now", in: "away-vip")
            try await site.untilTold("ClusterReachable", down, in: "away-vip")
            let back = try await site.untilReady(in: "away-vip")
            #expect(address(back) == moved)
            #expect(await second.terminate() == 0)
        }

        @Test("new credentials are taken over without a gap, and broken ones leave the old in use")
        func rotation() async throws {
            let site = try await Site.operated()
            try await site.namespace("rotation")
            try await site.rollOut(AccessPointManifest(namespace: "rotation"))
            let member = "us-east-az1-k1"
            try await replaceSecret(site, member, with: site.fleet.kubeconfig(member, "kubeconfig.cert"))
            try await untilCertificateUsed(site, member)

            for (broken, reason) in [
                ("apiVersion: v1\nkind: Config\nusers: 7\n", "KubeconfigInvalid"),
                (try wrongToken(site, member), "CredentialInvalid"),
            ] {
                let file = try Scratch.folder("kubeconfig").appending(path: "kubeconfig")
                try Data(broken.utf8).write(to: file)
                try await replaceSecret(site, member, with: file)
                let condition = try await site.host.until("\(reason) is reported") { record in
                    record.object("MemberCluster", member).flatMap { object in
                        ConditionSet(object.status?["conditions"])["Ready"].flatMap { $0.reason == reason ? $0 : nil }
                    }
                }
                #expect(condition.status == .true, "the old credentials still work")
                #expect(
                    condition.message.contains("Secret") && condition.message.contains("stay in use"),
                    "\(condition.message)")
            }
            // The old credentials serve: a change reaches the member.
            var changed = AccessPointManifest(namespace: "rotation")
            changed.timeout = "5s"
            try await site.kubectl.apply(changed.yaml)
            let paused = try await site.until("the change pauses on its canary", in: "rotation") {
                $0.gate == "r2/canary" && $0.isTrue("Paused")
            }
            try await site.goOn(paused)
            try await site.until("the change is everywhere", in: "rotation") {
                $0.isTrue("Ready") && $0.stableRevision.hasPrefix("2-")
            }
            try await replaceSecret(site, member, with: site.fleet.kubeconfig(member))
            _ = try await site.host.until("the member is whole again") { record in
                record.object("MemberCluster", member).flatMap {
                    ConditionSet($0.status?["conditions"])["Ready"]?.reason == "ClusterReachable" ? true : nil
                }
            }
        }

        private func replaceSecret(_ site: Site, _ member: String, with file: URL) async throws {
            let secret = try await site.kubectl(
                "create", "secret", "generic", member, "-n", Site.operatorNamespace,
                "--from-file=kubeconfig=\(file.path)", "--dry-run=client", "-o", "yaml")
            try await site.kubectl("replace", "-f", "-", input: secret)
        }

        private func wrongToken(_ site: Site, _ member: String) throws -> String {
            try String(contentsOf: site.fleet.kubeconfig(member), encoding: .utf8)
                .replacing(/token: \w+/, with: "token: 0123456789abcdef")
        }

        /// Waits until the member's audit log shows a request of the operator by client certificate: such users have
        /// no uid, and those of the token file have one.
        private func untilCertificateUsed(_ site: Site, _ member: String) async throws {
            let log = site.fleet.folder.appending(path: member).appending(path: "audit.log")
            try await eventually("the operator uses the client certificate", within: .seconds(30)) {
                try String(contentsOf: log, encoding: .utf8).split(separator: "\n").suffix(300).contains { line in
                    guard line.contains("accesspoint-operator"), let event = try? JSONValue(parsing: String(line))
                    else { return false }
                    return event["userAgent"]?.stringValue?.hasPrefix("accesspoint-operator") ?? false
                        && event.value("user", "username") == "admin" && event.value("user", "uid") == nil
                }
            }
        }

        @Test("a replica that waits on the lease takes over when the leader is killed")
        func takeover() async throws {
            let site = try await Site.unoperated()
            try await site.namespace("takeover")
            let first = try OperatorProcess.start(site.fleet, identity: "first")
            try await eventually("the first replica leads") { first.hasLogged("Took the lease") }
            let second = try OperatorProcess.start(site.fleet, identity: "second")
            try await eventually("the second replica waits") { second.hasLogged("Another replica leads") }
            try await site.kubectl.apply(AccessPointManifest(namespace: "takeover").yaml)
            let paused = try await site.untilCanaryGate(in: "takeover")
            #expect(!second.tail(1000).contains("Took the lease"))
            await first.kill()
            try await site.goOn(paused)
            try await site.untilReady(in: "takeover")
            #expect(second.tail(1000).contains("Took the lease"))
            #expect(await second.terminate() == 0)
            // A lease that was given back is taken at once.
            let third = try OperatorProcess.start(site.fleet, identity: "third")
            try await eventually("the third replica leads at once", within: .seconds(2)) {
                third.hasLogged("Took the lease")
            }
            #expect(await third.terminate() == 0)
        }
    }
}
