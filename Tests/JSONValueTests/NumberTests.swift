import JSONValue
import Testing

@Suite struct NumberTests {
    static let integers: [(String, Int64)] = [
        ("0", 0), ("-0", 0), ("7", 7), ("-1", -1), ("9223372036854775807", .max), ("-9223372036854775808", .min),
        ("1000000000000000000", 1_000_000_000_000_000_000),
    ]

    @Test("an integer literal that fits 64 bits is an integer", arguments: integers)
    func integer(_ text: String, _ expected: Int64) throws {
        guard case .integer(let integer) = try JSONValue(parsing: text) else {
            Issue.record("\(text) is no integer")
            return
        }
        #expect(integer == expected)
    }

    static let exact = [
        "0.0", "-0.0", "1.0", "1e0", "1E+2", "1e-2", "12.50", "9223372036854775808", "-9223372036854775809",
        "18446744073709551615", "99999999999999999999999999", "1e400", "0.1e-999999999999998", "1E999999999999999",
        "0e999999999999999", "1e000000000000000000000000001", "123.456e78",
    ]

    @Test("every other number keeps its exact text", arguments: exact)
    func exactText(_ text: String) throws {
        guard case .number(let number) = try JSONValue(parsing: text) else {
            Issue.record("\(text) is no exact number")
            return
        }
        #expect(number.text == text)
        #expect(try JSONValue(parsing: "[\(text)]").text() == "[\(text)]")
    }

    static let refused: [(String, Int, JSONError.Reason)] = [
        ("-", 1, .unexpectedEnd(expected: "a digit")), ("-a", 1, ParserTests.byte("a", "a digit")),
        ("+1", 0, ParserTests.byte("+", "a value")), (".5", 0, ParserTests.byte(".", "a value")),
        ("1.", 2, .unexpectedEnd(expected: "a digit")), ("1.e5", 2, ParserTests.byte("e", "a digit")),
        ("01", 1, ParserTests.byte("1", "no digit after a leading zero")),
        ("[-007]", 3, ParserTests.byte("0", "no digit after a leading zero")),
        ("1e", 2, .unexpectedEnd(expected: "a digit")), ("1e+", 3, .unexpectedEnd(expected: "a digit")),
        ("1e+-1", 3, ParserTests.byte("-", "a digit")), ("1e1.5", 3, .trailingBytes), ("0x10", 1, .trailingBytes),
        ("1_000", 1, .trailingBytes), ("--1", 1, ParserTests.byte("-", "a digit")),
        ("-.5", 1, ParserTests.byte(".", "a digit")),
        ("1e1000000000000000", 2, .exponentOutOfRange), ("1e-1000000000000000", 3, .exponentOutOfRange),
        ("1e+0001000000000000000", 6, .exponentOutOfRange),
        ("1e99999999999999999999999999", 2, .exponentOutOfRange),
        ("1.1e-999999999999999", 5, .exponentOutOfRange), ("10e999999999999999", 3, .exponentOutOfRange),
        ("１", 0, .unexpectedByte(0xEF, expected: "a value")),
    ]

    @Test("a misspelt number is refused at the byte that is wrong", arguments: refused)
    func refuses(_ text: String, _ offset: Int, _ reason: JSONError.Reason) {
        #expect(throws: JSONError(offset: offset, reason: reason)) { try JSONValue(parsing: text) }
    }

