/// The guards of the requests that change a member, as a value.
///
/// Executables can only build the full set. Tests take one out at a time and show what harm is done then: a guard that
/// no test misses is not tested.
struct WriteGuards: Sendable, Hashable {
    /// One guard.
    enum Guard: String, Sendable, Hashable, CaseIterable {
        /// An object is changed or deleted only as the very one that was read, not as another of its name.
        case uid
        /// An object is changed or deleted only in the state that was read, and created only where nothing is.
        case resourceVersion
        /// Only what carries our uid in a complete list is deleted.
        case deleteProof
        /// A request is sent only while this process may lead.
        case lease
    }

    private let missing: Guard?

    /// All guards.
    static let full = WriteGuards(without: nil)

    /// All guards but one, for tests.
    init(without guarded: Guard?) { missing = guarded }

    func has(_ guarded: Guard) -> Bool { missing != guarded }
}
