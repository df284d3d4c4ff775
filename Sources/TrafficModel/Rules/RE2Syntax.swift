/// Checks whether a regular expression is one of RE2, as Go's `regexp/syntax` reads it.
///
/// Names of Unicode classes are taken as they are; all else that Go refuses is refused: what RE2 lacks (backreferences,
/// looking around), what is not closed, and repetitions of nothing, of repetitions or of more than a thousand.
struct RE2Syntax {
    /// The longest expression that Istio takes.
    static let longest = 1024

    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0
    /// Whether something stands before the present place that can be repeated.
    private var isRepeatable = false
    private var isRepetition = false

    private init(_ text: String) { bytes = Array(text.utf8) }

    /// What is wrong with an expression; nil if nothing is.
    static func problem(of text: String) -> String? {
        guard !text.isEmpty else { return "the expression is empty" }
        guard text.utf8.count <= longest else { return "the expression is longer than \(longest) bytes" }
        var syntax = RE2Syntax(text)
        do {
            try syntax.scan()
            return nil
        } catch {
            return "the expression \(error.what)"
        }
    }

    private struct Fault: Error {
        let what: String

        init(_ what: String) { self.what = what }
    }

    private mutating func scan() throws(Fault) {
        while let byte = next() {
            switch byte {
            case UInt8(ascii: "("): try openGroup()
            case UInt8(ascii: ")"):
                guard depth > 0 else { throw Fault("closes a group that is not open") }
                depth -= 1
                operand()
            case UInt8(ascii: "|"): startsBranch()
            case UInt8(ascii: "["): try bracket()
            case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"): try repeated()
            case UInt8(ascii: "{"): try counted()
            case UInt8(ascii: "\\"): try escape(inBracket: false)
            default: operand()
            }
        }
        if depth > 0 { throw Fault("has a group that is not closed") }
    }

    private mutating func next() -> UInt8? {
        guard index < bytes.count else { return nil }
        defer { index += 1 }
        return bytes[index]
    }

    private func peek(_ offset: Int = 0) -> UInt8? {
        index + offset < bytes.count ? bytes[index + offset] : nil
    }

    private mutating func operand() { (isRepeatable, isRepetition) = (true, false) }

    private mutating func startsBranch() { (isRepeatable, isRepetition) = (false, false) }

    private mutating func openGroup() throws(Fault) {
        let wasRepeatable = isRepeatable
        depth += 1
        guard depth <= 1000 else { throw Fault("nests too deep") }
        startsBranch()
        guard peek() == UInt8(ascii: "?") else { return }
        index += 1
        if peek() == UInt8(ascii: "P") { index += 1 }
        if peek() == UInt8(ascii: "<") {
            index += 1
            let name = bytes[index...].prefix { HostSyntax.isAlphanumeric($0) || $0 == UInt8(ascii: "_") }
            index = name.endIndex
            // (?<= and (?<! look behind.
            guard !name.isEmpty, next() == UInt8(ascii: ">") else {
                throw Fault("looks behind, or names a group wrongly, which RE2 does not know")
            }
            return
        }
        while let byte = next() {
            switch byte {
            case UInt8(ascii: ":"): return
            case UInt8(ascii: ")"):
                // Flags are no operand: what follows repeats what stands before them.
                depth -= 1
                isRepeatable = wasRepeatable
                return
            case _ where "imsU-".utf8.contains(byte): continue
            default: throw Fault("looks around, or sets a flag, which RE2 does not know")
            }
        }
        throw Fault("has a group that is not closed")
    }

    private mutating func repeated() throws(Fault) {
        guard isRepeatable else { throw Fault("repeats nothing") }
        guard !isRepetition else { throw Fault("repeats a repetition") }
        if peek() == UInt8(ascii: "?") { index += 1 }
        isRepetition = true
    }

    /// `{n}`, `{n,}` or `{n,m}`; anything else is plain text.
    private mutating func counted() throws(Fault) {
        let start = index
        let first = digits()
        var last = first
        if peek() == UInt8(ascii: ",") {
            index += 1
            last = digits()
        }
        guard let first, peek() == UInt8(ascii: "}") else {
            index = start
            return operand()
        }
        index += 1
        guard first <= 1000, last ?? first <= 1000, first <= last ?? first else {
            throw Fault("repeats more than a thousand times, or less at most than at least")
        }
        try repeated()
    }

    private mutating func digits() -> Int? {
        let digits = bytes[index...].prefix { HostSyntax.isDigit($0) }
        index = digits.endIndex
        guard !digits.isEmpty else { return nil }
        return Int(String(decoding: digits, as: UTF8.self)) ?? Int.max
    }

    private mutating func bracket() throws(Fault) {
        if peek() == UInt8(ascii: "^") { index += 1 }
        var isFirst = true
        while let byte = next() {
            if byte == UInt8(ascii: "]"), !isFirst { return operand() }
            isFirst = false
            if byte == UInt8(ascii: "["), peek() == UInt8(ascii: ":") {
                skipNamedClass()
            } else if byte == UInt8(ascii: "\\") {
                try escape(inBracket: true)
            }
        }
        throw Fault("has a class that is not closed")
    }

    private mutating func skipNamedClass() {
        let rest = bytes[(index + 1)...]
        guard let colon = rest.firstIndex(of: UInt8(ascii: ":")), colon + 1 < bytes.count,
            bytes[colon + 1] == UInt8(ascii: "]")
        else { return }
        index = colon + 2
    }

    private mutating func escape(inBracket: Bool) throws(Fault) {
        guard let byte = next() else { throw Fault("ends with a backslash") }
        defer { operand() }
        switch byte {
        case UInt8(ascii: "1")...UInt8(ascii: "7"):
            guard let following = peek(), (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(following) else {
                throw Fault("refers back, which RE2 cannot")
            }
        case UInt8(ascii: "p"), UInt8(ascii: "P"):
            guard let name = next() else { throw Fault("has a class without a name") }
            guard name == UInt8(ascii: "{") else { return }
            guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "}")) else {
                throw Fault("has a class that is not closed")
            }
            index = end + 1
        case UInt8(ascii: "Q") where !inBracket: skipQuotation()
        case UInt8(ascii: "x"): try hexadecimal()
        case _ where "dDsSwWafnrtv0".utf8.contains(byte): break
        case _ where !inBracket && "AzbBC".utf8.contains(byte): break
        case _ where HostSyntax.isAlphanumeric(byte) || byte >= 0x80:
            throw Fault("has an escape that RE2 does not know")
        default: break
        }
    }

    /// `\Q...\E`, or to the end.
    private mutating func skipQuotation() {
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "E") {
                index += 2
                return
            }
            index += 1
        }
    }

    private mutating func hexadecimal() throws(Fault) {
        let isBraced = peek() == UInt8(ascii: "{")
        if isBraced { index += 1 }
        let digits = bytes[index...].prefix {
            HostSyntax.isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0 | 0x20)
        }
        let count = isBraced ? digits.count : min(2, digits.count)
        index += count
        guard isBraced ? (1...6).contains(count) && next() == UInt8(ascii: "}") : count == 2 else {
            throw Fault("has a number of a character that is not whole")
        }
    }
}
