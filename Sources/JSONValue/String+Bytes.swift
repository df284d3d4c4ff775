// String's own `==` and `<` use canonical equivalence; JSON compares code units (RFC 8259 section 8.3).
extension String {
    /// Whether both strings consist of the same UTF-8 bytes.
    func hasSameBytes(as other: String) -> Bool {
        byteOrder(relativeTo: other) == 0
    }

    /// Whether this string comes before `other` in the order of their UTF-8 bytes.
    func precedesByBytes(_ other: String) -> Bool {
        byteOrder(relativeTo: other) < 0
    }

    /// Negative, zero or positive as this string's UTF-8 bytes come before, equal or come after those of `other`.
    func byteOrder(relativeTo other: String) -> Int {
        let mine = utf8Span.span
        let others = other.utf8Span.span
        let common = min(mine.count, others.count)
        var index = 0
        while index < common {
            let difference = Int(mine[index]) - Int(others[index])
            if difference != 0 { return difference }
            index += 1
        }
        return mine.count - others.count
    }
}
