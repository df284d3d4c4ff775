/// Children that wait until their container ends, so that it is allocated once and at its exact size.
struct JSONChildStack<Element> {
    /// Left in the place of an element that is taken; free to copy and to drop.
    private let placeholder: Element
    private var storage: [Element] = []
    private(set) var count = 0

    init(placeholder: Element) {
        self.placeholder = placeholder
    }

    @inline(__always)
    mutating func push(_ element: consuming Element) {
        if count < storage.count { storage[count] = element } else { storage.append(element) }
        count += 1
    }

    /// Changes the last element in place.
    @inline(__always)
    mutating func withLast(_ change: (inout Element) -> Void) {
        change(&storage[count - 1])
    }

    /// Removes the elements from `base` on and gives them in order.
    @inline(__always)
    mutating func take(from base: Int) -> [Element] {
        take(from: base, order: base..<count)
    }

    /// Removes the elements from `base` on and gives them in `order`, a permutation of their places.
    @inline(__always)
    mutating func take(from base: Int, order: some Sequence<Int>) -> [Element] {
        var taken: [Element] = []
        taken.reserveCapacity(count - base)
        let placeholder = placeholder
        var waiting = storage.mutableSpan
        for place in order {
            // Swapped out, not copied: a copy would count references up and down.
            var element = placeholder
            swap(&element, &waiting[place])
            taken.append(consume element)
        }
        count = base
        return taken
    }

    /// Forgets the elements from `base` on; what they hold is released when their places are used again.
    @inline(__always)
    mutating func drop(from base: Int) {
        count = base
    }

    subscript(place: Int) -> Element { storage[place] }
}
