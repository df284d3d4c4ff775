import JSONValue
public import Logging

/// Writes one line per record to an injected sink: a JSON object, or text for a person's terminal.
///
/// Keys follow controller-runtime's (`level`, `ts`, `msg`, `controller`, `namespace`, `name`, `cluster`, `error`),
/// so that existing log pipelines find what they look for.
public struct LineLogHandler: LogHandler {
    /// How a line looks.
    public enum Format: String, Sendable, CaseIterable {
        case json
        case text
    }

    /// The least severe level that is written.
    public var logLevel: Logger.Level
    /// What every record carries.
    public var metadata: Logger.Metadata = [:]
    /// What records carry besides, depending on the task.
    public var metadataProvider: Logger.MetadataProvider?
    private let format: Format
    private let now: @Sendable () -> String
    private let write: @Sendable ([UInt8]) -> Void

    /// A handler that writes whole lines, each ended by a newline, with one call of `write`.
    ///
    /// - Parameters:
    ///   - format: JSON or text.
    ///   - level: the least severe level that is written.
    ///   - now: the time of a record as RFC 3339.
    ///   - write: takes the bytes of one line; must not block for long.
    public init(
        format: Format, level: Logger.Level, now: @escaping @Sendable () -> String,
        write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.format = format
        self.logLevel = level
        self.now = now
        self.write = write
    }

    /// One entry of the metadata.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one record.
    public func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        write(line(level: event.level, message: "\(event.message)", metadata: all))
    }

    private func line(level: Logger.Level, message: String, metadata: Logger.Metadata) -> [UInt8] {
        switch format {
        case .json:
            var record = JSONObject()
            for (key, value) in metadata { record[key] = .string("\(value)") }
            record["level"] = .string(level.rawValue)
            record["ts"] = .string(now())
            record["msg"] = .string(message)
            return JSONValue.object(record).bytes() + [0x0A]
        case .text:
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            let parts = [now(), level.rawValue.uppercased(), message] + pairs
            // A message from outside must not be able to forge a second line.
            let line = parts.joined(separator: " ").utf8.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
            return line + [0x0A]
        }
    }
}
