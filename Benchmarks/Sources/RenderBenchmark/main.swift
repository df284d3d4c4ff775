import Foundation
import JSONValue
import Rendering

// RenderBenchmark [ACCESSPOINTS [ROUNDS]]: renders, validates and hashes AccessPoints of six objects for twelve targets,
// and copies the same objects barely, in turn.

/// A value built anew out of its parts: the least that it costs to have another one.
func copy(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let members): .object(JSONObject(members.map { ($0.key, copy($0.value)) }))
    case .array(let elements): .array(elements.map(copy))
    default: value
    }
}

func residentKilobytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line?.split(separator: " ").compactMap { Int($0) }.first ?? 0
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

let words = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let (count, rounds) = (max(1, words.first ?? 1000), max(1, words.dropFirst().first ?? 5))
let options = RenderOptions(gatewayNamespaces: ["istio-ingress"])
let targets = Application.targets
let applications = try (0..<count).map { try Application($0) }

/// Renders all with their hashes, and judges them if asked.
func render(judging: Bool) -> [[RenderedSet]] {
    applications.map { application in
        let renderer = Renderer(identity: application.identity, spec: application.spec, options: options)
        let rendering = renderer.render(all: targets)
        precondition(rendering.isAccepted, "\(rendering.problems)")
        if judging {
            let findings = renderer.findings(in: rendering.sets, of: targets)
            precondition(!findings.contains { $0.severity == .error }, "\(findings)")
        }
        return rendering.sets
    }
}

let before = try residentKilobytes()
let sets = render(judging: true)
let growth = try residentKilobytes() - before
let objects = sets.flatMap { $0.flatMap(\.objects) }
let bytes = objects.map { $0.body.bytes() }
print(
    "\(count) AccessPoints x \(targets.count) targets, \(objects.count) objects of \(bytes.reduce(0) { $0 + $1.count } / objects.count) bytes"
)
print("held: \(growth / 1024) MiB, \(growth * 1024 / objects.count) bytes an object")

let sides: [(String, () throws -> Int)] = [
    ("rendered and hashed", { render(judging: false).count }),
    ("rendered, validated and hashed", { render(judging: true).count }),
    ("bare copy", { objects.map { copy($0.body) }.count }),
    ("written and parsed", { try objects.map { try JSONValue(parsing: $0.body.bytes()) }.count }),
]
var times = sides.map { _ in [Double]() }
for _ in 0..<rounds {
    for (index, side) in sides.enumerated() {
        let start = clock()
        _ = try side.1()
        // Time of computing: the machine may have others to serve, and all of this runs in one thread.
        let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
        times[index].append(seconds * 1_000_000 / Double(objects.count))
    }
}
for (index, side) in sides.enumerated() {
    let ratios = [2, 3].map { other in
        let all = zip(times[index], times[other]).map { $0 / $1 }.sorted()
        return String(format: "%.2f (%.2f to %.2f)", median(all), all.first ?? 0, all.last ?? 0)
    }
    let name = side.0.padding(toLength: 31, withPad: " ", startingAt: 0)
    print(
        "\(name) \(String(format: "%7.2f", median(times[index]))) us an object; to bare copy \(ratios[0]); to written and parsed \(ratios[1])"
    )
}
