import KubeModel
import Testing

@testable import KubeClient

@Suite("What the process takes of the machine")
struct ProcessUsageTests {
    private static let after =
        " S 1 1 1 0 -1 4194560 2086 0 0 0 150 75 0 0 20 0 9 0 1234 250000000 4096 18446744073709551615 1"
    private static let machine = "cpu 1 2 3\nctxt 5\nbtime 1800000000\nprocesses 7\n"

    @Test("is read from the fields after the name, whatever the name holds", arguments: ["(a)", "(a b) c) R 9 9)"])
    func fields(name: String) throws {
        let usage = try #require(
            ProcessUsage(
                stat: "4711 " + name + Self.after, machine: Self.machine, ticksPerSecond: 100, pageBytes: 4096))
        #expect(usage.cpu == .milliseconds(2250))
        #expect(usage.residentBytes == 16 << 20)
        #expect(usage.start == Timestamp(secondsSince1970: 1_800_000_012, microseconds: 340_000))
    }

    @Test(
        "what reads otherwise is nothing",
        arguments: [
            ("", machine), ("1 (a)", machine), ("1 a" + after, machine), ("1 (a) S 1 2 3", machine),
            ("1 (a)" + after, ""), ("1 (a)" + after, "btime x\n"),
            ("1 (a)" + after.replacing(" 150 ", with: " 9223372036854775807 "), machine),
            ("1 (a)" + after.replacing(" 4096 ", with: " -1 "), machine),
        ])
    func strange(stat: String, machine: String) {
        #expect(ProcessUsage(stat: stat, machine: machine, ticksPerSecond: 100, pageBytes: 4096) == nil)
        #expect(ProcessUsage(stat: stat, machine: machine, ticksPerSecond: 0, pageBytes: 4096) == nil)
    }

    @Test("is told of this process")
    func present() throws {
        let before = try #require(ProcessUsage.present)
        #expect(before.residentBytes > 1 << 20)
        #expect(abs((Timestamp.ofSystem - before.start) / .seconds(1)) < 86_400)
        #expect(try #require(ProcessUsage.present).cpu >= before.cpu)
        #expect(try #require(ProcessUsage.openFiles) > 0)
    }
}
