/// Why a text is not a JSON Pointer, and at which byte.
public struct JSONPointerError: Error, Hashable, Sendable {
    /// The classes of refusal.
    public enum Reason: Hashable, Sendable {
        /// The text is neither empty nor begins with `/`.
        case missingSlash
        /// A `~` that is not followed by `0` or `1`.
        case invalidEscape
    }

    /// The text that was refused.
    public let pointer: String
    /// The offset in bytes from the start of the text.
    public let offset: Int
    /// What is wrong there.
    public let reason: Reason

    /// What is wrong, and the remedy.
    public var message: String {
        switch reason {
        case .missingSlash: "a JSON Pointer is empty or begins with \"/\"; write \"/\" before the first step"
        case .invalidEscape:
            "\"~\" at byte \(offset) must be followed by 0 or 1; write \"~0\" for \"~\" and \"~1\" for \"/\""
        }
    }
}

extension JSONPointerError: CustomStringConvertible {
    /// What was attempted, on what, why it failed, and what to do.
    public var description: String { "cannot read the JSON Pointer \"\(pointer)\": \(message)" }
}
