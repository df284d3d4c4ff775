/// Makes text fit for messages of a status: of one line, of bounded length, and of bounded number.
enum Text {
    /// The text without control characters and line breaks, each run of which becomes one blank.
    ///
    /// Messages carry words of member clusters, which must not be able to draw on a person's terminal.
    static func clean(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if !isControl(scalar) {
                result.append(scalar)
            } else if result.last != " " {
                result.append(" ")
            }
        }
        return String(result)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format: true
        default: false
        }
    }

    /// At most `limit` Unicode scalars of the text, which is what a schema's `maxLength` counts.
    ///
    /// No character that consists of several scalars is cut through; a text that was cut ends in an ellipsis.
    static func cut(_ text: String, to limit: Int) -> String {
        // Bytes are at least as many as scalars, and counting them is cheap.
        guard text.utf8.count > limit, text.unicodeScalars.count > limit else { return text }
        guard limit > 0 else { return "" }
        var (result, count) = ("", 0)
        for character in text {
            let length = character.unicodeScalars.count
            guard count + length < limit else { break }
            result.append(character)
            count += length
        }
        return result + "…"
    }

    /// At most `limit` Unicode scalars of the text, two thirds of them from its beginning and the others from its end:
    /// what to do stands at the end of what an error says.
    static func squeezed(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit, text.unicodeScalars.count > limit else { return text }
        var (end, count) = ([Character](), 0)
        for character in text.reversed() {
            let length = character.unicodeScalars.count
            guard count + length <= limit / 3 else { break }
            end.append(character)
            count += length
        }
        return cut(text, keeping: String(end.reversed()), to: limit)
    }

    /// The text cut so that `end` still fits behind it: what a person has to type must not be lost.
    static func cut(_ text: String, keeping end: String, to limit: Int) -> String {
        cut(text, to: max(0, limit - end.unicodeScalars.count)) + end
    }

    /// The first items with a separator between them, and a count of the others.
    static func list(_ items: [String], most: Int, by separator: String = ", ") -> String {
        let shown = items.prefix(most).joined(separator: separator)
        return items.count > most ? "\(shown) and \(items.count - most) more" : shown
    }
}
