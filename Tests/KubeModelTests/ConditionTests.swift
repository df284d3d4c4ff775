import JSONValue
import KubeModel
import Testing

@Suite struct ConditionTests {
    let start = Timestamp(secondsSince1970: 1000, microseconds: 5)
    let later = Timestamp(secondsSince1970: 2000)

    @Test("the transition time moves only when the status flips")
    func transition() {
        var set = ConditionSet()
        let added = set.set(Condition(type: "Ready", status: .false, reason: "Starting"), now: start)
        #expect(added)
        #expect(set["Ready"]?.lastTransitionTime == Timestamp(secondsSince1970: 1000))

        let explained = set.set(Condition(type: "Ready", status: .false, reason: "Waiting", message: "m"), now: later)
        #expect(explained)
        #expect(set["Ready"]?.lastTransitionTime == Timestamp(secondsSince1970: 1000))
        #expect(set["Ready"]?.reason == "Waiting")

        set.set(Condition(type: "Ready", status: .true, reason: "Done", observedGeneration: 4), now: later)
        #expect(set["Ready"]?.lastTransitionTime == later)
        #expect(set.isTrue("Ready"))
    }

    @Test("setting what is there already changes nothing")
    func unchanged() {
        var set = ConditionSet()
        let condition = Condition(type: "Ready", status: .unknown, reason: "R", message: "m", observedGeneration: 2)
        set.set(condition, now: start)
        let before = set
        let changed = set.set(condition, now: later)
        #expect(!changed)
        #expect(set == before)
    }

    @Test("the order is that of first appearance")
    func order() {
        var set = ConditionSet([
            Condition(type: "B", status: .true, reason: "R"), Condition(type: "A", status: .true, reason: "R"),
            Condition(type: "B", status: .false, reason: "Duplicate"),
        ])
        set.set(Condition(type: "C", status: .true, reason: "R"), now: start)
        set.set(Condition(type: "A", status: .false, reason: "R"), now: start)
        #expect(set.conditions.map(\.type) == ["B", "A", "C"])
        #expect(set["B"]?.reason == "R")
        set.remove("A")
        #expect(set.conditions.map(\.type) == ["B", "C"])
    }

    @Test("a condition without a time gets one even if its status stays")
    func missingTime() {
        var set = ConditionSet([Condition(type: "A", status: .true, reason: "R")])
        let changed = set.set(Condition(type: "A", status: .true, reason: "R"), now: later)
        #expect(changed)
        #expect(set["A"]?.lastTransitionTime == later)
    }

    @Test("conditions read back from what they write")
    func json() {
        var set = ConditionSet()
        set.set(Condition(type: "A", status: .true, reason: "R", message: "m", observedGeneration: 1), now: start)
        set.set(Condition(type: "B", status: .unknown, reason: "R"), now: start)
        #expect(ConditionSet(set.json) == set)
        #expect(
            set.json[0] == [
                "type": "A", "status": "True", "reason": "R", "message": "m", "observedGeneration": 1,
                "lastTransitionTime": "1970-01-01T00:16:40Z",
            ])
    }

    @Test("what is not a condition is left out")
    func lenient() {
        #expect(ConditionSet(nil).conditions.isEmpty)
        #expect(ConditionSet("text").conditions.isEmpty)
        #expect(
            ConditionSet(["x", ["status": "True"], ["type": ""], ["type": "A", "status": "Maybe"]]).conditions.map(
                \.status) == [.unknown])
    }
}
