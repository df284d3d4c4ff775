/// Bytes that are never printed: neither `print`, string interpolation, `dump` nor a debugger's mirror shows them.
///
/// The only way to the bytes is `reveal()`, so that a search for that word finds every place that handles them.
public struct Secret: Sendable, Equatable {
    private let bytes: [UInt8]

    /// Wraps bytes.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Wraps the UTF-8 bytes of a string.
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// The bytes themselves: only for the place that puts them on the wire or into a TLS library.
    public func reveal() -> [UInt8] { bytes }

    /// Whether there is nothing to hide.
    public var isEmpty: Bool { bytes.isEmpty }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `[redacted]`.
    public var description: String { "[redacted]" }

    /// Always `[redacted]`.
    public var debugDescription: String { "[redacted]" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
