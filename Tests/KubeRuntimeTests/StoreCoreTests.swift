import KubeModel
import Testing

@testable import KubeRuntime

/// A stored object whose element is its version, to see which state is kept.
func stored(_ name: String, _ uid: String, _ version: Int, owner: String = "") -> StoredObject<String> {
    StoredObject(
        key: ObjectKey(namespace: "shop", name: name), uid: uid, resourceVersion: String(version),
        element: "\(uid)@\(version)" + (owner.isEmpty ? "" : " of \(owner)"))
}

@Suite("Store core")
struct StoreCoreTests {
    private var core = StoreCore<String> { element in
        element.split(separator: " ").count == 3 ? [String(element.split(separator: " ")[2])] : []
    }

    private func text(_ changes: [StoreChange<String>]) -> [String] {
        changes.map { "\($0.key.name): \($0.before ?? "-") > \($0.after ?? "-")" }.sorted()
    }

    private func text(_ change: StoreChange<String>?) -> String? { change.map { text([$0])[0] } }

    @Test("it is ready after the first complete list, and not before, even an empty one")
    mutating func readiness() {
        _ = core.upsert(stored("a", "u1", 1))
        #expect(!core.isReady)
        _ = core.replace([], resourceVersion: "5")
        #expect(core.isReady)
        #expect(core.count == 0)
    }

