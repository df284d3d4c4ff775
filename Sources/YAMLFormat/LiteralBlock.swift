/// A string of several lines as a literal block scalar, if that says it exactly.
struct LiteralBlock {
    /// How far the lines stand right of the collection that holds the block.
    static let indent = 2

    /// `|` with the indicators that keep the ends of the string.
    let header: String
    /// The lines below the header, without line breaks.
    let lines: [String]

    /// Nil if the string is a single line without a line break at its end, or if a literal block would change it.
    init?(_ string: String) {
        let newline = UInt8(ascii: "\n")
        guard string.utf8.contains(newline), string.utf8.contains(where: { $0 != newline }) else { return nil }
        guard string.unicodeScalars.allSatisfy({ $0 == "\n" || $0.isPrintableInLine }) else { return nil }
        var lines = string.utf8.split(separator: newline, omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        // Readers disagree about lines of blanks only, and some about a tab where they expect the indentation.
        guard lines.allSatisfy({ $0.isEmpty || $0.utf8.contains { $0 != UInt8(ascii: " ") } }),
            lines.allSatisfy({ $0.utf8.first != UInt8(ascii: "\t") })
        else { return nil }
        var chomping = "-"
        if lines.last?.isEmpty == true {
            lines.removeLast()
            chomping = lines.last?.isEmpty == true ? "+" : ""
        }
        // Without the indicator a reader would take the blanks of the first line for indentation.
        let first = lines.first?.utf8.first
        let needsIndicator = first == nil || first == UInt8(ascii: " ")
        header = "|" + (needsIndicator ? "\(Self.indent)" : "") + chomping
        self.lines = lines
    }
}
