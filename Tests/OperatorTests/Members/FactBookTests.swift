import KubeModel
import Synchronization
import Testing

@testable import Operator

@Suite("What is read of members on demand")
struct FactBookTests {
    let first = ObjectKey(namespace: "shop", name: "checkout")
    let second = ObjectKey(namespace: "shop", name: "cart")

    @Test("only a question that nobody has asked before wakes the reader")
    func wakes() {
        let wakes = Mutex(0)
        let book = FactBook<String, Int>(wake: { wakes.withLock { $0 += 1 } })
        _ = book.need(["a"], for: first)
        _ = book.need(["a"], for: first)
        #expect(wakes.withLock { $0 } == 1)
        _ = book.answered(["a": 1])
        _ = book.need(["a"], for: second)
        #expect(wakes.withLock { $0 } == 1)
        _ = book.need(["a", "b"], for: second)
        #expect(wakes.withLock { $0 } == 2)
    }

    @Test("a changed answer concerns exactly those who asked for it")
    func concerns() {
        let book = FactBook<String, Int>(wake: {})
        _ = book.need(["a"], for: first)
        _ = book.need(["b"], for: second)
        #expect(book.answered(["a": 1, "b": 1]) == [first, second])
        #expect(book.answered(["a": 1, "b": 2]) == [second])
        #expect(book.answered(["a": 1, "b": 2]) == [])
    }

    @Test("what nobody needs any more is neither asked nor kept")
    func drops() {
        let book = FactBook<String, Int>(wake: {})
        _ = book.need(["a", "b"], for: first)
        _ = book.answered(["a": 1, "b": 2])
        _ = book.need(["b"], for: first)
        #expect(book.needed() == ["b"])
        #expect(book.need(["a"], for: second) == [:])
        _ = book.need([], for: first)
        _ = book.need([], for: second)
        #expect(book.needed().isEmpty)
    }

    @Test("what is to be renewed stands, is read again, and is current once it was asked for after that")
    func renews() {
        let wakes = Mutex(0)
        let book = FactBook<String, Int>(wake: { wakes.withLock { $0 += 1 } })
        _ = book.need(["a", "b"], for: first)
        _ = book.need(["b"], for: second)
        #expect(book.due() == ["a", "b"] && book.current(["a", "b"], for: first) == [])
        _ = book.answered(["a": 1, "b": 1])
        #expect(book.due() == [] && book.current(["a", "b"], for: first) == ["a", "b"])

        let before = book.renewals
        let woken = wakes.withLock { $0 }
        book.renew(for: first)
        #expect(wakes.withLock { $0 } == woken + 1)
        #expect(book.due() == ["a", "b"] && book.answers == ["a": 1, "b": 1])
        #expect(book.current(["a", "b"], for: first) == [] && book.current(["b"], for: second) == ["b"])
        // What was asked for before may be from before.
        #expect(book.answered(["a": 1], askedAfter: before) == [])
        #expect(book.due() == ["a", "b"])
        #expect(
            book.answered(["a": 1], askedAfter: book.renewals) == [first], "who waits is told, though it is the same")
        #expect(book.answered(["b": 1]) == [first] && book.due() == [])

        // What somebody else knows is asked anew for one who comes to need it after its renewal, and wakes the reader.
        let third = ObjectKey(namespace: "shop", name: "third")
        book.renew(for: third)
        let asleep = wakes.withLock { $0 }
        #expect(book.need(["b"], for: third) == ["b": 1] && book.due() == ["b"])
        #expect(wakes.withLock { $0 } == asleep + 1)
        _ = book.answered(["b": 1])

        book.renew()
        #expect(book.due() == ["a", "b"] && book.current(["b"], for: second) == [])
        #expect(book.current(["b"], for: second, isOwn: true) == ["b"])
        #expect(book.answered(["a": 1, "b": 1]) == [first, second, third])
        book.renew(for: second)
        book.withdraw(second)
        _ = book.need(["b"], for: second)
        #expect(book.current(["b"], for: second) == ["b"])
    }
}
