import JSONValue
import KubeModel
import Testing

@Suite struct IntOrPercentTests {
    @Test(
        "a count or a percentage reads as itself",
        arguments: [
            (0, .count(0)), (7, .count(7)), (2.0, .count(2)), ("3", .count(3)), ("0%", .percent(0)),
            ("25%", .percent(25)), ("100%", .percent(100)),
        ] as [(JSONValue, IntOrPercent)])
    func reads(json: JSONValue, value: IntOrPercent) {
        #expect(IntOrPercent(json) == value)
        #expect(IntOrPercent(value.json) == value)
        #expect(IntOrPercent(value.description) == value)
    }

    @Test(
        "anything else is refused",
        arguments: [
            .null, true, -1, 1.5, "", "%", "101%", "-1%", "+1%", "-1", "+1", " 1", "1 %", "1.5%", "25%%", "a", [], [:],
            "99999999999999999999",
        ] as [JSONValue])
    func refuses(json: JSONValue) { #expect(IntOrPercent(json) == nil) }

    @Test("a percentage rounds down and cannot overflow")
    func resolve() {
        #expect(IntOrPercent.percent(25).resolve(of: 7) == 1)
        #expect(IntOrPercent.percent(25).resolve(of: 3) == 0)
        #expect(IntOrPercent.percent(100).resolve(of: .max) == .max)
        #expect(IntOrPercent.percent(33).resolve(of: 100) == 33)
        #expect(IntOrPercent.count(9).resolve(of: 3) == 9)
        for total in 0...300 {
            for percent in 0...100 {
                #expect(IntOrPercent.percent(percent).resolve(of: total) == total * percent / 100)
            }
        }
    }
}
