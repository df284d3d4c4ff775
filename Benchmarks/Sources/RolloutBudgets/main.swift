import CurlTransport
import Glibc
import JSONValue

// RolloutBudgets FOLDER OPERATOR [ACCESSPOINTS [ROUNDS [WIDTH]]]
//
// Measures the operator's budgets on the servers of FOLDER; rollout-budgets.sh prepares them.

let words = Array(CommandLine.arguments.dropFirst())
guard words.count >= 2 else {
    print("usage: RolloutBudgets FOLDER OPERATOR [ACCESSPOINTS [ROUNDS [WIDTH]]]")
    exit(2)
}
let transport = try CurlTransport()
let counting = try CurlTransport()
let numbers = words.dropFirst(2).map { Int($0) }
let width: JSONValue = words.count > 4 ? Int64(words[4]).map { .integer($0) } ?? .string(words[4]) : "100%"
let budgets = Budgets(
    stage: try Stage(folder: words[0], transport: transport, counting: counting), executable: words[1],
    count: max(1, numbers.first.flatMap { $0 } ?? 20),
    rounds: max(1, numbers.dropFirst().first.flatMap { $0 } ?? 3), width: width)
do {
    try await budgets.run()
} catch {
    say("\(error)")
    exit(1)
}
await transport.shutdown()
await counting.shutdown()
