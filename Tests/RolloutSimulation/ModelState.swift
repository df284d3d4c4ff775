/// Three things, one for each target of the model.
struct Three<Element: Hashable>: Hashable {
    private var first: Element
    private var second: Element
    private var third: Element

    init(_ element: Element) { (first, second, third) = (element, element, element) }

    subscript(index: Int) -> Element {
        get { index == 0 ? first : index == 1 ? second : third }
        set {
            switch index {
            case 0: first = newValue
            case 1: second = newValue
            default: third = newValue
            }
        }
    }
}

/// A number made of small ones, least significant first, for fingerprints and keys.
struct Packing {
    private(set) var word: UInt64 = 0
    private var used: UInt64 = 0

    mutating func add(_ value: UInt64, bits: UInt64) {
        word |= value << used
        used += bits
    }
}

/// The AccessPoint as some reader sees it: the rollout state as the number of its shape, and the journal's stamps.
struct ModelHost: Hashable {
    var shape: UInt32 = 0
    var epoch: UInt8 = 1
    var wanted: UInt8 = 1
    var isPaused = false
    var isDeleting = false
    /// The number of each verb's value, a byte each.
    var verbs: UInt64 = 0
    /// Epoch and number of each target's journal entry; zero where there is none.
    var stampEpoch = Three<UInt8>(0)
    var stampNumber = Three<UInt8>(0)

    subscript(verb index: Int) -> UInt8 {
        get { UInt8(truncatingIfNeeded: verbs >> (8 * UInt64(index))) }
        set { verbs = verbs & ~(0xFF << (8 * UInt64(index))) | UInt64(newValue) << (8 * UInt64(index)) }
    }

    fileprivate var words: (UInt64, UInt64) {
        var head = Packing()
        head.add(UInt64(shape), bits: 32)
        head.add(UInt64(epoch), bits: 8)
        head.add(UInt64(wanted), bits: 4)
        head.add((isPaused ? 1 : 0) | (isDeleting ? 2 : 0), bits: 4)
        var stamps = Packing()
        for target in 0..<3 {
            stamps.add(UInt64(stampEpoch[target]), bits: 8)
            stamps.add(UInt64(stampNumber[target]), bits: 8)
        }
        return (head.word, stamps.word)
    }
}

/// A write that an executor works on.
struct ModelJob: Hashable {
    enum Outcome: UInt8 { case none, writing, retrying, done, failed }
    /// What the writer knows of the member's resource version.
    enum Read: UInt8 { case nothing, current, old }

    var outcome = Outcome.none
    var read = Read.nothing
    var next: UInt8 = 0
    /// The revision; 0 for nothing.
    var goal: UInt8 = 0
    var stampEpoch: UInt8 = 0
    var stampNumber: UInt8 = 0

    fileprivate var word: UInt64 {
        var packing = Packing()
        packing.add(UInt64(outcome.rawValue), bits: 3)
        packing.add(UInt64(read.rawValue), bits: 2)
        packing.add(UInt64(next), bits: 2)
        packing.add(UInt64(goal), bits: 3)
        packing.add(UInt64(stampEpoch), bits: 6)
        packing.add(UInt64(stampNumber), bits: 5)
        return packing.word
    }
}

/// What a process knows of a member.
struct ModelSight: Hashable {
    enum Freshness: UInt8 { case nothing, live, old }

    var freshness = Freshness.nothing
    /// What was seen, where that is old.
    var old = ModelMember()
}

/// The dry run that a process has made last against a member.
struct ModelPreflight: Hashable {
    enum Result: UInt8 { case passed, refused, unreachable }

    /// The revision; 0 if there was none.
    var revision: UInt8 = 0
    var result = Result.passed
    /// Whether it is long ago.
    var isOld = false
}

/// A member: two objects, each absent (0), at a revision (1 to 3) or by somebody else (4), and its troubles.
struct ModelMember: Hashable {
    enum Health: UInt8 { case good, bad, unclear }

    var object0: UInt8 = 0
    var object1: UInt8 = 0
    var isUp = true
    var isPlaced = true
    var health = Health.good
    var refusesDryRun = false
    var refusesWrites = false

    func holds(_ revision: UInt8) -> Bool { object0 == revision && object1 == revision }

    fileprivate var word: UInt64 {
        var packing = Packing()
        packing.add(UInt64(object0), bits: 3)
        packing.add(UInt64(object1), bits: 3)
        packing.add((isUp ? 1 : 0) | (isPlaced ? 2 : 0), bits: 2)
        packing.add(UInt64(health.rawValue), bits: 2)
        packing.add((refusesDryRun ? 1 : 0) | (refusesWrites ? 2 : 0), bits: 2)
        return packing.word
    }
}

