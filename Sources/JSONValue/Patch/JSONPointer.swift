/// The address of one value inside a JSON document (RFC 6901), compared by the bytes of its tokens.
public struct JSONPointer: Sendable {
    /// The unescaped steps from the root; none addresses the whole document.
    public var tokens: [String]

    /// Addresses what the steps `tokens` (not escaped) lead to.
    public init(tokens: [String]) {
        self.tokens = tokens
    }

    /// Reads a pointer: the empty text, or steps that each begin with `/`, with `~1` for `/` and `~0` for `~`.
    ///
    /// - Parameter text: the pointer as a string (not in its URI form).
    /// - Throws: `JSONPointerError` with the offset of what is wrong.
    public init(_ text: String) throws(JSONPointerError) {
        tokens = []
        guard !text.isEmpty else { return }
        var token: [UInt8] = []
        var offset = 0
        var isEscape = false
        for byte in text.utf8 {
            switch (isEscape, byte) {
            case (true, UInt8(ascii: "0")): token.append(UInt8(ascii: "~"))
            case (true, UInt8(ascii: "1")): token.append(UInt8(ascii: "/"))
            case (true, _): throw JSONPointerError(pointer: text, offset: offset - 1, reason: .invalidEscape)
            case (false, UInt8(ascii: "~")): break
            case (false, UInt8(ascii: "/")):
                if offset > 0 { tokens.append(String(decoding: token, as: UTF8.self)) }
                token.removeAll(keepingCapacity: true)
            case (false, _):
                guard offset > 0 else { throw JSONPointerError(pointer: text, offset: 0, reason: .missingSlash) }
                token.append(byte)
            }
            isEscape = !isEscape && byte == UInt8(ascii: "~")
            if offset == 0, byte != UInt8(ascii: "/") {
                throw JSONPointerError(pointer: text, offset: 0, reason: .missingSlash)
            }
            offset += 1
        }
        guard !isEscape else { throw JSONPointerError(pointer: text, offset: offset - 1, reason: .invalidEscape) }
        tokens.append(String(decoding: token, as: UTF8.self))
    }

    /// The address of the child `token` (not escaped) of what this addresses.
    public func appending(_ token: String) -> JSONPointer {
        JSONPointer(tokens: tokens + [token])
    }

    /// The address of the ancestor reached by the first `count` steps.
    func prefix(_ count: Int) -> JSONPointer {
        JSONPointer(tokens: Array(tokens.prefix(count)))
    }

    /// Whether this addresses what `other` addresses or an ancestor of it.
    func isPrefix(of other: JSONPointer) -> Bool {
        other.prefix(tokens.count) == self
    }

    /// The array index that `token` spells: digits without leading zeros (RFC 6901 section 4), nil for all else.
    static func arrayIndex(_ token: String) -> Int? {
        let digits = token.utf8
        guard digits.first != UInt8(ascii: "0") || digits.count == 1 else { return nil }
        guard !digits.isEmpty, digits.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
        return Int(token)
    }
}

extension JSONPointer: Hashable {
    /// Compares tokens by bytes.
    public static func == (left: JSONPointer, right: JSONPointer) -> Bool {
        left.tokens.count == right.tokens.count
            && zip(left.tokens, right.tokens).allSatisfy { $0.hasSameBytes(as: $1) }
    }

    /// Feeds the tokens into `hasher`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(tokens)
    }
}

extension JSONPointer: CustomStringConvertible {
    /// The pointer as text, escaped.
    public var description: String {
        var text: [UInt8] = []
        for token in tokens {
            text.append(UInt8(ascii: "/"))
            for byte in token.utf8 {
                switch byte {
                case UInt8(ascii: "~"): text.append(contentsOf: "~0".utf8)
                case UInt8(ascii: "/"): text.append(contentsOf: "~1".utf8)
                default: text.append(byte)
                }
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension JSONValue {
    /// The value that `pointer` addresses in this document, nil if there is none.
    ///
    /// Nothing is at `-`, the place after the last element of an array.
    public func value(at pointer: JSONPointer) -> JSONValue? {
        var current = self
        for token in pointer.tokens {
            switch current {
            case .object(let object):
                guard let next = object[token] else { return nil }
                current = next
            case .array(let elements):
                guard let index = JSONPointer.arrayIndex(token), index < elements.count else { return nil }
                current = elements[index]
            default: return nil
            }
        }
        return current
    }
}
