import Rollout

/// Something that happens in the model. Targets and verbs are named by their index.
enum ModelEvent: Hashable {
    /// The operator reads the AccessPoint and reconciles.
    case reconcile
    /// It reconciles on what it has read before, although that is no longer the newest.
    case reconcileOnStale
    /// Its commit is stored and the reply is lost.
    case loseCommitReply
    /// It dies between commit and actions.
    case dieAfterCommit
    /// It dies; the next one first reads what this one had read last, however old.
    case crash
    /// It looks at all members.
    case look
    /// What it sees of a member stays behind from now on.
    case lag(Int)
    /// The executor takes its next step in a target.
    case work(Int)
    /// A write is stored and the reply is lost.
    case loseWriteReply(Int)
    /// The other operator, which also believes that it leads, goes on.
    case change
    /// A long time passes: every soak, deadline and retry is over.
    case wait
    case edit, revert, refuseSpec, acceptSpec
    case pause, unpause, delete
    /// A person says the value that a verb takes now.
    case say(Int)
    /// A person says a value that is, or was, another's.
    case sayWrong(Int, Int)
    case takeOff(Int)
    case cutOff(Int), reconnect(Int)
    case fallIll(Int), turnUnclear(Int), getWell(Int)
    case refuseWrites(Int), admitWrites(Int), refuseDryRuns(Int), admitDryRuns(Int)
    case drift(Int), leave(Int), join(Int)

    static let verbs = Array(Verb.allCases)

    /// Every event; its place in this list is its number.
    static let all: [ModelEvent] = {
        var all: [ModelEvent] = [
            .reconcile, .reconcileOnStale, .loseCommitReply, .dieAfterCommit, .crash, .look, .change, .wait, .edit,
            .revert, .refuseSpec, .acceptSpec, .pause, .unpause, .delete,
        ]
        for target in 0..<3 {
            all += [
                .work(target), .loseWriteReply(target), .lag(target), .cutOff(target), .reconnect(target),
                .fallIll(target), .turnUnclear(target), .getWell(target), .refuseWrites(target),
                .admitWrites(target), .refuseDryRuns(target), .admitDryRuns(target), .drift(target),
            ]
        }
        // Only the last target joins and leaves.
        all += [.leave(2), .join(2)]
        for verb in verbs.indices { all += [.say(verb), .sayWrong(verb, 0), .sayWrong(verb, 1), .takeOff(verb)] }
        return all
    }()

    /// The target that it befalls; nil if it befalls none, or all.
    var target: Int? {
        switch self {
        case .lag(let target), .work(let target), .loseWriteReply(let target), .cutOff(let target),
            .reconnect(let target), .fallIll(let target), .turnUnclear(let target), .getWell(let target),
            .refuseWrites(let target), .admitWrites(let target), .refuseDryRuns(let target),
            .admitDryRuns(let target), .drift(let target), .leave(let target), .join(let target):
            target
        default: nil
        }
    }
}

/// How often something may happen on one path.
package struct ModelBounds: Sendable, Hashable {
    /// Crashes, lost replies, lagging views, outages, ill health, refusals, drift, joins and leaves.
    package var faults: UInt8
    /// Verbs, right and wrong, pauses and the deletion; the resume of a gate that waits is free.
    package var words: UInt8
    /// New specs, the old spec again, and specs that are not accepted.
    package var edits: UInt8
    /// How often the one operator stops in the middle of anything and the other goes on.
    package var switches: UInt8

    package init(faults: UInt8, words: UInt8, edits: UInt8, switches: UInt8) {
        (self.faults, self.words, self.edits, self.switches) = (faults, words, edits, switches)
    }
}

extension ModelBounds: CustomStringConvertible {
    package var description: String {
        "faults \(faults), verbs and words \(words), edits \(edits), switches between the operators \(switches)"
    }
}
