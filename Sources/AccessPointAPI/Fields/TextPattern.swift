import KubeModel

/// A form of text that a field demands; each is a regular expression of the schema and a check of bytes here.
enum TextPattern: CaseIterable {
    case label
    case labelValue
    case pointer
    case addressRange
    case hostName
    case percent
    case percentFromOne
    case conditionType
    case conditionReason
    case exactHostName
    case requestPath
    case headerName

    /// The expression that the CRD holds for it.
    var expression: String {
        switch self {
        case .label: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
        case .labelValue: "^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$"
        case .pointer: "^/"
        case .addressRange: "^[0-9A-Fa-f:.]+/[0-9]{1,3}$"
        case .hostName:
            #"^(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$"#
        case .percent: "^(100|[1-9]?[0-9])%$"
        case .percentFromOne: "^(100|[1-9][0-9]?)%$"
        case .conditionType:
            #"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"#
                + "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
        case .conditionReason: "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
        case .exactHostName: #"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"#
        case .requestPath: #"^/[!"$-~]*$"#
        case .headerName: "^[-A-Za-z0-9]+$"
        }
    }

    /// The rule for people.
    var message: String {
        switch self {
        case .label: "must consist of lower case letters, digits and '-', and begin and end with a letter or digit"
        case .labelValue:
            "must consist of letters, digits, '-', '_' and '.', and begin and end with a letter or digit"
        case .pointer: "must be a JSON pointer that begins with '/'"
        case .addressRange: "must be a block of addresses such as 203.0.113.0/24 or 2001:db8::/32"
        case .hostName:
            "must be a full DNS name in lower case such as shop.example.com, or one whose first label is '*'"
        case .percent: "must be a number or a percentage from 0% to 100%"
        case .percentFromOne: "must be a number or a percentage from 1% to 100%"
        case .conditionType: "must be the name of a condition"
        case .conditionReason: "must be one CamelCase word"
        case .exactHostName: "must be a DNS name in lower case and without a wildcard"
        case .requestPath: "must begin with '/' and hold no blank, '#' or character outside ASCII"
        case .headerName: "must consist of letters, digits and '-'"
        }
    }

    func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return switch self {
        case .label: Self.isWord(bytes, inside: "-") && !bytes.contains(where: Self.isUpper)
        case .labelValue: Self.isWord(bytes, inside: "-_.")
        case .pointer: bytes.first == UInt8(ascii: "/")
        case .addressRange: Self.isAddressRange(bytes)
        case .hostName: Self.isHostName(text)
        case .percent: Self.isPercent(bytes)
        case .percentFromOne: Self.isPercent(bytes) && text != "0%"
        case .conditionType: Self.isConditionType(text)
        case .conditionReason: Self.isReason(bytes)
        case .exactHostName: DNSNames.isSubdomain(text)
        case .requestPath:
            bytes.first == UInt8(ascii: "/")
                && bytes.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }
        case .headerName:
            !bytes.isEmpty && bytes.allSatisfy { Self.isLetter($0) || Self.isDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isUpper(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        isUpper(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Letters and digits at both ends; between them also the bytes of `inside`.
    private static func isWord(_ bytes: [UInt8], inside: String) -> Bool {
        let isPlain = { (byte: UInt8) in isLetter(byte) || isDigit(byte) }
        guard let first = bytes.first, let last = bytes.last, isPlain(first), isPlain(last) else { return false }
        return bytes.allSatisfy { isPlain($0) || inside.utf8.contains($0) }
    }

    /// The form alone; whether the numbers make sense only code can tell.
    private static func isAddressRange(_ bytes: [UInt8]) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, let address = parts.first, let length = parts.last, !address.isEmpty else {
            return false
        }
        return (1...3).contains(length.count) && length.allSatisfy(isDigit)
            && address.allSatisfy { isDigit($0) || (0x61...0x66).contains($0 | 0x20) || ":.".utf8.contains($0) }
    }

    /// At least two labels, of which the last begins with a letter: nothing that could be taken for an IP address.
    private static func isHostName(_ text: String) -> Bool {
        let name = text.hasPrefix("*.") ? String(text.dropFirst(2)) : text
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count > 1, labels.allSatisfy({ DNSNames.isLabel(String(Substring($0))) }) else { return false }
        return labels.last?.first.map { !isDigit($0) } ?? false
    }

    /// `0%` to `100%` without leading zeros.
    private static func isPercent(_ bytes: [UInt8]) -> Bool {
        guard bytes.last == UInt8(ascii: "%") else { return false }
        let digits = bytes.dropLast()
        guard (1...3).contains(digits.count), digits.allSatisfy(isDigit) else { return false }
        guard digits.first != UInt8(ascii: "0") || digits.count == 1 else { return false }
        return digits.count < 3 || digits.elementsEqual("100".utf8)
    }

    private static func isConditionType(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.last, isWord(Array(name), inside: "-_.") else { return false }
        guard parts.count == 2, let prefix = parts.first else { return true }
        return DNSNames.isSubdomain(String(Substring(prefix)))
    }

    private static func isReason(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, let last = bytes.last, isLetter(first) else { return false }
        let isPlain = { (byte: UInt8) in isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") }
        return isPlain(last) && bytes.allSatisfy { isPlain($0) || ",:".utf8.contains($0) }
    }
}
