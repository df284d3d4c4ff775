import KubeModel

/// A three-valued answer with the reason and the words that a person reads; unknown is neither healthy nor failed.
struct Verdict: Sendable, Hashable {
    /// The answer.
    var status: Condition.Status
    /// Why, from the closed list of docs/reasons.md.
    var reason: ReasonCode
    /// The same in a sentence; empty if there is nothing to add.
    var message: String
    /// What a person types to go on; the text ends with it.
    var command: String?

    /// Makes a verdict.
    init(_ status: Condition.Status, _ reason: ReasonCode, _ message: String = "", command: String? = nil) {
        self.status = status
        self.reason = reason
        self.message = message
        self.command = command
    }

    /// What a condition said before.
    init(standing condition: Condition) {
        self.init(
            condition.status, .named(condition.reason, else: .observationPending), condition.message)
    }

    /// What stands between a message and its command.
    private static let commandMark = ". To go on: "

    /// The command that a text of a verdict ends with; nil: it has none.
    ///
    /// Only of verdicts whose message holds no words of others: those could look like one.
    static func command(in text: String) -> String? {
        text.ranges(of: commandMark).last.map { String(text[$0.upperBound...]) }
    }

    /// Message and command on one line of at most `limit` characters, of which the command loses none.
    func text(limit: Int) -> String {
        let message = Text.clean(message)
        guard let command else { return Text.cut(message, to: limit) }
        return Text.cut(message, keeping: Self.commandMark + command, to: limit)
    }

    /// The same in at most so many bytes, which is what an Event's note has.
    func text(bytes: Int) -> String {
        var limit = bytes
        var text = text(limit: limit)
        // A scalar has four bytes at most.
        while text.utf8.count > bytes, limit > 0 {
            limit -= max(1, (text.utf8.count - bytes) / 4)
            text = self.text(limit: limit)
        }
        return text
    }

    /// The worst of several: False beats Unknown beats True; among equals the first. Nil: there is none.
    static func worst(_ verdicts: [Verdict]) -> Verdict? {
        verdicts.first { $0.status == .false } ?? verdicts.first { $0.status == .unknown } ?? verdicts.first
    }

    /// The worst of several, and where all is well the one of the weakest level, of levels that are named from the
    /// weakest to the strongest.
    static func worst(_ verdicts: [Verdict], ladder: [ReasonCode]) -> Verdict? {
        let worst = worst(verdicts)
        guard worst?.status == .true else { return worst }
        return ladder.lazy.compactMap { level in verdicts.first { $0.reason == level } }.first ?? worst
    }
}

extension ReasonCode {
    /// What a route's verdict can rest on, from the weakest to the strongest.
    static let routeLevels: [ReasonCode] = [.routesResolved, .routesNotRejected, .routesServed]
}