    @Test("a later list tells what is new, what differs and what is missing, and nothing else")
    mutating func relistDiff() {
        _ = core.replace(
            [stored("same", "u1", 1), stored("changed", "u2", 2), stored("gone", "u3", 3), stored("reborn", "u4", 4)],
            resourceVersion: "5")
        let changes = core.replace(
            [stored("same", "u1", 1), stored("changed", "u2", 7), stored("reborn", "u9", 8), stored("new", "u5", 6)],
            resourceVersion: "9")
        #expect(
            text(changes) == [
                "changed: u2@2 > u2@7", "gone: u3@3 > -", "new: - > u5@6", "reborn: u4@4 > u9@8",
            ])
    }

    @Test("our own write that is newer than a list survives the list that does not know it yet")
    mutating func writeNewerThanList() {
        _ = core.replace([stored("a", "u1", 1)], resourceVersion: "5")
        _ = core.observe(written: stored("b", "u2", 8))
        _ = core.observe(written: stored("a", "u1", 9))
        #expect(core.replace([stored("a", "u1", 1)], resourceVersion: "7").isEmpty)
        #expect(text(core.replace([stored("a", "u1", 9)], resourceVersion: "10")) == ["b: u2@8 > -"])
    }

    @Test("the answer to a write that comes after its object was deleted again does not bring it back")
    mutating func overtakenWrite() {
        _ = core.replace([stored("b", "u2", 3)], resourceVersion: "5")
        // Created at 8 and deleted at 9 while nobody watched; the list at 10 knows neither.
        _ = core.replace([stored("b", "u2", 3)], resourceVersion: "10")
        #expect(core.observe(written: stored("a", "u1", 8)) == nil)
        _ = core.upsert(stored("b", "u2", 20))
        #expect(core.observe(written: stored("a", "u1", 15)) == nil)
        #expect(text(core.observe(written: stored("a", "u1", 21))) == "a: - > u1@21")
    }

    @Test("a new history replaces everything, newer or not, and forgets what was deleted")
    mutating func rebase() {
        _ = core.replace([stored("a", "u1", 90), stored("b", "u2", 91)], resourceVersion: "95")
        _ = core.delete(stored("b", "u2", 96))
        let changes = core.replace(
            [stored("a", "u1", 40), stored("b", "u2", 41)], resourceVersion: "50", isRebase: true)
        #expect(text(changes) == ["a: u1@90 > u1@40", "b: - > u2@41"])
        #expect(text(core.upsert(stored("b", "u2", 51))) == "b: u2@41 > u2@51")
    }

    @Test("what left the selection in a history that did not happen may come back in the new one")
    mutating func rebaseForgetsDeletions() {
        _ = core.replace([stored("a", "u1", 90)], resourceVersion: "95")
        _ = core.delete(stored("a", "u1", 96))
        _ = core.replace([], resourceVersion: "50", isRebase: true)
        #expect(text(core.upsert(stored("a", "u1", 51))) == "a: - > u1@51")
    }

    @Test("an older, equal or replayed state changes nothing")
    mutating func oldStates() {
        _ = core.replace([stored("a", "u1", 5)], resourceVersion: "9")
        #expect(core.upsert(stored("a", "u1", 4)) == nil)
        #expect(core.upsert(stored("a", "u1", 5)) == nil)
        #expect(text(core.upsert(stored("a", "u1", 10))) == "a: u1@5 > u1@10")
        #expect(core.upsert(stored("a", "u0", 3)) == nil, "an earlier life of the name")
        #expect(core.delete(stored("a", "u1", 7)) == nil)
        #expect(core.delete(stored("a", "u0", 4)) == nil)
        #expect(core[ObjectKey(namespace: "shop", name: "a")]?.element == "u1@10")
    }

    @Test("a deleted object does not come back by a late event, but by a newer one")
    mutating func lateEvents() {
        _ = core.replace([stored("a", "u1", 5)], resourceVersion: "9")
        #expect(text(core.delete(stored("a", "u1", 12))) == "a: u1@5 > -")
        #expect(core.upsert(stored("a", "u1", 11)) == nil)
        #expect(core.upsert(stored("a", "u1", 12)) == nil)
        // It left the selection of a labelSelector and came back.
        #expect(text(core.upsert(stored("a", "u1", 14))) == "a: - > u1@14")
    }

    @Test("an object that a list lacks does not come back by an event from before the list")
    mutating func lateAfterList() {
        _ = core.replace([stored("a", "u1", 5)], resourceVersion: "9")
        _ = core.replace([], resourceVersion: "20")
        #expect(core.upsert(stored("a", "u1", 15)) == nil)
        #expect(core.upsert(stored("a", "u2", 15)) == nil, "a life that ended before the list")
        #expect(core.upsert(stored("a", "u2", 21)) != nil)
        #expect(core.upsert(stored("b", "u3", 30)) != nil)
        #expect(core.upsert(stored("c", "u4", 29)) != nil, "news that comes out of order")
    }

    @Test("a life that a list shows to be over does not come back when the next one is over too")
    mutating func earlierLife() {
        _ = core.replace([stored("a", "u1", 5)], resourceVersion: "9")
        _ = core.replace([stored("a", "u2", 15)], resourceVersion: "20")
        _ = core.delete(stored("a", "u2", 25))
        #expect(core.upsert(stored("a", "u1", 12)) == nil)
        #expect(core.delete(stored("a", "u1", 12)) == nil)
    }

    @Test("a deletion that comes before the object is remembered")
    mutating func deletionFirst() {
        _ = core.replace([], resourceVersion: "1")
        #expect(core.delete(stored("a", "u1", 7)) == nil)
        #expect(core.upsert(stored("a", "u1", 6)) == nil)
    }

    @Test("a new life of a name replaces the old one, whose late events change nothing")
    mutating func rebirth() {
        _ = core.replace([stored("a", "u1", 5)], resourceVersion: "9")
        #expect(text(core.upsert(stored("a", "u2", 11))) == "a: u1@5 > u2@11")
        #expect(core.delete(stored("a", "u1", 10)) == nil)
        #expect(core.upsert(stored("a", "u1", 10)) == nil)
        #expect(text(core.delete(stored("a", "u3", 15))) == "a: u2@11 > -", "that name is gone in any life")
    }

    @Test("versions without an order: the later told counts")
    mutating func opaqueVersions() {
        func opaque(_ uid: String, _ version: String) -> StoredObject<String> {
            StoredObject(
                key: ObjectKey(namespace: nil, name: "a"), uid: uid, resourceVersion: version, element: version)
        }
        _ = core.replace([opaque("u1", "x")], resourceVersion: "x")
        #expect(text(core.upsert(opaque("u1", "b"))) == "a: x > b")
        #expect(core.upsert(opaque("u1", "b")) == nil)
        #expect(core.delete(opaque("u0", "z")) == nil)
        #expect(text(core.delete(opaque("u1", "y"))) == "a: b > -")
        #expect(core.upsert(opaque("u1", "c")) != nil)
    }

    @Test("the index follows every change")
    mutating func index() {
        func keys(_ name: String) -> [String] { core.keys(indexedBy: name).map(\.name).sorted() }
        _ = core.replace(
            [stored("a", "u1", 1, owner: "x"), stored("b", "u2", 2, owner: "x")], resourceVersion: "5")
        #expect(keys("x") == ["a", "b"])
        _ = core.upsert(stored("a", "u1", 6, owner: "y"))
        #expect(keys("x") == ["b"])
        #expect(keys("y") == ["a"])
        _ = core.delete(stored("b", "u2", 7))
        _ = core.replace([stored("c", "u3", 8, owner: "x")], resourceVersion: "9")
        #expect(keys("x") == ["c"])
        #expect(keys("y") == [])
    }

    @Test("the memory of deleted objects is bounded")
    mutating func graves() {
        _ = core.replace([], resourceVersion: "1")
        for number in 0..<(StoreCore<String>.graveCount + 10) {
            _ = core.delete(stored("a", "u\(number)", number + 2))
        }
        #expect(core.buried == StoreCore<String>.graveCount)
        #expect(core.upsert(stored("a", "u0", 2)) != nil)
        #expect(core.upsert(stored("b", "u100", 2)) == nil)
    }
}
