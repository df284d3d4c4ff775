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
}
