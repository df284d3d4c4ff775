public import KubeModel

/// What a resolver has said about one name and type; that there is nothing is an answer too.
public struct DNSAnswer: Sendable, Hashable {
    /// Whether the name exists, with records of whichever type.
    public var exists: Bool
    /// The names that the name stands for, one after the other (CNAME).
    public var aliases: [String]
    /// The addresses at the end of the aliases, without repetitions, in the order of the answer.
    public var addresses: [IPAddress]
    /// For how long the answer holds.
    public var secondsToLive: UInt32

    /// Puts an answer together.
    public init(exists: Bool, aliases: [String] = [], addresses: [IPAddress] = [], secondsToLive: UInt32) {
        self.exists = exists
        self.aliases = aliases
        self.addresses = addresses
        self.secondsToLive = secondsToLive
    }
}

extension DNSAnswer {
    /// More aliases than any name has.
    static let aliasLimit = 16

    /// Reads what a whole answer says about its question.
    ///
    /// Records of other names than the question leads to are not believed.
    /// - Throws: where the resolver could not tell, or has told something that is no answer.
    init(_ message: DNSMessage, to question: DNSQuestion) throws(DNSFailure) {
        guard message.responseCode == 0 || message.responseCode == 3 else {
            throw DNSFailure.undecided(Self.words(message.responseCode))
        }
        var (name, aliases, lives) = (question.name, [String](), [UInt32]())
        while let alias = message.answers.first(where: { $0.name == name && $0.aliasName != nil }) {
            guard let next = alias.aliasName, aliases.count < Self.aliasLimit, next != question.name,
                !aliases.contains(next)
            else {
                throw DNSFailure.undecided("the aliases of \(question.name) have no end")
            }
            aliases.append(next)
            lives.append(alias.secondsToLive)
            name = next
        }
        var addresses: [IPAddress] = []
        for record in message.answers where record.name == name {
            guard case .address(let address) = record.content, address.isIPv6 == (question.type == .aaaa) else {
                continue
            }
            lives.append(record.secondsToLive)
            if !addresses.contains(address) { addresses.append(address) }
        }
        if addresses.isEmpty {
            guard message.isCompetent else {
                throw DNSFailure.undecided("it does not look names up for others, and is not responsible for this one")
            }
            let absences = message.authorities.compactMap { record in
                if case .absence(let seconds) = record.content { seconds } else { nil }
            }
            lives.append(absences.min() ?? 0)
        }
        self.init(
            exists: message.responseCode == 0, aliases: aliases, addresses: addresses, secondsToLive: lives.min() ?? 0)
    }

    /// The errors of RFC 1035 section 4.1.1.
    private static func words(_ code: UInt8) -> String {
        switch code {
        case 1: "it does not understand the question (FORMERR)"
        case 2: "it could not find out (SERVFAIL)"
        case 4: "it does not answer such questions (NOTIMP)"
        case 5: "it refuses to answer (REFUSED)"
        default: "it answers with error \(code)"
        }
    }
}

extension DNSMessage.Record {
    fileprivate var aliasName: String? {
        if case .alias(let name) = content { name } else { nil }
    }
}

/// Why it is not known what a name resolves to.
public enum DNSFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// No resolver has answered: what the last one did, in words.
    case silent(String)
    /// A resolver has answered, but cannot tell: why.
    case undecided(String)

    /// What the resolver did, in words.
    public var description: String {
        switch self {
        case .silent(let why), .undecided(let why): why
        }
    }
}
