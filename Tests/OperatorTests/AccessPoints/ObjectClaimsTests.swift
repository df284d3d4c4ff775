import JSONValue
import KubeModel
import Rendering
import Testing
import TrafficModel

@testable import Operator

@Suite("One object belongs to one AccessPoint")
struct ObjectClaimsTests {
    let first = ObjectKey(namespace: "shop", name: "checkout")
    let second = ObjectKey(namespace: "shop", name: "cart")

    func service(_ name: String, in cluster: String = "c1") -> ClaimIdentity {
        .init(cluster: cluster, kind: .service, key: ObjectKey(namespace: "istio-ingress", name: name))
    }

    @Test("who claims an object first keeps it, and the second is told whose it is")
    func firstWins() {
        let claims = ObjectClaims()
        #expect(claims.claim([service("vip")], for: first).conflicts.isEmpty)
        let answer = claims.claim([service("vip"), service("other")], for: second)
        #expect(answer.conflicts == [.init(identity: service("vip"), owner: first)])
        #expect(claims.claim([service("vip")], for: first).conflicts.isEmpty)
    }

    private func host(_ host: String, at place: String = "Gateway infra/gw", in cluster: String = "c1")
        -> ClaimIdentity
    {
        .init(cluster: cluster, host: HostClaim(place: place, host: HostName(host)))
    }

    @Test(
        "a host at a gateway belongs to the first; a more special one, or a wider one, is another host",
        arguments: [
            ("a.example.com", "a.example.com", true), ("a.example.com", "b.example.com", false),
            ("*.example.com", "*.example.com", true), ("*", "*", true), ("*.example.com", "a.example.com", false),
            ("a.example.com", "*.example.com", false), ("*", "a.example.com", false),
        ])
    func hosts(taken: String, wanted: String, isConflict: Bool) {
        let claims = ObjectClaims()
        _ = claims.claim([host(taken)], for: first)
        let answer = claims.claim([host(wanted)], for: second)
        #expect(answer.conflicts.map(\.owner) == (isConflict ? [first] : []))
        #expect(claims.claim([host(wanted)], for: second).conflicts.isEmpty != isConflict)
        #expect(claims.claim([host(wanted, in: "c2")], for: second).conflicts.isEmpty)
        #expect(claims.claim([host(wanted, at: "Gateway infra/other")], for: second).conflicts.isEmpty)
        #expect(claims.claim([], for: first).freed == (isConflict ? [second] : []))
        #expect(claims.claim([host(wanted)], for: second).conflicts.isEmpty)
    }

    @Test("a host that is held already is no conflict, whoever has it too")
    func heldHost() {
        let claims = ObjectClaims()
        _ = claims.claim([host("a.example.com")], for: first)
        let (held, new): (Set, Set) = ([host("a.example.com")], [host("a.example.com"), host("b.example.com")])
        #expect(claims.claim(new, for: second, holding: held).conflicts.isEmpty)
        #expect(claims.claim([host("b.example.com")], for: first).conflicts.map(\.owner) == [second])
    }

    @Test("a host that is held and that another has is told of, and goes over when the other lets go of it")
    func sharedHost() {
        let claims = ObjectClaims()
        let third = ObjectKey(namespace: "shop", name: "third")
        let both: Set = [host("a.example.com")]
        _ = claims.claim(both, for: first)
        for _ in 0..<2 {
            let answer = claims.claim(both, for: second, holding: both)
            #expect(answer.shared == [.init(identity: host("a.example.com"), owner: first)])
            #expect(answer.conflicts.isEmpty && answer.freed.isEmpty)
        }
        #expect(claims.claim([], for: first).freed == [second])
        #expect(claims.claim(both, for: second, holding: both).shared.isEmpty)
        #expect(claims.claim(both, for: third).conflicts.map(\.owner) == [second])
    }

    @Test("of what is rolled out only the hosts of others are left out; an object of another refuses all of it")
    func rolledOut() {
        let claims = ObjectClaims()
        let third = ObjectKey(namespace: "shop", name: "third")
        let hosts: Set = [host("a.example.com"), host("b.example.com")]
        _ = claims.claim([host("a.example.com"), service("vip")], for: first)
        let conflicts = claims.claim(hosts, for: second, isRolledOut: true).conflicts
        #expect(conflicts == [.init(identity: host("a.example.com"), owner: first)])
        #expect(claims.claim([host("b.example.com")], for: third).conflicts.map(\.owner) == [second])
        let refused = claims.claim(hosts.union([service("vip")]), for: second, isRolledOut: true)
        #expect(refused.conflicts.map(\.owner) == [first, first] && refused.freed == [third])
        #expect(claims.claim([host("b.example.com")], for: third).conflicts.isEmpty)
    }

