package import SeededRandom

extension SplitMix64 {
    /// Whether something with this many chances in a hundred happens.
    package mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    package mutating func pick<Element>(_ choices: [Element]) -> Element? { choices.randomElement(using: &self) }
}
