import Foundation
import JSONValue

/// The parsers under comparison, with the writer that belongs to each.
enum Parser: String, CaseIterable {
    case jsonValue = "JSONValue"
    case foundation = "JSONSerialization"

    func parse(_ document: Document) throws -> Any {
        switch self {
        case .jsonValue: try JSONValue(parsing: document.bytes)
        case .foundation: try JSONSerialization.jsonObject(with: document.data)
        }
    }

    func write(_ value: Any) throws -> Int {
        switch self {
        case .jsonValue: (value as? JSONValue)?.bytes().count ?? 0
        case .foundation: try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys]).count
        }
    }
}

/// One document in the form that each parser takes.
struct Document {
    let bytes: [UInt8]
    let data: Data

    init(_ order: VirtualServiceList.MemberOrder) {
        bytes = VirtualServiceList(count: 1000, order: order).text()
        data = Data(bytes)
    }
}

func milliseconds(_ duration: Duration) -> Double {
    duration / .milliseconds(1)
}

/// The best of ten parses, of ten parses with release of the result, and of two writes.
func bestTimes(_ parser: Parser, _ document: Document) throws -> String {
    let clock = ContinuousClock()
    var (parse, both, write) = (Double.infinity, Double.infinity, Double.infinity)
    for round in 0..<11 {
        let start = clock.now
        var value: Any? = try parser.parse(document)
        let end = clock.now
        withExtendedLifetime(value) {}
        value = nil
        guard round > 0 else { continue }  // The first round warms up.
        parse = min(parse, milliseconds(end - start))
        both = min(both, milliseconds(clock.now - start))
    }
    let value = try parser.parse(document)
    for _ in 0..<2 {
        write = min(write, milliseconds(try clock.measure { _ = try parser.write(value) }))
    }
    return "\(parse) \(both) \(write)"
}

/// The growth of resident memory over ten held copies, per copy, after one that warms up.
func heldKilobytes(_ parser: Parser, _ document: Document) throws -> String {
    var held = [try parser.parse(document)]
    let before = try residentKilobytes()
    for _ in 0..<10 { held.append(try parser.parse(document)) }
    let growth = try residentKilobytes() - before
    return withExtendedLifetime(held) { "\(Double(growth) / 10)" }
}

private func residentKilobytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line?.split(separator: " ").compactMap { Int($0) }.first ?? 0
}
