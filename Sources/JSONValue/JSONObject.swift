/// The members of a JSON object, sorted by the UTF-8 bytes of their keys, each key once.
///
/// Look-up is a binary search; equality is one pass; iteration is always in key order.
public struct JSONObject: Sendable, Hashable {
    /// One key with its value.
    public struct Member: Sendable, Hashable {
        /// The key, compared by bytes.
        public var key: String
        /// The value under the key.
        public var value: JSONValue

        /// Makes a member.
        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }

        /// Compares key bytes and values.
        public static func == (left: Member, right: Member) -> Bool {
            left.key.hasSameBytes(as: right.key) && left.value == right.value
        }
    }

    /// Invariant: strictly ascending by key bytes.
    private(set) var members: [Member]

    /// Makes an empty object.
    public init() {
        members = []
    }

    /// Makes an object of key-value pairs in any order; of pairs with the same key the last one wins.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        self.init(lastWins: members.map { Member(key: $0.0, value: $0.1) })
    }

    /// Takes over members that the caller has proven to be strictly ascending by key bytes.
    init(sorted members: [Member]) {
        self.members = members
    }

    private init(lastWins unsorted: [Member]) {
        let isAscending = zip(unsorted, unsorted.dropFirst()).allSatisfy { $0.key.precedesByBytes($1.key) }
        guard !isAscending else {
            members = unsorted
            return
        }
        let order = unsorted.indices.sorted { left, right in
            let comparison = unsorted[left].key.byteOrder(relativeTo: unsorted[right].key)
            return comparison == 0 ? left < right : comparison < 0
        }
        members = []
        members.reserveCapacity(unsorted.count)
        for index in order {
            let member = unsorted[index]
            if let last = members.last, last.key.hasSameBytes(as: member.key) { members.removeLast() }
            members.append(member)
        }
    }

    /// The keys in ascending byte order.
    public var keys: [String] { members.map(\.key) }

    /// The value under `key`, compared by bytes; setting nil removes the member.
    public subscript(key: String) -> JSONValue? {
        get {
            let place = position(of: key)
            // Not a conditional expression: in one of those `nil` would mean the value null.
            guard place.found else { return nil }
            return members[place.index].value
        }
        set {
            let place = position(of: key)
            switch (newValue, place.found) {
            case (let value?, true): members[place.index].value = value
            case (let value?, false): members.insert(Member(key: key, value: value), at: place.index)
            case (nil, true): members.remove(at: place.index)
            case (nil, false): break
            }
        }
    }

    /// Removes the member `key` and returns its value, nil if there is none.
    @discardableResult
    public mutating func removeValue(forKey key: String) -> JSONValue? {
        let place = position(of: key)
        guard place.found else { return nil }
        return members.remove(at: place.index).value
    }

    /// Where `key` is, or where it would be inserted.
    func position(of key: String) -> (index: Int, found: Bool) {
        var low = 0
        var high = members.count
        while low < high {
            let middle = low + (high - low) / 2
            let comparison = members[middle].key.byteOrder(relativeTo: key)
            if comparison == 0 { return (middle, true) }
            if comparison < 0 { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }

    /// Removes the member at `index`, which must exist.
    mutating func remove(at index: Int) {
        members.remove(at: index)
    }

    /// Exchanges `value` and the value of the member at `index`, which must exist.
    mutating func exchange(_ value: inout JSONValue, at index: Int) {
        swap(&value, &members[index].value)
    }
}

extension JSONObject: RandomAccessCollection {
    /// The position of the first member.
    public var startIndex: Int { members.startIndex }
    /// The position after the last member.
    public var endIndex: Int { members.endIndex }
    /// The member at `position`, which must be a valid index as for any collection.
    public subscript(position: Int) -> Member { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Makes an object of a literal; of equal keys the last one wins.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements)
    }
}
