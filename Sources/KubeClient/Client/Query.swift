/// Builds the query of a request target; every name and value is percent-encoded.
struct Query {
    private(set) var text = ""

    /// Adds a parameter unless its value is nil.
    mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        text += "\(text.isEmpty ? "?" : "&")\(Self.encoded(name))=\(Self.encoded(value))"
    }

    /// Adds `name=true` if it holds.
    mutating func add(_ name: String, if holds: Bool) {
        if holds { add(name, "true") }
    }

    /// Everything but the unreserved characters of RFC 3986 section 2.3 as `%XX`.
    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
