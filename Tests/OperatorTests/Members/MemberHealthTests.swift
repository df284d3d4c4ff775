import KubeModel
import Testing

@testable import Operator

@Suite("The health of a member")
struct MemberHealthTests {
    let start = Timestamp(secondsSince1970: 1_800_000_000)

    @Test("the first answer makes a member reachable and fixes its identity")
    func firstAnswer() {
        var health = MemberHealth(uid: nil)
        #expect(health.state == .unknown)
        health.observe(.answered(uid: "u1", version: "v1.20.2"), now: start)
        #expect(health.isReachable)
        #expect(health.uid == "u1")
        #expect(health.lastSeen == start)
    }

    @Test("one lost probe is no outage, two in a row are")
    func threshold() {
        var health = MemberHealth(uid: nil)
        health.observe(.answered(uid: "u1", version: "v1"), now: start)
        health.observe(.failed("refused"), now: start)
        #expect(health.isReachable)
        health.observe(.answered(uid: "u1", version: "v1"), now: start)
        health.observe(.failed("refused"), now: start)
        #expect(health.isReachable)
        health.observe(.failed("refused"), now: start)
        #expect(health.state == .unreachable("refused"))
        #expect(health.lastSeen == start)
    }

    @Test("a member that never answered is unreachable at once, not healthy and not failed")
    func neverSeen() {
        var health = MemberHealth(uid: nil)
        health.observe(.failed("refused"), now: start)
        #expect(health.state == .unreachable("refused"))
        #expect(health.lastSeen == nil)
        #expect(health.ready(observedGeneration: 1).status == .unknown)
    }

    @Test("another cluster behind the same credentials is never reachable")
    func identity() {
        var health = MemberHealth(uid: "u1")
        health.observe(.answered(uid: "u2", version: "v1"), now: start)
        #expect(health.state == .identityChanged(expected: "u1", found: "u2"))
        #expect(!health.isReachable)
        #expect(health.uid == "u1")
        let condition = health.ready(observedGeneration: 3)
        #expect(condition.status == .false)
        #expect(condition.reason == "IdentityChanged")
        #expect(condition.message.contains("u2"))
    }

    @Test("the right cluster is served again once it answers as itself")
    func identityReturns() {
        var health = MemberHealth(uid: "u1")
        health.observe(.answered(uid: "u2", version: "v1"), now: start)
        health.observe(.answered(uid: "u1", version: "v1"), now: start)
        #expect(health.isReachable)
    }

    @Test(
        "a refused credential is shown at once, with what to do",
        arguments: [
            (MemberHealth.Probe.unauthorised("401"), "CredentialInvalid"), (.forbidden("403"), "Forbidden"),
        ])
    func refused(probe: MemberHealth.Probe, reason: String) {
        var health = MemberHealth(uid: nil)
        health.observe(.answered(uid: "u1", version: "v1"), now: start)
        health.observe(probe, now: start)
        #expect(!health.isReachable)
        #expect(health.ready(observedGeneration: 1).reason == reason)
        #expect(health.ready(observedGeneration: 1).status == .false)
    }
}
