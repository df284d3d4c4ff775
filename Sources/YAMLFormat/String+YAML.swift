extension String {
    /// The string on one line: plain where every reader takes it for this very string, else in double quotes.
    var yamlInline: String { isPlainInYAML ? self : yamlQuoted }

    /// The string in double quotes, with an escape for everything that is not printable in both YAML versions.
    var yamlQuoted: String {
        var result = "\""
        for scalar in unicodeScalars { result += scalar.escaped }
        return result + "\""
    }

    /// Whether the string can stand without quotes as a key and as a value in block context.
    private var isPlainInYAML: Bool {
        guard let first = unicodeScalars.first, let last = unicodeScalars.last else { return false }
        // Indicators and blanks at the ends are left to quotes, also where YAML would allow some of them.
        guard first.isPlainAtStart, last != " ", last != ":" else { return false }
        guard !utf8.starts(with: "...".utf8) else { return false }
        var before: Unicode.Scalar = first
        for scalar in unicodeScalars {
            guard scalar.isPrintableInLine, scalar != "\t" else { return false }
            if before == ":" && scalar == " " || before == " " && scalar == "#" { return false }
            before = scalar
        }
        return PlainScalar(self) == .string
    }
}

extension Unicode.Scalar {
    /// Whether the character is printable in YAML 1.1 and 1.2 and no line break in either; a tab counts.
    var isPrintableInLine: Bool {
        switch value {
        case 0x09, 0x20...0x7E: true
        // U+00A0 looks like a blank, U+2028 and U+2029 break lines in YAML 1.1, U+FEFF is the byte order mark.
        case 0xA1...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// Letters, digits, and the signs that no YAML version gives a meaning at the beginning of a scalar.
    fileprivate var isPlainAtStart: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9", "/", "_", ".", "$", "(", ")", "+", "^", ";", "\\": true
        default: value > 0xA0
        }
    }

    /// The character inside double quotes.
    var escaped: String {
        switch self {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\t": return "\\t"
        case "\r": return "\\r"
        default: break
        }
        if isPrintableInLine { return String(self) }
        let digits = String(value, radix: 16, uppercase: true)
        let width = value > 0xFFFF ? 8 : 4
        return (width == 8 ? "\\U" : "\\u") + String(repeating: "0", count: width - digits.utf8.count) + digits
    }
}
