import Foundation

extension OpenSSLServer {
    /// Answers each HEADERS frame; what the server prints before the client's preface is its own.
    static func converse(_ output: FileHandle, _ input: FileHandle, _ answer: (UInt32) -> [UInt8]) {
        var received: [UInt8] = []
        var isOpen = false
        while true {
            let data = output.availableData
            if data.isEmpty { return }
            received += data
            if !isOpen, let preface = received.firstRange(of: Array("SM\r\n\r\n".utf8)) {
                isOpen = true
                received.removeFirst(preface.upperBound)
                input.write(Data(HTTP2Frame.settings))
            }
            while isOpen, received.count >= 9 {
                let count = received[..<3].reduce(0) { $0 << 8 | Int($1) }
                guard received.count >= 9 + count else { break }
                let (type, stream) = (received[3], received[5..<9].reduce(0) { $0 << 8 | UInt32($1) })
                received.removeFirst(9 + count)
                if type == HTTP2Frame.headers { input.write(Data(answer(stream))) }
            }
        }
    }
}

/// Frames of HTTP/2 (RFC 9113, section 6).
enum HTTP2Frame {
    static let headers: UInt8 = 1
    static let settings = frame(type: 4, flags: 0, stream: 0, [])

    /// The head of an answer; `fields` are indices of the static table (RFC 7541, appendix A), 8 for status 200.
    static func head(_ stream: UInt32, fields: [UInt8], endsStream: Bool = false) -> [UInt8] {
        frame(type: headers, flags: endsStream ? 5 : 4, stream: stream, fields.map { 0x80 | $0 })
    }

    static func data(_ stream: UInt32, _ body: [UInt8], endsStream: Bool = false) -> [UInt8] {
        frame(type: 0, flags: endsStream ? 1 : 0, stream: stream, body)
    }

    private static func frame(type: UInt8, flags: UInt8, stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
        let number = { (value: UInt32) in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
        return number(UInt32(payload.count)).dropFirst() + [type, flags] + number(stream) + payload
    }
}
