/// Why a text is not accepted as JSON, and at which byte.
public struct JSONError: Error, Hashable, Sendable {
    /// The classes of refusal.
    public enum Reason: Hashable, Sendable {
        /// The document is longer than the limit in bytes.
        case tooLong(maxBytes: Int)
        /// Arrays and objects nest deeper than the limit.
        case tooDeep(maxDepth: Int)
        /// The text ends where something is still due.
        case unexpectedEnd(expected: String)
        /// A byte that cannot stand here.
        case unexpectedByte(UInt8, expected: String)
        /// A byte below 0x20 inside a string.
        case controlByte(UInt8)
        /// A backslash followed by something other than `"\/bfnrt` or `u` and four hexadecimal digits.
        case invalidEscape
        /// A `\u` escape of one half of a surrogate pair without the other half.
        case loneSurrogate
        /// Bytes that are not UTF-8 (overlong forms and encoded surrogates included).
        case invalidUTF8
        /// A key that occurs twice in one object.
        case duplicateKey(String)
        /// An exponent of more than 15 digits, as written or after normalisation.
        case exponentOutOfRange
        /// Something after the end of the document.
        case trailingBytes
    }

    /// The offset in bytes from the start of the text.
    public let offset: Int
    /// What is wrong there.
    public let reason: Reason

    /// Makes an error.
    public init(offset: Int, reason: Reason) {
        self.offset = offset
        self.reason = reason
    }

    /// What is wrong, and the remedy, without the offset.
    public var message: String {
        switch reason {
        case .tooLong(let maxBytes): "the document is longer than \(maxBytes) bytes; split it"
        case .tooDeep(let maxDepth): "arrays and objects nest deeper than \(maxDepth) levels; flatten the document"
        case .unexpectedEnd(let expected): "the text ends where \(expected) is due; is it cut off?"
        case .unexpectedByte(let byte, let expected): "\(Self.name(of: byte)) stands where \(expected) is due"
        case .controlByte(let byte): "a string contains the raw byte \(Self.hex(byte)); write it as an escape"
        case .invalidEscape:
            "a backslash must be followed by one of \"\\/bfnrt or by u and four hexadecimal digits"
        case .loneSurrogate: "a \\u escape names one half of a surrogate pair; write both halves or the character"
        case .invalidUTF8: "the bytes are not UTF-8; encode the text as UTF-8"
        case .duplicateKey(let key): "the key \"\(key)\" occurs twice in one object; remove one of them"
        case .exponentOutOfRange: "the exponent of a number is beyond ±999999999999999; write the number differently"
        case .trailingBytes: "the document has ended, but more text follows; remove it"
        }
    }

    private static func name(of byte: UInt8) -> String {
        (0x21..<0x7F).contains(byte) ? "'\(Unicode.Scalar(byte))'" : "the byte \(hex(byte))"
    }

    private static func hex(_ byte: UInt8) -> String {
        "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
}

extension JSONError: CustomStringConvertible {
    /// What was attempted, where it failed, why, and what to do.
    public var description: String { "cannot parse JSON at byte \(offset): \(message)" }
}
