import KubeClient
import Testing

@Suite("Lines of a watch")
struct WatchLineSplitterTests {
    @Test("only 0x0A ends a line: a carriage return and the Unicode line separators are content")
    func separators() throws {
        var splitter = WatchLineSplitter()
        let text = "a\u{2028}b\u{2029}c\u{0085}d\u{0B}e\r\nsecond\n\nthird"
        let lines = try splitter.push(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
        #expect(
            lines.map { Array($0.utf8) } == ["a\u{2028}b\u{2029}c\u{0085}d\u{0B}e\r", "second"].map { Array($0.utf8) })
        #expect(splitter.isInsideLine)
    }

    @Test("the same lines come out wherever the input is cut")
    func everyCut() throws {
        let input = Array("{\"a\":1}\n{\"b\":\"\u{2028}\"}\r\n\n{\"c\":3}\n".utf8)
        var whole = WatchLineSplitter()
        let expected = try whole.push(input)
        #expect(expected.count == 3)
        for cut in 0...input.count {
            var splitter = WatchLineSplitter()
            let lines = try splitter.push(Array(input[..<cut])) + splitter.push(Array(input[cut...]))
            #expect(lines == expected)
            #expect(!splitter.isInsideLine)
        }
        var byByte = WatchLineSplitter()
        #expect(try input.flatMap { try byByte.push([$0]) } == expected)
    }

    @Test("a line of exactly the cap passes, one byte more does not, whole or in pieces")
    func cap() throws {
        let line = [UInt8](repeating: 0x78, count: 10)
        var splitter = WatchLineSplitter(limit: 10)
        #expect(try splitter.push(line + [0x0A]) == [line])
        #expect(try splitter.push(line) == [])
        #expect(throws: WatchLineSplitter.LineTooLong.self) { _ = try splitter.push([0x78]) }
        var other = WatchLineSplitter(limit: 10)
        #expect(throws: WatchLineSplitter.LineTooLong.self) { _ = try other.push(line + [0x78, 0x0A]) }
    }

    @Test("a line of 3 MiB in pieces of 16 KiB comes out whole")
    func large() throws {
        var splitter = WatchLineSplitter()
        let piece = [UInt8](repeating: 0x79, count: 16384)
        for _ in 0..<192 { #expect(try splitter.push(piece).isEmpty) }
        #expect(try splitter.push([0x0A]).map(\.count) == [192 * 16384])
    }
}
