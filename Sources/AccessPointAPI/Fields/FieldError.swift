/// Says which field of an object is wrong, and what would be right.
public struct FieldError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The path of the field, such as `spec.overrides[2].jsonPatch[0].path`; empty for the object itself.
    public let path: String
    /// What is wrong and what would be right, to be read after the path.
    public let message: String

    /// Makes an error about the field at `path`.
    public init(path: String, message: String) {
        self.path = path
        self.message = message
    }

    /// `path: message`.
    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// Every field of an object that is wrong, in the order of the schema; never empty.
public struct FieldErrors: Error, Sendable, Hashable, CustomStringConvertible {
    /// The single errors.
    public let errors: [FieldError]

    /// Collects `errors`; nil if there are none.
    public init?(_ errors: [FieldError]) {
        guard !errors.isEmpty else { return nil }
        self.errors = errors
    }

    init(_ error: FieldError) { errors = [error] }

    /// The first errors, eight at most, and a count of the others.
    public var description: String {
        let shown = errors.prefix(8).map(\.description).joined(separator: "; ")
        return errors.count > 8 ? "\(shown); and \(errors.count - 8) more" : shown
    }
}

/// Composes the paths of fields.
enum FieldPath {
    static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    static func item(_ path: String, _ index: Int) -> String { "\(path)[\(index)]" }

    static func member(_ path: String, _ key: String) -> String { "\(path)[\"\(Excerpt.of(key))\"]" }
}

/// Cuts a text of unknown length and content so that it can be part of a message.
enum Excerpt {
    /// `text` without line breaks and other control characters, 64 Unicode scalars at most.
    static func of(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for (count, scalar) in text.unicodeScalars.enumerated() {
            guard count < 64 else { return String(result) + "…" }
            result.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
        }
        return String(result)
    }
}
