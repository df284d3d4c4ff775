/// Says what is wrong in a YAML file, and where.
public struct YAMLError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The line, counted from 1.
    public let line: Int
    /// The character in the line, counted from 1.
    public let column: Int
    /// What is wrong and what would be right.
    public let message: String

    /// Makes an error about a place.
    public init(line: Int, column: Int, message: String) {
        self.line = line
        self.column = column
        self.message = message
    }

    /// The message without the text of the input that it quotes, for files that hold secrets: what a plain token looks
    /// like to YAML, an alias or a number, is quoted too.
    public var messageWithoutInput: String {
        // Messages quote one piece of the input at most, always in double quotes.
        guard let start = message.utf8.firstIndex(of: UInt8(ascii: "\"")),
            let end = message.utf8.lastIndex(of: UInt8(ascii: "\"")), start < end
        else { return message }
        return "\(message[..<start])...\(message[message.utf8.index(after: end)...])"
    }

    /// `line 3, column 5: message`.
    public var description: String { "line \(line), column \(column): \(message)" }
}

/// A place in a file, both counted from 1.
struct YAMLPosition: Equatable {
    var line: Int
    var column: Int

    func error(_ message: String) -> YAMLError { YAMLError(line: line, column: column, message: message) }
}
