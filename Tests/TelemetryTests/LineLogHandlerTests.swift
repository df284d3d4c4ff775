import JSONValue
import Logging
import Synchronization
import Telemetry
import Testing

@Suite("Log lines")
struct LineLogHandlerTests {
    final class Sink: Sendable {
        let lines = Mutex<[[UInt8]]>([])
    }

    func logger(_ format: LineLogHandler.Format, _ sink: Sink, level: Logger.Level = .info) -> Logger {
        Logger(label: "test") { _ in
            LineLogHandler(format: format, level: level, now: { "2026-01-31T08:00:00Z" }) { line in
                sink.lines.withLock { $0.append(line) }
            }
        }
    }

    @Test("a record is one JSON object on one line, whatever the message holds")
    func json() throws {
        let sink = Sink()
        logger(.json, sink).warning("two\nlines \"quoted\"", metadata: ["cluster": "eu-1"])
        let line = try #require(sink.lines.withLock { $0 }.first)
        #expect(line.filter { $0 == 0x0A }.count == 1)
        let record = try JSONValue(parsing: Array(line.dropLast()))
        #expect(record["msg"] == "two\nlines \"quoted\"")
        #expect(record["level"] == "warning")
        #expect(record["cluster"] == "eu-1")
        #expect(record["ts"] == "2026-01-31T08:00:00Z")
    }

    @Test("a text line cannot be split by what a message holds")
    func text() throws {
        let sink = Sink()
        logger(.text, sink).info("a\nb", metadata: ["name": "x\r\ny"])
        let line = try #require(sink.lines.withLock { $0 }.first)
        #expect(String(decoding: line, as: UTF8.self) == "2026-01-31T08:00:00Z INFO a b name=x  y\n")
    }

    @Test("a record below the level is not written")
    func level() {
        let sink = Sink()
        logger(.json, sink, level: .warning).info("quiet")
        #expect(sink.lines.withLock { $0.isEmpty })
    }
}
