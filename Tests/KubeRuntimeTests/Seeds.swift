import Glibc
import KubeRuntime
import SeededRandom

extension SplitMix64 {
    /// True once in `odds` times.
    mutating func once(in odds: Int) -> Bool { Int.random(in: 0..<odds, using: &self) == 0 }
}

/// The seeds of a property test; each is an argument of the test, so that a failure names it.
/// `PROPERTY_SEEDS=5000` runs more of them, `PROPERTY_SEED=17` runs only that one.
enum Seeds {
    static func upTo(_ count: UInt64) -> [UInt64] {
        if let one = number("PROPERTY_SEED") { return [one] }
        return Array(0..<(number("PROPERTY_SEEDS") ?? count))
    }

    private static func number(_ variable: String) -> UInt64? {
        unsafe getenv(variable).flatMap { unsafe UInt64(String(cString: $0)) }
    }
}

extension Moment {
    /// Whole seconds on the timeline of a test.
    static func seconds(_ seconds: Int) -> Moment { Moment(.seconds(seconds)) }
    static func milliseconds(_ milliseconds: Int) -> Moment { Moment(.milliseconds(milliseconds)) }
}
