import KubeClient
import KubeModel
import Testing
import TrafficModel

@testable import Operator

@Suite("What a member is able to do")
struct MemberConditionsTests {
    static let ready = Condition(
        type: "Ready", status: .true, reason: "ClusterReachable", message: "", observedGeneration: 2)

    func conditions(
        _ abilities: MemberConditions, reachable: Bool = true, unasked: Bool = false,
        old: ConditionSet = ConditionSet(),
        ready: Condition = Self.ready
    ) -> [String: Condition] {
        let list = abilities.conditions(
            ready: ready, isReachable: reachable, isUnasked: unasked, old: old, generation: 2)
        return Dictionary(list.map { ($0.type, $0) }, uniquingKeysWith: { first, _ in first })
    }

    static func able() -> MemberConditions {
        var abilities = MemberConditions()
        abilities.served = Dictionary(uniqueKeysWithValues: TrafficKind.allCases.map { ($0, "v1") })
        abilities.rights = MemberRights([], [:])
        return abilities
    }

    @Test("a member that serves and allows all says so, with the versions that are used")
    func able() {
        let found = conditions(Self.able())
        #expect(found["APIsAvailable"]?.status == .true && found["APIsAvailable"]?.reason == "APIsServed")
        #expect(found["APIsAvailable"]?.message == "Used are networking.istio.io/v1, security.istio.io/v1, v1")
        #expect(found["Authorized"]?.status == .true && found["Authorized"]?.observedGeneration == 2)
    }

    @Test("a kind that is not served counts where an AccessPoint has it there")
    func kinds() {
        var abilities = Self.able()
        abilities.served?[.sidecar] = nil
        let unused = conditions(abilities)["APIsAvailable"]
        #expect(unused?.status == .true && unused?.message.contains("sidecars.networking.istio.io") == true)
        abilities.used = [.sidecar]
        let used = conditions(abilities)["APIsAvailable"]
        #expect(used?.status == .false && used?.reason == "KindMissing")
        #expect(used?.message.contains("sidecars.networking.istio.io") == true)
    }

    @Test("what the credential lacks is in the message with what mends it; what cannot be told is Unknown")
    func rights() {
        var abilities = Self.able()
        let need = MemberRights.Need(namespace: "shop", group: "g", resource: "things", verb: "patch")
        abilities.rights = MemberRights([need], ["shop": .rules(AccessRules(rules: []))])
        let lacking = conditions(abilities)["Authorized"]
        #expect(lacking?.status == .false && lacking?.reason == "Forbidden")
        #expect(lacking?.message.contains("in shop: patch of things.g") == true)
        #expect(lacking?.message.contains("{apiGroups: [g], resources: [things], verbs: [patch]}") == true)
        abilities.rights = MemberRights([need], ["shop": .unreadable("no answer")])
        #expect(conditions(abilities)["Authorized"]?.reason == "RightsUnknown")
        #expect(conditions(abilities)["Authorized"]?.status == .unknown)
    }

    @Test("until it has been looked at what was known of the same spec stands, and a member that is away is Unknown")
    func standing() {
        let old = ConditionSet(Array(conditions(Self.able()).values))
        for (reachable, unasked) in [(true, false), (false, true)] {
            let found = conditions(MemberConditions(), reachable: reachable, unasked: unasked, old: old)
            #expect(found["APIsAvailable"] == old["APIsAvailable"] && found["Authorized"] == old["Authorized"])
            let fresh = conditions(MemberConditions(), reachable: reachable, unasked: unasked)
            #expect(fresh["Authorized"]?.reason == "Connecting")
        }
        var away = Self.ready
        away.reason = "ClusterUnreachable"
        let found = conditions(Self.able(), reachable: false, old: old, ready: away)
        #expect(found.values.allSatisfy { $0.status == .unknown && $0.reason == "ClusterUnreachable" })
    }

    @Test("rights of which a part has not been asked for yet are no news")
    func partial() {
        var abilities = Self.able()
        let need = MemberRights.Need(namespace: "shop", group: "", resource: "services", verb: "get")
        abilities.rights = MemberRights([need], [:])
        let old = ConditionSet(Array(conditions(Self.able()).values))
        #expect(conditions(abilities, old: old)["Authorized"] == old["Authorized"])
    }
}
