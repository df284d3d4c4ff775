import KubeModel

/// Writes answers byte by byte, right and wrong ones.
struct MessageBytes {
    private(set) var bytes: [UInt8] = []

    /// The head of an answer.
    init(id: UInt16 = 7, flags: UInt16 = 0x8180, questions: UInt16 = 1, answers: UInt16 = 0, authorities: UInt16 = 0) {
        for number in [id, flags, questions, answers, authorities, 0] { append16(number) }
    }

    /// An answer to a question about `shop.example.com`, whose name begins at byte 12.
    static func answer(_ type: UInt16 = 1, flags: UInt16 = 0x8180, answers: UInt16 = 0, authorities: UInt16 = 0)
        -> MessageBytes
    {
        var message = MessageBytes(flags: flags, answers: answers, authorities: authorities)
        message.name("shop.example.com")
        message.append16(type)
        message.append16(1)
        return message
    }

    mutating func append16(_ number: UInt16) { bytes += [UInt8(number >> 8), UInt8(number & 0xFF)] }

    mutating func raw(_ more: [UInt8]) { bytes += more }

    mutating func name(_ text: String) {
        for label in text.split(separator: ".") { bytes += [UInt8(label.utf8.count)] + Array(label.utf8) }
        bytes.append(0)
    }

    /// A pointer to a name that was written before.
    mutating func pointer(_ place: Int) { append16(0xC000 | UInt16(place)) }

    /// A record whose name is a pointer.
    mutating func record(
        at place: Int = 12, _ type: UInt16, seconds: UInt32 = 60, recordClass: UInt16 = 1, _ data: [UInt8]
    ) {
        pointer(place)
        append16(type)
        append16(recordClass)
        append16(UInt16(seconds >> 16))
        append16(UInt16(seconds & 0xFFFF))
        append16(UInt16(data.count))
        bytes += data
    }

    /// The bytes of a name as a record holds them.
    static func encoded(_ text: String) -> [UInt8] {
        var message = MessageBytes()
        let start = message.bytes.count
        message.name(text)
        return Array(message.bytes[start...])
    }
}
