public import KubeModel

/// A message as a resolver has sent it: what is needed of it to know the addresses of a name.
///
/// Reading is bounded by the message itself: a pointer leads only backwards, and every count must be borne out by bytes.
/// Source: RFC 1035 section 4.
public struct DNSMessage: Sendable, Hashable {
    static let internetClass: UInt16 = 1
    private static let authoritative: UInt16 = 0x0400
    private static let recursionAvailable: UInt16 = 0x0080

    /// What a record holds.
    public enum Content: Sendable, Hashable {
        case address(IPAddress)
        /// The name of which the record's own is another (CNAME).
        case alias(String)
        /// For how long it may be remembered that something does not exist (SOA; RFC 2308 section 5).
        case absence(seconds: UInt32)
        /// Anything else.
        case other
    }

    /// One record of the sections for answers and authorities.
    public struct Record: Sendable, Hashable {
        /// The name that has it.
        public var name: String
        /// For how long it holds.
        public var secondsToLive: UInt32
        /// What it says of the name.
        public var content: Content
    }

    /// The number that the question had.
    public var id: UInt16
    /// Whether it is an answer and no question.
    public var isResponse: Bool
    /// Whether it was too large for a datagram, and is cut.
    public var isTruncated: Bool
    /// Whether who sent it is responsible for the name, or looks names up for others: only then nothing means nothing.
    public var isCompetent: Bool
    /// How it went: 0 for well, 3 for no such name, else an error (RFC 1035 section 4.1.1).
    public var responseCode: UInt8
    /// Name, type and class of the only question; nil if there is none.
    public var question: Question?
    /// What answers the question.
    public var answers: [Record]
    /// Who is responsible for the name.
    public var authorities: [Record]

    /// The question that an answer repeats.
    public struct Question: Sendable, Hashable {
        /// The name.
        public var name: String
        /// The number of the type.
        public var type: UInt16
        /// The class: 1 for IN.
        public var recordClass: UInt16
    }

    /// Whether it can be the answer to a question: another one was made up, or came late.
    public func answers(_ asked: DNSQuestion, id: UInt16) -> Bool {
        isResponse && self.id == id && question?.name == asked.name && question?.type == asked.type.rawValue
            && question?.recordClass == Self.internetClass
    }
}

extension DNSMessage {
    /// Reads a message.
    ///
    /// Of a cut message, the records that are whole are read.
    /// - Throws: what is wrong with the bytes.
    public init(_ bytes: [UInt8]) throws(DNSMessageError) {
        var reader = DNSReader(bytes)
        id = try reader.number16()
        let flags = try reader.number16()
        isResponse = flags & 0x8000 != 0
        isTruncated = flags & 0x0200 != 0
        isCompetent = flags & (Self.authoritative | Self.recursionAvailable) != 0
        responseCode = UInt8(flags & 0x000F)
        let questions = try reader.number16()
        let counts = (try reader.number16(), try reader.number16())
        _ = try reader.number16()
        guard questions <= 1 else { throw DNSMessageError("it repeats \(questions) questions") }
        if questions == 1 {
            question = Question(
                name: try reader.name(), type: try reader.number16(), recordClass: try reader.number16())
        }
        (answers, authorities) = ([], [])
        do {
            for _ in 0..<counts.0 { answers.append(try reader.record()) }
            for _ in 0..<counts.1 { authorities.append(try reader.record()) }
        } catch {
            guard isTruncated else { throw error }
        }
    }
}

/// Why bytes are no message of DNS.
public struct DNSMessageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong with them.
    public let description: String

    init(_ description: String) { self.description = description }
}