/// One operator process.
struct ModelOperator: Hashable {
    var host = ModelHost()
    /// The epoch that it has committed; 0 if none.
    var held: UInt8 = 0
    var jobs = Three(ModelJob())
    var preflights = Three(ModelPreflight())
    var sights = Three(ModelSight())
}

/// One state of the whole system, with what may still happen in it.
///
/// The first operator is the one whose turn it is; both believe that they lead.
struct ModelState: Hashable {
    var host = ModelHost()
    var sequence: UInt8 = 0
    var active = ModelOperator()
    var other = ModelOperator()
    var members = Three(ModelMember())
    var assigned = Three<UInt8>(0)
    /// Targets that a superseded process has written after the journal let go of them, a bit each.
    var tainted: UInt8 = 0
    var newest: UInt8 = 1
    var isFinalized = false
    var faults: UInt8
    var words: UInt8
    var edits: UInt8
    var switches: UInt8
}

extension ModelState {
    /// Numbers epochs and journal entries anew in their order, so that equal situations are equal values.
    mutating func renumber() {
        var (epochs, numbers): (UInt64, UInt64) = (0, 0)
        visitStamps { epoch, number in
            epochs |= 1 << UInt64(epoch)
            numbers |= 1 << UInt64(number)
        }
        func rank(_ value: UInt8, _ used: UInt64) -> UInt8 {
            value == 0 ? 0 : UInt8((used & (1 << UInt64(value) - 1) & ~1).nonzeroBitCount + 1)
        }
        visitStamps { epoch, number in (epoch, number) = (rank(epoch, epochs), rank(number, numbers)) }
    }

    private mutating func visitStamps(_ visit: (inout UInt8, inout UInt8) -> Void) {
        var none: UInt8 = 0
        visit(&host.epoch, &sequence)
        host.visitStamps(visit)
        for index in 0..<2 {
            var process = index == 0 ? active : other
            visit(&process.host.epoch, &none)
            process.host.visitStamps(visit)
            visit(&process.held, &none)
            for target in 0..<3 {
                var job = process.jobs[target]
                visit(&job.stampEpoch, &job.stampNumber)
                process.jobs[target] = job
            }
            if index == 0 { active = process } else { other = process }
        }
    }

    /// 64 bits that stand for the whole state; two states share them with a probability of 2 to the -64.
    var fingerprint: UInt64 {
        var mixer = Mixer()
        var head = Packing()
        for value in [tainted, newest, isFinalized ? 1 : 0, faults, words, edits, switches, sequence] {
            head.add(UInt64(value), bits: 8)
        }
        mixer.mix(head.word)
        host.mix(into: &mixer)
        var places = Packing()
        for target in 0..<3 {
            places.add(members[target].word, bits: 12)
            places.add(UInt64(assigned[target]), bits: 3)
        }
        mixer.mix(places.word)
        active.mix(into: &mixer)
        other.mix(into: &mixer)
        return mixer.value
    }
}

extension ModelHost {
    fileprivate mutating func visitStamps(_ visit: (inout UInt8, inout UInt8) -> Void) {
        var (epochs, numbers) = (stampEpoch, stampNumber)
        for target in 0..<3 { visit(&epochs[target], &numbers[target]) }
        (stampEpoch, stampNumber) = (epochs, numbers)
    }

    fileprivate func mix(into mixer: inout Mixer) {
        let words = words
        mixer.mix(words.0)
        mixer.mix(verbs)
        mixer.mix(words.1)
    }
}

extension ModelOperator {
    fileprivate func mix(into mixer: inout Mixer) {
        host.mix(into: &mixer)
        var jobs = Packing()
        for target in 0..<3 { jobs.add(self.jobs[target].word, bits: 21) }
        mixer.mix(jobs.word)
        var sights = Packing()
        for target in 0..<3 {
            sights.add(UInt64(self.sights[target].freshness.rawValue), bits: 2)
            sights.add(self.sights[target].old.word, bits: 12)
            let preflight = preflights[target]
            sights.add(UInt64(preflight.revision), bits: 2)
            sights.add(UInt64(preflight.result.rawValue), bits: 2)
            sights.add(preflight.isOld ? 1 : 0, bits: 1)
        }
        mixer.mix(sights.word)
        mixer.mix(UInt64(held))
    }
}

/// Folds words into 64 bits by full multiplications, as wyhash does.
struct Mixer {
    private(set) var value: UInt64 = 0x2D35_8DCC_AA6C_78A5

    mutating func mix(_ word: UInt64) {
        let product = (value ^ word ^ 0x8BB8_4B93_962E_ACC9).multipliedFullWidth(by: word ^ 0x4B33_A62E_D433_D4A3 | 1)
        value = (product.high ^ product.low) &+ (value << 23 | value >> 41)
    }
}
