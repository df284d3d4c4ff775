import KubeModel
import SeededRandom
import Testing

@testable import DNSClient

@Suite("Messages of DNS")
struct DNSMessageTests {
    private static func question(_ type: DNSRecordType = .a, _ name: String = "shop.example.com") throws -> DNSQuestion
    {
        try #require(DNSQuestion(name, type))
    }

    private static func answer(_ message: MessageBytes, _ type: DNSRecordType = .a) throws -> DNSAnswer {
        try DNSAnswer(try DNSMessage(message.bytes), to: try question(type))
    }

    @Test("a question is written as RFC 1035 says, with an EDNS0 record behind it")
    func query() throws {
        let bytes = try Self.question(.aaaa, "Shop.Example.com").query(id: 0xABCD)
        let name: [UInt8] = [4] + Array("shop".utf8) + [7] + Array("example".utf8) + [3] + Array("com".utf8) + [0]
        let head: [UInt8] = [0xAB, 0xCD, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1]
        #expect(bytes == head + name + [0, 28, 0, 1] + [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0])
    }

    @Test(
        "a name that cannot be sent makes no question",
        arguments: [
            "", ".", "a..b", "a.", ".a", "ä.example.com", "a b.com", String(repeating: "a", count: 64) + ".com",
            String(repeating: "abcdefg.", count: 32) + "com",
        ])
    func unaskable(name: String) { #expect(DNSQuestion(name, .a) == nil) }

    @Test("wildcards and underscores can be asked for, and 253 bytes are not too many")
    func askable() {
        for name in ["*.shop.example.com", "_x.example.com", String(repeating: "abcdefg.", count: 31) + "abcde"] {
            #expect(DNSQuestion(name, .a) != nil, "\(name)")
        }
    }

    @Test("addresses of both families are read, once each, and the least time counts")
    func addresses() throws {
        var four = MessageBytes.answer(answers: 3)
        four.record(1, seconds: 60, [198, 51, 100, 1])
        four.record(1, seconds: 30, [198, 51, 100, 2])
        four.record(1, seconds: 90, [198, 51, 100, 1])
        let answer = try Self.answer(four)
        #expect(answer.addresses.map(\.description) == ["198.51.100.1", "198.51.100.2"])
        #expect(answer.secondsToLive == 30)
        #expect(answer.exists)

        var six = MessageBytes.answer(28, answers: 1)
        six.record(28, [0x20, 0x01, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [1])
        #expect(try Self.answer(six, .aaaa).addresses.map(\.description) == ["2001:db8::1"])
    }

    @Test("aliases are followed to the addresses at their end, in whatever order the records come")
    func aliases() throws {
        var message = MessageBytes.answer(answers: 3)
        let lb = MessageBytes.encoded("lb.example.net")
        // The address stands before the alias that leads to it, under a name that is written out.
        message.raw(lb + [0, 1, 0, 1, 0, 0, 0, 20, 0, 4, 203, 0, 113, 7])
        message.record(5, seconds: 300, MessageBytes.encoded("Edge.Example.NET"))
        message.raw(MessageBytes.encoded("edge.example.net") + [0, 5, 0, 1, 0, 0, 0, 40, 0, UInt8(lb.count)] + lb)
        let answer = try Self.answer(message)
        #expect(answer.aliases == ["edge.example.net", "lb.example.net"])
        #expect(answer.addresses.map(\.description) == ["203.0.113.7"])
        #expect(answer.secondsToLive == 20)
    }

    @Test("records of names that the question does not lead to, of other types and classes, are not believed")
    func strangers() throws {
        var message = MessageBytes.answer(answers: 4)
        message.raw(MessageBytes.encoded("evil.example.org") + [0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 6, 6, 6, 6])
        message.record(28, Array(repeating: 1, count: 16))
        message.record(1, recordClass: 3, [6, 6, 6, 7])
        message.record(16, [3, 97, 98, 99])
        let answer = try Self.answer(message)
        #expect(answer.addresses == [])
        #expect(answer.aliases == [])
    }

    @Test(
        "that something does not exist holds for the lesser of the times of its SOA record",
        arguments: [(0x8183, false, 900, 60, 60), (0x8183, false, 30, 60, 30), (0x8180, true, 900, 60, 60)])
    func absence(flags: Int, exists: Bool, seconds: Int, minimum: Int, expected: Int) throws {
        var message = MessageBytes.answer(flags: UInt16(flags), authorities: 1)
        let names = MessageBytes.encoded("ns.example.com") + MessageBytes.encoded("root.example.com")
        let numbers = Array(repeating: UInt8(0), count: 16) + [0, 0, UInt8(minimum >> 8), UInt8(minimum & 0xFF)]
        message.record(at: 17, 6, seconds: UInt32(seconds), names + numbers)
        let answer = try Self.answer(message)
        #expect(answer.exists == exists)
        #expect(answer.addresses == [])
        #expect(Int(answer.secondsToLive) == expected)
    }

    @Test("an absence without a SOA record holds for no time")
    func bareAbsence() throws {
        #expect(try Self.answer(MessageBytes.answer(flags: 0x8183)).secondsToLive == 0)
    }

    @Test("a time whose highest bit is set counts as none")
    func negativeTime() throws {
        var message = MessageBytes.answer(answers: 1)
        message.record(1, seconds: 0x8000_0001, [198, 51, 100, 1])
        #expect(try Self.answer(message).secondsToLive == 0)
    }

    @Test("a resolver that cannot tell has not said that there is nothing", arguments: [1, 2, 4, 5, 9])
    func undecided(code: UInt16) throws {
        let message = MessageBytes.answer(flags: 0x8180 | code)
        #expect(throws: DNSFailure.self) { try Self.answer(message) }
    }

    @Test(
        "that there is nothing is believed only from who is responsible or looks names up for others",
        arguments: [(0x8100, false), (0x8103, false), (0x8180, true), (0x8500, true), (0x8403, true)]
            as [(UInt16, Bool)])
    func referral(flags: UInt16, isBelieved: Bool) throws {
        var message = MessageBytes.answer(flags: flags, authorities: 1)
        message.record(at: 17, 2, seconds: 900, MessageBytes.encoded("ns.example.com"))
        let answer = try? Self.answer(message)
        #expect((answer != nil) == isBelieved)
    }

    @Test("aliases in a ring are no answer")
    func ring() throws {
        for names in [["shop.example.com"], ["a.example.com", "b.example.com", "a.example.com"]] {
            var message = MessageBytes.answer(answers: UInt16(names.count))
            var owner = "shop.example.com"
            for name in names {
                let data = MessageBytes.encoded(name)
                message.raw(MessageBytes.encoded(owner) + [0, 5, 0, 1, 0, 0, 0, 9, 0, UInt8(data.count)] + data)
                owner = name
            }
            #expect(throws: DNSFailure.self) { try Self.answer(message) }
        }
    }

    @Test("only the answer to the very question counts")
    func matching() throws {
        let message = try DNSMessage(MessageBytes.answer().bytes)
        #expect(message.answers(try Self.question(), id: 7))
        #expect(!message.answers(try Self.question(), id: 8))
        #expect(!message.answers(try Self.question(.aaaa), id: 7))
        #expect(!message.answers(try Self.question(.a, "shop.example.org"), id: 7))
        #expect(!(try DNSMessage(MessageBytes.answer(flags: 0x0180).bytes).answers(try Self.question(), id: 7)))
        #expect(!(try DNSMessage(MessageBytes(questions: 0).bytes).answers(try Self.question(), id: 7)))
    }

    @Test("a cut message is read as far as it goes, and says that it is cut")
    func cut() throws {
        var message = MessageBytes.answer(flags: 0x8380, answers: 2)
        message.record(1, [198, 51, 100, 1])
        let read = try DNSMessage(message.bytes)
        #expect(read.isTruncated)
        #expect(read.answers.count == 1)
    }

    @Test("characters that would pass for others are written as numbers")
    func escapes() throws {
        var message = MessageBytes.answer(answers: 1)
        message.record(5, [3, UInt8(ascii: "a"), UInt8(ascii: "."), 0xFF, 3, 99, 111, 109, 0])
        #expect(try DNSMessage(message.bytes).answers.first?.content == .alias("a\\46\\255.com"))
    }
}

@Suite("Hostile messages of DNS")
struct HostileMessageTests {
    /// A good message with all that is read: a pointer, an alias, addresses, a SOA record.
    static let good: [UInt8] = {
        var message = MessageBytes.answer(answers: 2, authorities: 1)
        message.record(5, MessageBytes.encoded("edge.example.com"))
        message.record(1, [198, 51, 100, 1])
        message.record(6, [1, 97, 0xC0, 12, 1, 98, 0xC0, 12] + Array(repeating: 0, count: 20))
        return message.bytes
    }()

    @Test("what is wrong is refused, never followed for ever, never read past the end")
    func refused() {
        func message(_ name: [UInt8], _ more: [UInt8] = [0, 1, 0, 1]) -> [UInt8] { MessageBytes().bytes + name + more }
        var table: [String: [UInt8]] = [
            "empty": [], "half a head": Array(Self.good.prefix(11)), "no question": MessageBytes().bytes,
            "a pointer to itself": message([0xC0, 12]), "a pointer forwards": message([0xC0, 14]),
            "a pointer past the end": message([0xFF, 0xFF]),
            "a ring of pointers": message([1, 97, 0xC0, 12]), "half a pointer": MessageBytes().bytes + [0xC0],
            "a label of kind 01": message([0x41, 0]), "a label of kind 10": message([0x81, 0]),
            "a name without an end": message([3, 97, 98], []),
            "a name of 300 bytes": message(
                Array(repeating: [9] + Array(repeating: 97, count: 9), count: 30).flatMap(\.self) + [0]),
            "two questions": MessageBytes(questions: 2).bytes
                + Array(repeating: [1, 97, 0, 0, 1, 0, 1], count: 2).flatMap(\.self),
        ]
        var counts = MessageBytes.answer(answers: 65535)
        counts.record(1, [1, 2, 3, 4])
        table["more records than bytes"] = counts.bytes
        var short = MessageBytes.answer(answers: 1)
        short.record(1, [1, 2, 3])
        table["an address of three bytes"] = short.bytes
        var long = MessageBytes.answer(answers: 1)
        long.record(5, [1, 97])
        table["an alias that leaves its record"] = long.bytes + [0]
        for (name, bytes) in table {
            #expect(throws: DNSMessageError.self, "\(name)") { try DNSMessage(bytes) }
        }
    }

    @Test("no prefix of a good message, and no change of its bytes, does more than be refused")
    func mutations() throws {
        #expect(throws: Never.self) { try DNSMessage(Self.good) }
        let question = try #require(DNSQuestion("shop.example.com", .a))
        func read(_ bytes: [UInt8]) -> Bool {
            guard let message = try? DNSMessage(bytes) else { return false }
            _ = try? DNSAnswer(message, to: question)
            return true
        }
        for count in 0..<Self.good.count { #expect(!read(Array(Self.good.prefix(count))), "\(count) bytes") }
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        var readable = 0
        for _ in 0..<20_000 {
            var bytes = Self.good
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes[place] = [0, 0x3F, 0x40, 0xC0, 0xFF].randomElement(using: &random) ?? 0
                case 2: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: place)
                default: if bytes.count > 1 { bytes.remove(at: place) }
                }
            }
            if read(bytes) { readable += 1 }
        }
        // Both ways are walked; a failure above names its seed.
        #expect(readable > 100 && readable < 19_900, "seed \(seed): \(readable)")
    }

    @Test("a message of pointers alone is read in a time that grows with its size only")
    func pointers() {
        // Each name leads through all that were before it.
        var message = MessageBytes(answers: 60000)
        message.name("a")
        message.append16(1)
        message.append16(1)
        var place = 12
        while message.bytes.count < 60000 {
            let next = message.bytes.count
            message.record(at: place, 16, [])
            place = min(next, 0x3FFF)
        }
        #expect(throws: DNSMessageError.self) { try DNSMessage(message.bytes) }
    }
}
