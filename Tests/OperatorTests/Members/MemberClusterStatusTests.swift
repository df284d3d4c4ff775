import AccessPointAPI
import JSONValue
import KubeModel
import Testing

@testable import Operator

@Suite("The status of a MemberCluster")
struct MemberClusterStatusTests {
    let start = Timestamp(secondsSince1970: 1_800_000_000)

    func next(_ old: MemberClusterStatus, _ health: MemberHealth?, _ problem: MemberAccess.Problem? = nil, after: Int64)
        -> MemberClusterStatus
    {
        .next(
            after: old, generation: 2, health: health, problem: problem, accessPoints: 3,
            now: start.adding(seconds: after))
    }

    func healthy() -> MemberHealth {
        var health = MemberHealth(uid: nil)
        health.observe(.answered(uid: "u1", version: "v1.20.2"), now: start)
        return health
    }

    @Test("a member that answers is Ready, with version, identity and users")
    func ready() {
        let status = next(MemberClusterStatus(), healthy(), after: 0)
        #expect(status.conditions["Ready"]?.status == .true)
        #expect(status.kubernetesVersion == "v1.20.2")
        #expect(status.clusterUID == "u1")
        #expect(status.accessPoints == 3)
        #expect(status.lastSeenTime == nil)
    }

    @Test("nothing changes while nothing is learnt, so that nothing is written")
    func quiet() {
        let first = next(MemberClusterStatus(), healthy(), after: 0)
        var health = healthy()
        health.observe(.answered(uid: "u1", version: "v1.20.2"), now: start.adding(seconds: 60))
        #expect(next(first, health, after: 60).json == first.json)
    }

    @Test("a member that went away is shown with the time of its last answer")
    func away() {
        var health = healthy()
        for _ in 0..<2 { health.observe(.failed("connection refused"), now: start.adding(seconds: 30)) }
        let status = next(next(MemberClusterStatus(), healthy(), after: 0), health, after: 30)
        #expect(status.conditions["Ready"]?.status == .unknown)
        #expect(status.lastSeenTime == start)
        #expect(next(status, health, after: 90).json == status.json)
    }

    @Test("a new leader has no news of a member that it has not asked yet: what was known stands")
    func newLeader() {
        var away = healthy()
        for _ in 0..<2 { away.observe(.failed("connection refused"), now: start) }
        for known in [healthy(), away] {
            let old = next(MemberClusterStatus(), known, after: 0)
            #expect(next(old, MemberHealth(uid: "u1"), after: 60).json == old.json)
            #expect(next(old, nil, after: 60).json == old.json)
        }
        #expect(
            next(MemberClusterStatus(), MemberHealth(uid: nil), after: 0).conditions["Ready"]?.reason == "Connecting")
    }

    @Test("what an earlier process found of another spec, or found wrong, does not stand until the first answer")
    func newLeaderOfAnother() {
        let unasked = MemberHealth(uid: "u1")
        let other = MemberClusterStatus.next(
            after: MemberClusterStatus(), generation: 1, health: healthy(), problem: nil, accessPoints: 3, now: start)
        var broken = MemberHealth(uid: "u1")
        broken.observe(.unauthorised("401"), now: start)
        for old in [other, next(MemberClusterStatus(), broken, after: 0)] {
            #expect(next(old, unasked, after: 60).conditions["Ready"]?.reason == "Connecting")
        }
    }

    @Test("the identity that was written down first is never replaced")
    func identity() {
        var other = MemberHealth(uid: "u1")
        other.observe(.answered(uid: "u2", version: "v1.20.2"), now: start)
        let status = next(next(MemberClusterStatus(), healthy(), after: 0), other, after: 10)
        #expect(status.clusterUID == "u1")
        #expect(status.conditions["Ready"]?.reason == "IdentityChanged")
    }

    @Test("new credentials that do not work leave a member in service that the old ones still reach")
    func badCredentials() {
        let problem = MemberAccess.Problem(reason: "KubeconfigInvalid", message: "users[].user.exec is refused")
        let status = next(MemberClusterStatus(), healthy(), problem, after: 0)
        #expect(status.conditions["Ready"]?.status == .true)
        #expect(status.conditions["Ready"]?.reason == "KubeconfigInvalid")
        let without = next(MemberClusterStatus(), nil, problem, after: 0)
        #expect(without.conditions["Ready"]?.status == .false)
    }

    @Test("the version of Istio is what was last found; until it is looked for what was known stands")
    func istioVersion() {
        func next(_ old: MemberClusterStatus, _ istio: String?) -> String? {
            var abilities = MemberConditions()
            abilities.istioVersion = istio
            return MemberClusterStatus.next(
                after: old, generation: 2, health: healthy(), problem: nil, abilities: abilities, accessPoints: 3,
                now: start
            ).istioVersion
        }
        var old = MemberClusterStatus()
        #expect(next(old, nil) == nil && next(old, "") == nil && next(old, "1.27.1") == "1.27.1")
        old.istioVersion = "1.26.0"
        #expect(next(old, nil) == "1.26.0" && next(old, "1.27.1") == "1.27.1" && next(old, "") == nil)
    }

    @Test("the latency is that of a member that answers; until it is known anew what was known stands")
    func latency() {
        func next(_ old: MemberClusterStatus, _ health: MemberHealth, _ latency: Int?) -> MemberClusterStatus {
            .next(
                after: old, generation: 2, health: health, problem: nil, latency: latency, accessPoints: 3, now: start)
        }
        let first = next(MemberClusterStatus(), healthy(), nil)
        #expect(first.latencyMilliseconds == nil)
        let known = next(first, healthy(), 100)
        #expect(known.latencyMilliseconds == 100)
        #expect(next(known, healthy(), nil).latencyMilliseconds == 100)
        #expect(next(known, MemberHealth(uid: "u1"), nil).latencyMilliseconds == 100)
        var away = healthy()
        for _ in 0..<2 { away.observe(.failed("connection refused"), now: start) }
        let gone = next(known, away, 100)
        #expect(gone.latencyMilliseconds == nil)
        #expect(
            gone.conditions["Ready"]?.message
                == "connection refused; it is asked again ever more seldom, at least every 30 s")
    }
}