    /// Spellings of one value each, with its canonical spelling first.
    static let values: [[String]] = [
        ["0", "-0", "0.0", "-0.000", "0e5", "0E-999999999999999", "0e999999999999999"],
        ["1", "1.0", "1e0", "1E+0", "10e-1", "0.1e1", "0.0001e4", "1.000000", "100000e-5"],
        ["-1", "-1.0", "-10e-1"],
        ["100", "1e2", "1.0E2", "10000e-2"],
        ["9223372036854775807", "9223372036854775807.0", "9.223372036854775807e18", "9223372036854775807000e-3"],
        ["-9223372036854775808", "-9223372036854775808.0", "-9.223372036854775808e18"],
        ["9223372036854775808", "9223372036854775808.00", "9.223372036854775808e18"],
        ["18446744073709551615", "18446744073709551615.0"],
        ["1e19", "10000000000000000000", "1.0e19", "100e17"],
        ["1000000000000000000", "1e18", "10e17"],
        ["5e-1", "0.5", "0.50", "50e-2"], ["-25e-1", "-2.5", "-250e-2"], ["15e-1", "1.5"],
        ["1e400", "1.0e400", "100e398", "0.01e402"], ["1e401"], ["1e-400", "0.1e-399"],
        ["1e999999999999999", "10e999999999999998"],
        ["11e-999999999999999", "1.1e-999999999999998", "0.11e-999999999999997"],
        ["123456789012345678901234567890123", "123456789012345678901234567890123.0"],
        ["1000000000", "1e9"],
    ]

    @Test("spellings of one value are equal, hash alike and have the same canonical bytes", arguments: values)
    func sameValue(_ spellings: [String]) throws {
        let parsed = try spellings.map { try JSONValue(parsing: $0) }
        for (spelling, value) in zip(spellings, parsed) {
            #expect(value == parsed[0], "\(spelling)")
            #expect(value.hashValue == parsed[0].hashValue, "\(spelling)")
            #expect(String(decoding: value.canonicalBytes(), as: UTF8.self) == spellings[0])
        }
    }

    @Test("different values are different")
    func differentValues() throws {
        let firsts = try Self.values.map { try JSONValue(parsing: $0[0]) }
        for (left, one) in firsts.enumerated() {
            for (right, other) in firsts.enumerated() where left != right {
                #expect(one != other)
                #expect(one.canonicalBytes() != other.canonicalBytes())
            }
        }
        #expect(Set(firsts).count == firsts.count)
    }

    static let asInteger: [(String, Int64?)] = [
        ("1.0", 1), ("1e0", 1), ("120e-1", 12), ("1.5", nil), ("-9223372036854775808.0", .min),
        ("9223372036854775808", nil),
        ("9e18", 9_000_000_000_000_000_000), ("1e19", nil), ("-1e18", -1_000_000_000_000_000_000), ("1e999999999", nil),
        ("1e-999999999", nil), ("0e999999999", 0), ("-9223372036854775809", nil),
    ]

    @Test("a number that is exactly an integer reads as one", arguments: asInteger)
    func integerValue(_ text: String, _ expected: Int64?) throws {
        #expect(try JSONValue(parsing: text).integerValue == expected)
        #expect(JSONNumber(text)?.integer == expected)
    }

    @Test(
        "the nearest Double is infinite above its range and zero below",
        arguments: [("1.5", 1.5), ("1e400", .infinity), ("-1e400", -.infinity), ("1e-400", 0), ("100", 100)])
    func double(_ text: String, _ expected: Double) throws {
        #expect(try JSONValue(parsing: text).doubleValue == expected)
        #expect(JSONNumber(text)?.double == expected)
    }

    @Test(
        "a text that is no JSON number makes no number",
        arguments: ["", " 1", "1 ", "01", "1.", "nan", "0x1", "1e", "+1", "1e9999999999999999"])
    func noNumber(_ text: String) {
        #expect(JSONNumber(text) == nil)
        #expect(JSONValue(numberLiteral: text) == nil)
    }

    @Test("Double becomes the shortest text, infinities and NaN nothing")
    func fromDouble() {
        let (tenth, huge) = (0.1, 1e300)
        #expect(JSONValue(tenth)?.text() == "0.1")
        #expect(JSONValue(huge)?.text() == "1e+300")
        #expect(JSONValue(Double.infinity) == nil)
        #expect(JSONValue(Double.nan) == nil)
        #expect((2.5 as JSONValue).text() == "2.5")
    }

    @Test("a number of a hundred thousand digits is compared without more memory than its text")
    func longNumber() throws {
        let digits = String(repeating: "7", count: 100_000)
        let left = try JSONValue(parsing: digits)
        #expect(try left == JSONValue(parsing: digits + ".000"))
        #expect(try left != JSONValue(parsing: digits + "e1"))
    }
}
