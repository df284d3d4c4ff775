extension Collection where Element: Sendable {
    /// What the work makes of each element, in the order of the elements; so many are worked on at a time.
    func mapConcurrently<Value: Sendable>(atMost limit: Int, _ work: @escaping @Sendable (Element) async -> Value) async
        -> [Value]
    {
        await withTaskGroup(of: (Int, Value).self) { group in
            var waiting = enumerated().makeIterator()
            func begin() {
                guard let (index, element) = waiting.next() else { return }
                group.addTask { (index, await work(element)) }
            }
            for _ in 0..<Swift.max(1, limit) { begin() }
            var values: [(Int, Value)] = []
            while let value = await group.next() {
                values.append(value)
                begin()
            }
            return values.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}
