/// A first-in-first-out queue with cheap removal at the front.
struct FIFO<Element: Sendable>: Sendable {
    private var items: [Element?] = []
    private var head = 0

    var count: Int { items.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Element? { head < items.count ? items[head] : nil }

    mutating func append(_ element: Element) { items.append(element) }

    mutating func popFirst() -> Element? {
        guard head < items.count else { return nil }
        let element = items[head]
        items[head] = nil
        head += 1
        if head > 32, head * 2 > items.count {
            items.removeFirst(head)
            head = 0
        }
        return element
    }

    mutating func keep(where isKept: (Element) -> Bool) {
        items = items[head...].filter { element in element.map(isKept) ?? false }
        head = 0
    }
}

/// Keys that are ready at one priority: first in, first out within a group, and the groups take turns.
///
/// An entry that was overtaken (its key taken or moved to another line) stays here as a husk that `isLive` disowns.
struct FairLine<Key: Hashable & Sendable>: Sendable {
    struct Slot: Sendable {
        var key: Key
        var ticket: UInt64
    }

    private var groups: [String: FIFO<Slot>] = [:]
    private var turns = FIFO<String>()
    /// All entries, husks included.
    private(set) var slots = 0
    /// Entries that are not husks; kept by the owner, who alone knows.
    var live = 0

    mutating func push(_ slot: Slot, group: String) {
        slots += 1
        if groups[group] == nil { turns.append(group) }
        groups[group, default: FIFO()].append(slot)
    }

    mutating func pop(isLive: (Slot) -> Bool) -> Slot? {
        while let group = turns.popFirst() {
            var taken: Slot?
            while taken == nil, let slot = groups[group]?.popFirst() {
                slots -= 1
                if isLive(slot) { taken = slot }
            }
            if groups[group]?.isEmpty ?? true {
                groups[group] = nil
            } else {
                turns.append(group)
            }
            if let taken { return taken }
        }
        return nil
    }

    /// Drops husks when they outnumber the living, so that memory follows the number of keys.
    mutating func compact(isLive: (Slot) -> Bool) {
        guard slots > 2 * live + 64 else { return }
        for group in groups.keys { groups[group]?.keep(where: isLive) }
        let emptied = groups.filter { $0.value.isEmpty }.map(\.key)
        for group in emptied { groups[group] = nil }
        turns.keep { groups[$0] != nil }
        slots = groups.values.reduce(0) { $0 + $1.count }
    }
}
