/// Cuts a stream of bytes into lines at 0x0A and at nothing else.
///
/// JSON strings may hold U+2028, U+2029 and U+0085 raw, so no Unicode notion of a line is right here. A carriage return
/// before the 0x0A is left in the line, where JSON takes it as white space.
public struct WatchLineSplitter: Sendable {
    /// A line grew beyond the cap; the stream cannot be read further.
    public struct LineTooLong: Error, Sendable, Equatable {
        /// The cap in bytes.
        public let limit: Int
    }

    private let limit: Int
    private var tail: [UInt8] = []

    /// Makes a splitter without input.
    /// - Parameter limit: the most bytes of one line, its end not counted.
    public init(limit: Int = 16 << 20) { self.limit = limit }

    /// Whether the input so far ends inside a line.
    public var isInsideLine: Bool { !tail.isEmpty }

    /// Takes more input and gives the lines that it completes, in order, empty ones left out.
    public mutating func push(_ bytes: [UInt8]) throws(LineTooLong) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            guard tail.count + (end - start) <= limit else { throw LineTooLong(limit: limit) }
            if tail.isEmpty {
                if end > start { lines.append(Array(bytes[start..<end])) }
            } else {
                tail += bytes[start..<end]
                lines.append(tail)
                tail = []
            }
            start = end + 1
        }
        guard tail.count + (bytes.endIndex - start) <= limit else { throw LineTooLong(limit: limit) }
        tail += bytes[start...]
        return lines
    }
}
