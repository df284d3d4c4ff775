import KubeClient
import Testing

@Suite("The machine and its processes")
struct MachineTests {
    @Test("the name of a process is never the same twice, and says whose it is", arguments: ["pod-7d4f", nil])
    func processName(given: String?) throws {
        let names = (0..<100).map { _ in Machine.processName(given) }
        #expect(Set(names).count == 100)
        let base = try #require(given ?? Machine.name)
        for name in names {
            #expect(name.hasPrefix(base + "_"))
            #expect(name.count <= base.count + 14)
        }
    }
}
