import Foundation
import Testing

@testable import Telemetry

@Suite("The metrics registry")
struct MetricsRegistryTests {
    private enum Result: String, LabelValue { case success, error }

    /// What a registry shows besides what it shows when nothing was declared.
    private func shown(_ registry: MetricsRegistry) -> String {
        registry.exposition().replacing(MetricsRegistry().exposition(), with: "")
    }

    @Test("counters, gauges and histograms are shown in the text format, families and series sorted")
    func golden() {
        let registry = MetricsRegistry()
        let runs = registry.counter("runs_total", "Runs.", Label<String>("controller"), Label<Result>("result"))
        let depth = registry.gauge("depth", "Keys that wait.")
        let seconds = registry.histogram(
            "seconds", "Time of a request.", buckets: [0.5, 2], Label<String>("host"))
        runs.add(2, "b", .success)
        runs.add(1, "b", .error)
        runs.add(0, "a", .success)
        depth.set(2.5)
        for value in [0.5, 0.25, 1, 99] { seconds.observe(value, "h") }
        seconds.observe(.milliseconds(1500), "h")
        seconds.show("quiet")
        #expect(
            shown(registry) == """
                # HELP depth Keys that wait.
                # TYPE depth gauge
                depth 2.5
                # HELP runs_total Runs.
                # TYPE runs_total counter
                runs_total{controller="a",result="success"} 0
                runs_total{controller="b",result="error"} 1
                runs_total{controller="b",result="success"} 2
                # HELP seconds Time of a request.
                # TYPE seconds histogram
                seconds_bucket{host="h",le="0.5"} 2
                seconds_bucket{host="h",le="2"} 4
                seconds_bucket{host="h",le="+Inf"} 5
                seconds_sum{host="h"} 102.25
                seconds_count{host="h"} 5
                seconds_bucket{host="quiet",le="0.5"} 0
                seconds_bucket{host="quiet",le="2"} 0
                seconds_bucket{host="quiet",le="+Inf"} 0
                seconds_sum{host="quiet"} 0
                seconds_count{host="quiet"} 0

                """)
    }

    @Test(
        "label values and help cannot forge a line",
        arguments: [
            ("a\"} 1\nforged 1", #"a\"} 1\nforged 1"#), (#"C:\x"#, #"C:\\x"#), ("e\u{301}\r\n", "e\u{301}\r\\n"),
        ])
    func escapes(value: String, shown: String) {
        let registry = MetricsRegistry()
        registry.gauge("g", "Line\nand \\.", Label<String>("name")).set(1, value)
        #expect(self.shown(registry) == "# HELP g Line\\nand \\\\.\n# TYPE g gauge\ng{name=\"\(shown)\"} 1\n")
    }

    @Test(
        "numbers are written as Go reads them",
        arguments: [
            (0, "0"), (-3, "-3"), (0.1, "0.1"), (1e21, "1e+21"), (5e-7, "5e-07"), (.infinity, "+Inf"),
            (-.infinity, "-Inf"), (.nan, "NaN"), (1_795_728_201.25, "1795728201.25"),
        ])
    func numbers(value: Double, text: String) {
        let registry = MetricsRegistry()
        registry.gauge("g", "h").set(value)
        #expect(shown(registry).hasSuffix("\ng \(text)\n"))
    }

    @Test("a metric takes so many label sets and no more, known ones go on, and the cut is counted")
    func capacity() {
        let registry = MetricsRegistry(capacity: 2)
        let runs = registry.counter("runs_total", "Runs.", Label<String>("name"))
        let here = registry.gauge("here", "There now.", Label<String>("name"))
        for name in ["a", "b", "c", "d", "a"] { runs.add(1, name) }
        here.refill { series in for name in ["x", "y", "z"] { series.set(1, name) } }
        let lines = registry.exposition().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            lines == [
                #"accesspoint_metrics_dropped_total{metric="here"} 1"#,
                #"accesspoint_metrics_dropped_total{metric="runs_total"} 2"#, #"here{name="x"} 1"#,
                #"here{name="y"} 1"#, #"runs_total{name="a"} 2"#, #"runs_total{name="b"} 1"#,
            ])
    }

    @Test("a label value is cut at 256 code points")
    func longValues() {
        let registry = MetricsRegistry()
        registry.gauge("g", "h", Label<String>("name")).set(1, String(repeating: "é", count: 10_000))
        #expect(shown(registry).hasSuffix("{name=\"\(String(repeating: "é", count: 256))\"} 1\n"))
    }

    @Test("what a gauge is not filled with again is gone, and collectors run before each exposition")
    func refill() {
        let registry = MetricsRegistry()
        let gauge = registry.gauge("g", "h", Label<String>("a"), Label<Result>("b"))
        let rounds = registry.counter("rounds_total", "h")
        registry.beforeExposition {
            rounds.add()
            gauge.refill { $0.set(7, "new", .error) }
        }
        gauge.set(1, "old", .success)
        #expect(!shown(registry).contains("old"))
        #expect(shown(registry).contains("g{a=\"new\",b=\"error\"} 7\n"))
        #expect(shown(registry).hasSuffix("rounds_total 3\n"))
    }

    @Test("a counter never goes down, and what is no number counts nowhere")
    func guards() {
        let registry = MetricsRegistry()
        let counter = registry.counter("c_total", "h")
        let seconds = registry.histogram("h", "h", buckets: [1])
        counter.raise(to: 5)
        counter.raise(to: 3)
        counter.raise(to: .nan)
        counter.add(-1)
        counter.add(.nan)
        seconds.observe(.nan)
        seconds.observe(1)
        #expect(shown(registry).contains("c_total 5\n"))
        #expect(shown(registry).hasSuffix("h_sum 1\nh_count 1\n"))
    }

    @Test("counts from many tasks at once add up")
    func concurrency() async {
        let registry = MetricsRegistry()
        let counter = registry.counter("c_total", "h", Label<String>("name"))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { for turn in 0..<500 { counter.add(1, "\(turn % 5)") } } }
        }
        #expect(shown(registry).components(separatedBy: "} 800\n").count == 6)
    }
}
