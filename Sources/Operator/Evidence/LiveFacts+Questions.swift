import TrafficModel

extension LiveFacts {
    /// Asks what a check needs to know until no answer leads to a further question, and keeps the answers.
    ///
    /// - Parameters:
    ///   - answer: what is known so far; nil: that was not read yet.
    ///   - needed: what the check would like to know beyond what is known.
    /// - Returns: everything that was asked, what is answered already included.
    mutating func ask(_ answer: (FactQuery) -> TrafficModel.FactAnswer?, _ needed: (LiveFacts) -> [FactQuery])
        -> Set<FactQuery>
    {
        var asked: Set<FactQuery> = []
        while true {
            let fresh = Set(needed(self)).subtracting(asked)
            asked.formUnion(fresh)
            let found = fresh.compactMap { query in answer(query).map { (query, $0) } }
            guard !found.isEmpty else { return asked }
            answers.merge(found) { _, new in new }
        }
    }
}
