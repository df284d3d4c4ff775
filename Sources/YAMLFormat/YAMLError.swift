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

    /// `line 3, column 5: message`.
    public var description: String { "line \(line), column \(column): \(message)" }
}

/// A place in a file, both counted from 1.
struct YAMLPosition: Equatable {
    var line: Int
    var column: Int

    func error(_ message: String) -> YAMLError { YAMLError(line: line, column: column, message: message) }
}
