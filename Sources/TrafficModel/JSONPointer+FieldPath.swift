public import JSONValue

extension JSONPointer {
    /// The place as people write it: `spec.http[0].route[1].destination.host`.
    ///
    /// A member whose name is not a plain word stands in brackets and quotes: `metadata.annotations["a.b/c"]`.
    public var fieldPath: String {
        var path = ""
        for token in tokens {
            if !token.isEmpty, token.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
                path += "[\(token)]"
            } else if Self.isWord(token) {
                path += path.isEmpty ? token : ".\(token)"
            } else {
                path += "[\"\(token)\"]"
            }
        }
        return path
    }

    private static func isWord(_ token: String) -> Bool {
        guard let first = token.utf8.first, isLetter(first) else { return false }
        return token.utf8.allSatisfy {
            isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }
}
