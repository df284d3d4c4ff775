import Foundation
import JSONValue
import KubeClient
import YAMLFormat

/// The two streams of the program.
enum Console {
    /// Writes a result.
    static func say(_ text: String) {
        // What nobody reads any more, as behind `head`, is no error of this program.
        try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }

    /// Writes a problem or a note on a line of its own.
    static func complain(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data((line.onOneLine + "\n").utf8))
    }

    /// Writes a result as data.
    static func say(_ value: JSONValue, _ format: OutputFormat) {
        say(format == .yaml ? YAML.text(value) : value.indented + "\n")
    }
}

extension String {
    /// The text without control characters: names and values come from files and servers, and go to a terminal.
    var onOneLine: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: " "
                    default: scalar
                    }
                }))
    }
}

extension Requester {
    /// Who runs this program.
    static let caller = Requester(account: "the user of your context (or of --as)", machine: "this machine")
}

extension Error {
    /// What is wrong, one sentence a problem; what to do is said to who runs this program.
    var sentences: [String] {
        switch self {
        case let failure as CommandFailure: failure.problems
        case let error as APIError: [error.message(for: .caller)]
        default: ["\(self)"]
        }
    }
}

/// Why a command cannot do what was asked: one sentence a problem.
struct CommandFailure: Error {
    var problems: [String]

    init(_ problem: String) { problems = [problem] }

    init(_ problems: [String]) { self.problems = problems }
}
