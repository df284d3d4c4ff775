import AccessPointAPI
import ArgumentParser
import JSONValue
import KubeModel

/// `__complete`: what may stand at the end of a line, in the form in which kubectl asks its plugins for it.
///
/// kubectl runs `kubectl_complete-accesspoint`, which runs this, with the words so far; the last one is what is being
/// typed. Each answer is a line, its description behind a tab; the last line says whether files fit as well. The form is
/// that of cobra's `__complete`.
struct Complete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "__complete", abstract: "Tell what may stand at the end of a line.", shouldDisplay: false)

    /// How long the host may take to name what it has: a person waits with a finger on the key.
    private static let patience: Duration = .seconds(2)

    @Argument(parsing: .captureForPassthrough)
    var words: [String] = []

    func run() async throws {
        let help = (try? JSONValue(parsing: KubectlAccessPoint._dumpHelp())) ?? .null
        let line = CompletionLine(words, help: help)
        var answers: [CompletionLine.Answer]
        switch line.wanted {
        case .answers(let known): answers = known
        case .files: return Console.say(":0\n")
        case .accessPoints: answers = await names(Names.accessPoints)
        case .clusters: answers = await names(Names.memberClusters)
        }
        answers = answers.filter { $0.text.utf8.starts(with: line.typed.utf8) }
        for answer in answers {
            let parts = [answer.text, answer.description].filter { !$0.isEmpty }
            Console.say(parts.map(\.onOneLine).joined(separator: "\t") + "\n")
        }
        Console.say(":4\n")
    }

    /// The names of what the host has in the namespace that the line names; none where it cannot be asked.
    private func names(_ resource: GroupVersionResource) async -> [CompletionLine.Answer] {
        do {
            let options = try HostOptions.parse(CompletionLine.hostOptions(of: words))
            return try await Host.reached(options) { host in
                let namespace = host.namespace ?? "default"
                return try await host.all(resource, within: Self.patience).map { KubeObject(lenient: $0) }
                    .filter { $0.namespace == nil || $0.namespace == namespace }
                    .map { CompletionLine.Answer(text: $0.name, description: $0.namespace ?? "") }
            }
        } catch {
            return []
        }
    }
}

/// A line that is not typed to its end, and what would fit there.
struct CompletionLine {
    struct Answer: Hashable {
        var text: String
        var description = ""
    }

    enum Wanted: Hashable {
        case answers([Answer])
        case files
        case accessPoints
        case clusters
    }

    /// What is typed of the last word; of `--option=value` too all of it.
    let typed: String
    let wanted: Wanted

    /// Reads a line by the description that the program gives of itself.
    init(_ words: [String], help: JSONValue) {
        let typed = words.last ?? ""
        let before = Array(words.dropLast())
        self.typed = typed
        let commands = (help["command"]?["subcommands"]?.arrayValue ?? []).filter { $0["shouldDisplay"] != false }
        func isNamed(_ command: JSONValue, _ name: String) -> Bool { command["commandName"]?.stringValue == name }
        guard let name = before.first else {
            wanted = .answers(
                typed.hasPrefix("-")
                    ? Self.options(help["command"])
                    : commands.map {
                        Answer(
                            text: $0["commandName"]?.stringValue ?? "", description: $0["abstract"]?.stringValue ?? "")
                    })
            return
        }
        guard let command = commands.first(where: { isNamed($0, name) }) else {
            wanted = .answers([])
            return
        }
        if let sign = typed.firstIndex(of: "="), let option = Self.option(String(typed[..<sign]), of: command) {
            let start = typed[...sign]
            guard case .answers(let values) = Self.values(of: option) else {
                wanted = .answers([])
                return
            }
            wanted = .answers(values.map { Answer(text: start + $0.text, description: $0.description) })
            return
        }
        if let option = Self.pending(Array(before.dropFirst()), typed, command) {
            wanted = Self.values(of: option)
            return
        }
        if typed.hasPrefix("-") {
            wanted = .answers(Self.options(command))
            return
        }
        let takesNames = (command["arguments"]?.arrayValue ?? []).contains { $0["kind"] == "positional" }
        wanted = takesNames ? .accessPoints : .answers([])
    }

    /// The option whose value is being typed; nil: none.
    private static func pending(_ before: [String], _ typed: String, _ command: JSONValue) -> JSONValue? {
        guard let place = before.lastIndex(where: { $0.hasPrefix("-") && $0 != "-" }),
            let option = option(before[place], of: command)
        else { return nil }
        if place == before.count - 1 { return option }
        return option["parsingStrategy"] == "upToNextOption" && !typed.hasPrefix("-") ? option : nil
    }

    private static func option(_ word: String, of command: JSONValue) -> JSONValue? {
        (command["arguments"]?.arrayValue ?? []).first { $0["kind"] == "option" && spellings(of: $0).contains(word) }
    }

    private static func spellings(of argument: JSONValue) -> [String] {
        (argument["names"]?.arrayValue ?? []).compactMap { name in
            name["name"]?.stringValue.map { (name["kind"] == "short" ? "-" : "--") + $0 }
        }
    }

    private static func options(_ command: JSONValue?) -> [Answer] {
        (command?["arguments"]?.arrayValue ?? []).filter { $0["kind"] != "positional" && $0["shouldDisplay"] != false }
            .flatMap { argument in
                spellings(of: argument).filter { $0.hasPrefix("--") }.map {
                    Answer(text: $0, description: argument["abstract"]?.stringValue ?? "")
                }
            }
    }

    private static func values(of option: JSONValue) -> Wanted {
        let kind = option["completionKind"]
        if let values = kind?["list"]?["values"]?.arrayValue {
            return .answers(values.compactMap(\.stringValue).map { Answer(text: $0) })
        }
        if kind?["file"] != nil { return .files }
        return option["valueName"] == "cluster" ? .clusters : .answers([])
    }

    /// The words that say where the host is and who asks, each with its value.
    static func hostOptions(of words: [String]) -> [String] {
        let names = ["-n", "--namespace", "--kubeconfig", "--context", "--as", "--as-group", "--as-uid"]
        return words.dropLast().indices.flatMap { index -> [String] in
            let word = words[index]
            if names.contains(where: { word.hasPrefix($0 + "=") }) { return [word] }
            return names.contains(word) && index + 1 < words.count - 1 ? [word, words[index + 1]] : []
        }
    }
}
