import JSONValue

/// What a scalar without quotes means, if all readers of YAML agree about it.
///
/// The readers are those of YAML 1.2's core schema (section 10.3.2), of YAML 1.1's types (yaml.org/type) as PyYAML and
/// libraries like it read them, and of kubectl (sigs.k8s.io/yaml on go-yaml v2, `resolve.go`), which lies between:
///
/// | plain scalar                         | YAML 1.2 core | YAML 1.1    | kubectl     | here                      |
/// |--------------------------------------|---------------|-------------|-------------|---------------------------|
/// | `null` `Null` `NULL` `~`, empty      | null          | null        | null        | null                      |
/// | `true` `True` `TRUE`, `false`...     | boolean       | boolean     | boolean     | boolean                   |
/// | `yes` `no` `on` `off` `y` `n`...     | string        | boolean     | boolean     | refused                   |
/// | `0` `12` `-3` `+4`                   | integer       | integer     | integer     | integer, exact            |
/// | `1.5` `.5` `5.` `1.5e+3`             | float         | float       | float       | number, exact             |
/// | `1e3` `1.5e3`                        | float         | string      | float       | number, since JSON has it |
/// | `017` `08` `-01` `00.5`              | decimal       | octal...    | octal...    | refused                   |
/// | `1e400`                              | float         | float       | string      | refused                   |
/// | `0x1F`                               | integer       | integer     | integer     | integer within 64 bits    |
/// | `0o17`                               | octal         | string      | octal (new) | refused                   |
/// | `0b11` `-0x1F` `0X1F` `0O17`         | string        | integer...  | integer     | refused                   |
/// | `1_000` `1_0.5`                      | string        | number      | number      | refused                   |
/// | `12:30` `1:20:30.5`                  | string        | base 60     | string      | refused                   |
/// | `2026-01-31` `2026-01-31T08:00:00Z`  | string        | timestamp   | string      | refused                   |
/// | `.inf` `-.INF` `.nan`                | float         | float       | float       | refused: JSON has none    |
/// | `<<`                                 | string        | merge       | merge (key) | refused                   |
/// | `=`                                  | string        | value       | string      | string                    |
/// | everything else                      | string        | string      | string      | string                    |
enum PlainScalar: Equatable {
    /// It is its own text.
    case string
    /// It is null, a boolean or a number.
    case value(JSONValue)
    /// Readers disagree; the reason says how to write what is meant.
    case ambiguous(String)

    /// Classifies the text of a plain scalar.
    init(_ text: String) {
        guard let first = text.utf8.first else {
            self = .value(.null)
            return
        }
        switch Unicode.Scalar(first) {
        case "~": self = text.utf8.count > 1 ? .string : .value(.null)
        case "0"..."9", "+", "-", ".": self = PlainNumber.classify(text)
        // The first letters of all words below, which are short; anything else is a string at once.
        case "y", "Y", "n", "N", "t", "T", "f", "F", "o", "O", "<":
            self = text.utf8.count <= 5 ? Self.word(text) : .string
        default: self = .string
        }
    }

    private static func word(_ text: String) -> PlainScalar {
        switch text {
        case "null", "Null", "NULL": .value(.null)
        case "true", "True", "TRUE": .value(.bool(true))
        case "false", "False", "FALSE": .value(.bool(false))
        case "yes", "Yes", "YES", "y", "Y", "on", "On", "ON": boolean(text, "true")
        case "no", "No", "NO", "n", "N", "off", "Off", "OFF": boolean(text, "false")
        case "<<": .ambiguous("<< merges mappings in YAML 1.1; write it in quotes")
        default: .string
        }
    }

    private static func boolean(_ text: String, _ meaning: String) -> PlainScalar {
        .ambiguous(
            "\(text) is a boolean in YAML 1.1 and for kubectl, but a string in YAML 1.2; "
                + "write \(meaning), or \"\(text)\" in quotes")
    }
}
