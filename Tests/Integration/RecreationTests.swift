import JSONValue
import KubeModel
import Testing

extension Integration {
    @Suite("AccessPoints that are made again")
    struct RecreationTests {
        @Test("an AccessPoint made again under the same name loses nothing to the deletion of the old one")
        func madeAgain() async throws {
            let site = try await Site.unoperated()
            try await site.namespace("again")
            let manifest = AccessPointManifest(namespace: "again")
            let first = try OperatorProcess.start(site.fleet, identity: "first")
            try await site.rollOut(manifest)
            // The deletion is under way when the operator is killed and somebody takes the finalizer off.
            try await site.kubectl("delete", "axp", "checkout", "-n", "again", "--wait=false")
            _ = try await site.host.until("the deletion is journaled") { record in
                record.accessPoint("checkout", in: "again").flatMap { $0.inFlight.isEmpty ? nil : true }
            }
            await first.kill()
            try await site.kubectl(
                "patch", "axp", "checkout", "-n", "again", "--type=merge", "-p", #"{"metadata":{"finalizers":null}}"#)
            _ = try await site.host.until("the old one is gone") { record in
                record.object("AccessPoint", "checkout", in: "again") == nil ? true : nil
            }
            let before = try await site.deletions(in: "again")
            try await site.kubectl.apply(manifest.yaml)
            let second = try OperatorProcess.start(site.fleet, identity: "second")
            try await site.goOn(try await site.untilCanaryGate(in: "again"))
            let ready = try await site.untilReady(in: "again")
            await second.kill()
            // And once more after a restart, with all that is left of the old one in the caches.
            let third = try OperatorProcess.start(site.fleet, identity: "third")
            try await eventually("the third replica leads") { third.hasLogged("Took the lease") }
            try await ContinuousClock().sleep(for: .seconds(3))
            #expect(try await site.deletions(in: "again") == before, "something was deleted after the old one was gone")
            let uid = ready.object.uid
            for member in Fleet.members {
                let objects = try await site.objects(in: "again", member)
                #expect(objects.count == 3, "\(member) holds the whole set")
                #expect(objects.allSatisfy { $0.label("accesspoint.io/uid") == uid }, "\(member): of the new one")
            }
            await third.terminate()
        }
    }
}

extension Site {
    /// How many objects of an AccessPoint each member has seen deleted.
    func deletions(in namespace: String, of name: String = "checkout") async throws -> [String: Int] {
        var deletions: [String: Int] = [:]
        for member in Fleet.members {
            deletions[member] = try await chronicle(member).record.entries(of: name, in: namespace)
                .count { $0.change == .deleted }
        }
        return deletions
    }
}
