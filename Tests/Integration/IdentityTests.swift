import JSONValue
import Testing

extension Integration {
    @Suite("The name of a replica in the Lease")
    struct IdentityTests {
        @Test("two processes that are started with one name, as a pod's containers are, hold the Lease under two")
        func unique() async throws {
            let site = try await Site.unoperated()
            var holders: [String] = []
            for _ in 0..<2 {
                let replica = try OperatorProcess.start(site.fleet, identity: "same")
                try await eventually("the replica leads") { replica.hasLogged("Took the lease") }
                let lease = try await site.kubectl.get(
                    "lease", "accesspoint-operator", namespace: Site.operatorNamespace)
                holders.append(try #require(lease?.value("spec", "holderIdentity")?.stringValue))
                #expect(await replica.terminate() == 0)
            }
            #expect(holders.allSatisfy { $0.hasPrefix("same_") })
            #expect(Set(holders).count == 2)
        }
    }
}
