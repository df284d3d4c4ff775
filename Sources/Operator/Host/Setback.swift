/// Why a reconcile could not go on, in words for the log.
struct Setback: Error, Sendable, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
