import Foundation

// JSONBenchmark                    compares JSONValue with Foundation's JSONSerialization
// JSONBenchmark time PARSER ORDER    one side of one round: best times of parse, release and write in ms
// JSONBenchmark memory PARSER ORDER  the growth of resident memory per held copy, in KiB

/// The figures that one child process printed.
func figures(_ mode: String, _ parser: Parser, _ order: VirtualServiceList.MemberOrder) throws -> [Double] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = [mode, parser.rawValue, order.rawValue]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return output.split { $0.isWhitespace }.compactMap { Double($0) }
}

func median(_ values: [Double]) -> Double {
    values.sorted()[values.count / 2]
}

func column(_ value: Double) -> String {
    String(format: "%9.2f", value)
}

/// Prints the median of each parser over all rounds and the median ratio of the rounds.
func report(_ act: String, unit: String, _ rounds: [[Double]]) {
    let ratio = median(rounds.map { $0[1] / $0[0] })
    let (own, foundation) = (median(rounds.map { $0[0] }), median(rounds.map { $0[1] }))
    print("\(act)  JSONValue \(column(own)) \(unit)  JSONSerialization \(column(foundation)) \(unit)", terminator: "")
    print("  ratio \(column(ratio))")
}

/// Alternates child processes, so that neither parser finds the heap that the other left behind.
func compare(rounds: Int) throws {
    for order in VirtualServiceList.MemberOrder.allCases {
        print("1000 VirtualServices, members \(order.rawValue), \(Document(order).bytes.count) bytes, \(rounds) rounds")
        let times = try (0..<rounds).map { _ in try Parser.allCases.map { try figures("time", $0, order) } }
        for (act, index) in zip(["parse          ", "parse + release", "write sorted   "], 0...) {
            report(act, unit: "ms ", times.map { round in round.map { $0[index] } })
        }
        report("memory per copy", unit: "KiB", [try Parser.allCases.flatMap { try figures("memory", $0, order) }])
    }
}

let arguments = CommandLine.arguments.dropFirst()
if arguments.isEmpty {
    try compare(rounds: 7)
} else if arguments.count == 3, let parser = Parser(rawValue: arguments[2]),
    let order = VirtualServiceList.MemberOrder(rawValue: arguments[3]), ["time", "memory"].contains(arguments[1])
{
    let document = Document(order)
    print(try arguments[1] == "time" ? bestTimes(parser, document) : heldKilobytes(parser, document))
} else {
    print("usage: JSONBenchmark [time|memory JSONValue|JSONSerialization sorted|declared]")
    exit(2)
}
