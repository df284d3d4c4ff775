import KubeModel
import SeededRandom
import Testing

@Suite struct TimestampTests {
    /// Expected seconds from `date -u -d ... +%s`.
    @Test(
        "an RFC 3339 time reads as its instant",
        arguments: [
            ("1970-01-01T00:00:00Z", 0, 0),
            ("2026-01-31T08:00:00Z", 1_769_846_400, 0),
            ("2026-01-31t08:00:00z", 1_769_846_400, 0),
            ("2026-01-31T08:00:00+05:30", 1_769_826_600, 0),
            ("2026-01-31T08:00:00-00:00", 1_769_846_400, 0),
            ("2026-01-31T00:30:00+01:00", 1_769_815_800, 0),
            ("2024-02-29T23:59:59Z", 1_709_251_199, 0),
            ("2000-02-29T00:00:00Z", 951_782_400, 0),
            ("1969-12-31T23:59:59.5Z", -1, 500_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
            ("0000-01-01T00:00:00Z", -62_167_219_200, 0),
            ("9999-12-31T23:59:59.999999Z", 253_402_300_799, 999_999),
            ("2026-01-31T08:00:00.1Z", 1_769_846_400, 100_000),
            ("2026-01-31T08:00:00.123456Z", 1_769_846_400, 123_456),
            ("2026-01-31T08:00:00.123456999Z", 1_769_846_400, 123_456),
            ("2016-12-31T23:59:60Z", 1_483_228_800, 0),
            ("2016-12-31T15:59:60-08:00", 1_483_228_800, 0),
        ] as [(String, Int64, Int64)])
    func reads(text: String, seconds: Int64, microseconds: Int64) throws {
        let time = try #require(Timestamp(text))
        #expect(time.secondsSince1970 == seconds)
        #expect(time.microsecondOfSecond == microseconds)
    }

    @Test(
        "what is not an RFC 3339 time, or no time that exists, is refused",
        arguments: [
            "", "2026", "2026-01-31", "2026-01-31T08:00:00", "2026-01-31 08:00:00Z", "2026-1-31T08:00:00Z",
            "2026-01-31T08:00Z", "2026-01-31T08:00:00.Z", "2026-01-31T08:00:00,5Z",
            "2026-01-31T08:00:00.1234567890Z", "2026-01-31T24:00:00Z", "2026-01-31T08:60:00Z",
            "2026-01-31T08:00:61Z", "2026-01-31T08:00:60Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
            "2026-04-31T00:00:00Z", "2026-00-10T00:00:00Z", "2026-13-10T00:00:00Z", "2026-01-00T00:00:00Z",
            "2026-01-31T08:00:00+24:00", "2026-01-31T08:00:00+05:60", "2026-01-31T08:00:00+0530",
            "2026-01-31T08:00:00Z ", " 2026-01-31T08:00:00Z", "+026-01-31T08:00:00Z", "10000-01-01T00:00:00Z",
            "9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:60Z",
            "٢٠٢٦-01-31T08:00:00Z", "2026-01-31T08:00:00\0Z",
        ])
    func refuses(text: String) { #expect(Timestamp(text) == nil) }

    @Test("each form writes its own number of digits, before 1970 too")
    func writes() throws {
        let time = Timestamp(secondsSince1970: -1, microseconds: 250_000)
        #expect(time.rfc3339 == "1969-12-31T23:59:59Z")
        #expect(time.rfc3339Micro == "1969-12-31T23:59:59.250000Z")
        #expect(time.description == "1969-12-31T23:59:59.250000Z")
        #expect(time.wholeSeconds.description == "1969-12-31T23:59:59Z")
        #expect(Timestamp(secondsSince1970: 1_769_846_400).rfc3339Micro == "2026-01-31T08:00:00.000000Z")
        #expect(Timestamp.earliest.description == "0000-01-01T00:00:00Z")
        #expect(Timestamp.latest.description == "9999-12-31T23:59:59.999999Z")
    }

    @Test("every instant reads back from what it writes", arguments: [UInt64(1), 2, 3])
    func roundTrip(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<2000 {
            let range = Timestamp.earliest.microsecondsSince1970...Timestamp.latest.microsecondsSince1970
            let time = Timestamp(microsecondsSince1970: .random(in: range, using: &random))
            #expect(Timestamp(time.rfc3339Micro) == time, "seed \(seed)")
            #expect(Timestamp(time.rfc3339) == time.wholeSeconds, "seed \(seed)")
        }
    }

    @Test("each day of four centuries follows the day before")
    func everyDay() throws {
        var time = try #require(Timestamp("1799-12-31T12:00:00Z"))
        var before = ""
        for _ in 0...146_097 {
            let text = time.rfc3339
            if text <= before || Timestamp(text) != time { Issue.record("\(before) is followed by \(text)") }
            before = text
            time = time.adding(seconds: 86_400)
        }
        #expect(before == "2199-12-31T12:00:00Z")
    }

    @Test("arithmetic saturates at the ends of the range")
    func saturates() {
        let time = Timestamp(secondsSince1970: 1_769_846_400)
        #expect(time.adding(seconds: .max) == .latest)
        #expect(time.adding(seconds: .min) == .earliest)
        #expect(time + .seconds(Int64.max) == .latest)
        #expect(time - .seconds(Int64.min) == .latest)
        #expect(time - .seconds(Int64.max) == .earliest)
        #expect(Timestamp(secondsSince1970: .max, microseconds: .max) == .latest)
        #expect(Timestamp(secondsSince1970: .min, microseconds: .min) == .earliest)
        #expect(Timestamp(microsecondsSince1970: .max) == .latest)
    }

    @Test("durations add and subtract exactly to the microsecond")
    func adds() {
        let time = Timestamp(secondsSince1970: 100)
        #expect(time + .milliseconds(1500) == Timestamp(secondsSince1970: 101, microseconds: 500_000))
        #expect(time - .milliseconds(1500) == Timestamp(secondsSince1970: 98, microseconds: 500_000))
        #expect(time + .milliseconds(-1500) == Timestamp(secondsSince1970: 98, microseconds: 500_000))
        #expect(time.adding(seconds: 7) - time == .seconds(7))
        #expect(time - time.adding(seconds: 7) == .seconds(-7))
        #expect(Timestamp.latest - .earliest > .seconds(315_000_000_000))
        #expect(time < time + .microseconds(1))
    }
}