    /// The server of a Gateway that selects these labels.
    private func server(
        _ name: String, _ selector: JSONValue, host: String = "a.example.com", in cluster: String = "c1"
    ) throws -> ClaimIdentity {
        let gateway = TrafficObject(
            kind: .gateway, key: ObjectKey(namespace: "shop", name: name),
            body: [
                "spec": [
                    "selector": selector,
                    "servers": [["port": ["number": 443, "protocol": "HTTPS"], "hosts": [.string(host)]]],
                ]
            ])
        return .init(cluster: cluster, server: try #require(ServerClaim.claims(of: [gateway]).first))
    }

    @Test("servers of two that meet on the same pods are no conflict: both are told, the first by looking again")
    func meetings() throws {
        let claims = ObjectClaims()
        let wide = try server("wide", ["istio": "gw"])
        let narrow = try server("narrow", ["istio": "gw", "tier": "a"])
        #expect(claims.claim([wide], for: first).meetings.isEmpty)
        let answer = claims.claim([narrow], for: second)
        #expect(answer.conflicts.isEmpty && answer.freed == [first])
        let (one, other) = (try #require(narrow.server), try #require(wide.server))
        #expect(answer.meetings == [.init(cluster: "c1", server: one, rival: other, owner: first)])
        let again = claims.claim([wide], for: first)
        #expect(again.meetings == [.init(cluster: "c1", server: other, rival: one, owner: second)])
        // Whoever is told already wakes nobody, or the two would wake each other for ever.
        #expect(again.freed.isEmpty && claims.claim([narrow], for: second).freed.isEmpty)
        #expect(claims.claim([narrow], for: second, holding: [narrow]).meetings.map(\.owner) == [first])
        // When one is gone, the other has to look again.
        #expect(claims.claim([], for: second).freed == [first])
        #expect(claims.claim([wide], for: first).meetings.isEmpty)
    }

    @Test("servers that do not meet are nobody's business: other pods, another host, another cluster, the same owner")
    func noMeeting() throws {
        let claims = ObjectClaims()
        _ = claims.claim([try server("one", ["istio": "gw"])], for: first)
        for other in [
            try server("two", ["istio": "other"]), try server("two", ["tier": "a"]),
            try server("two", ["istio": "gw"], host: "b.example.com"), try server("two", ["istio": "gw"], in: "c2"),
        ] {
            let answer = claims.claim([other], for: second)
            #expect(answer.meetings.isEmpty && answer.freed.isEmpty)
        }
        // The Gateway itself has one owner already.
        let same = claims.claim([try server("one", ["istio": "gw"])], for: second)
        #expect(same.conflicts.isEmpty && same.meetings.isEmpty)
        _ = claims.claim([], for: second)
        let own = claims.claim([try server("one", ["istio": "gw"]), try server("two", ["istio": "gw"])], for: first)
        #expect(own.meetings.isEmpty && own.freed.isEmpty)
    }

    @Test("meetings without number are cut, the same ones each time")
    func manyMeetings() throws {
        let claims = ObjectClaims()
        let many = try (0..<80).map { try server("s\($0)", ["istio": "gw", "n": .string("\($0)")]) }
        _ = claims.claim(Set(many), for: first)
        let all = try server("all", [:])
        let told = claims.claim([all], for: second).meetings
        #expect(told.count == TrafficCheck.limit && told == claims.claim([all], for: second).meetings)
    }

    @Test("the same name in another cluster is another object")
    func clusters() {
        let claims = ObjectClaims()
        _ = claims.claim([service("vip", in: "c1")], for: first)
        #expect(claims.claim([service("vip", in: "c2")], for: second).conflicts.isEmpty)
    }

    @Test("who waits is woken when the owner no longer renders the object, or is gone")
    func freed() {
        let claims = ObjectClaims()
        _ = claims.claim([service("vip")], for: first)
        _ = claims.claim([service("vip")], for: second)
        #expect(claims.claim([service("new")], for: first).freed == [second])
        #expect(claims.claim([service("vip")], for: second).conflicts.isEmpty)
        _ = claims.claim([service("vip")], for: first)
        #expect(claims.forget(second) == [first])
        #expect(claims.claim([service("vip")], for: first).conflicts.isEmpty)
    }

    @Test("who is refused keeps nobody from what it does not get, but keeps what it holds")
    func refused() {
        let claims = ObjectClaims()
        _ = claims.claim([service("vip")], for: first)
        let wanted: Set = [service("vip"), service("other"), service("held")]
        #expect(claims.claim(wanted, for: second, holding: [service("held")]).conflicts.map(\.owner) == [first])
        #expect(claims.claim([service("vip"), service("other")], for: first).conflicts.isEmpty)
        #expect(claims.claim([service("held")], for: first).conflicts.map(\.owner) == [second])
    }

    @Test("who waits for what stands in a member is found once, and not after it is gone itself")
    func waiters() {
        let claims = ObjectClaims()
        claims.wait(second, for: first)
        #expect(claims.waiters(of: [first]) == [second])
        #expect(claims.waiters(of: [first]).isEmpty)
        claims.wait(second, for: first)
        #expect(claims.forget(second).isEmpty)
        #expect(claims.waiters(of: [first]).isEmpty)
    }
}
