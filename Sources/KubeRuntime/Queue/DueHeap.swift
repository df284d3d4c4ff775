/// Keys in order of the moment when they fall due: a binary heap, whose overtaken entries stay as husks until they surface.
struct DueHeap<Key: Hashable & Sendable>: Sendable {
    struct Item: Sendable {
        var key: Key
        var ticket: UInt64
        var at: Moment
    }

    private var items: [Item] = []

    var first: Item? { items.first }
    var count: Int { items.count }

    mutating func push(_ item: Item) {
        items.append(item)
        siftUp(from: items.count - 1)
    }

    @discardableResult
    mutating func popFirst() -> Item? {
        guard let first = items.first, let last = items.popLast() else { return nil }
        guard !items.isEmpty else { return first }
        items[0] = last
        siftDown(from: 0)
        return first
    }

    mutating func keep(where isKept: (Item) -> Bool) {
        items = items.filter(isKept).sorted(by: Self.precedes)
    }

    private static func precedes(_ left: Item, _ right: Item) -> Bool {
        (left.at, left.ticket) < (right.at, right.ticket)
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard Self.precedes(items[child], items[parent]) else { return }
            items.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(from start: Int) {
        var parent = start
        while true {
            let left = 2 * parent + 1
            guard left < items.count else { return }
            let right = left + 1
            let child = right < items.count && Self.precedes(items[right], items[left]) ? right : left
            guard Self.precedes(items[child], items[parent]) else { return }
            items.swapAt(child, parent)
            parent = child
        }
    }
}
