import NIOCore
import NIOPosix
import Synchronization

/// A question as it has arrived.
struct Query: Sendable {
    var bytes: [UInt8]
    var port: Int

    /// The question sent back as an answer, with one address if it is given.
    func answered(flags: UInt16 = 0x8180, address: [UInt8]? = nil) -> [UInt8] {
        // Name, type and class end where the EDNS0 record of eleven bytes begins.
        let question = bytes.dropFirst(12).dropLast(11)
        let head =
            bytes.prefix(2) + [UInt8(flags >> 8), UInt8(flags & 0xFF), 0, 1, 0, address == nil ? 0 : 1, 0, 0, 0, 0]
        let record = address.map { [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4] + $0 } ?? []
        return Array(head) + Array(question) + record
    }
}

/// A socket that sends back what a test says.
struct Responder: Sendable {
    private let channel: any Channel

    var port: UInt16 { UInt16(channel.localAddress?.port ?? 0) }

    static func start(_ answers: @escaping @Sendable (Query) -> [[UInt8]]) async throws -> Responder {
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton).channelInitializer {
            channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(Handler(answers))
            }
        }.bind(host: "127.0.0.1", port: 0).get()
        return Responder(channel: channel)
    }

    func close() { channel.close(promise: nil) }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        typealias OutboundOut = AddressedEnvelope<ByteBuffer>
        private let answers: @Sendable (Query) -> [[UInt8]]

        init(_ answers: @escaping @Sendable (Query) -> [[UInt8]]) { self.answers = answers }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = unwrapInboundIn(data)
            let query = Query(
                bytes: Array(envelope.data.readableBytesView), port: envelope.remoteAddress.port ?? 0)
            for answer in answers(query) {
                let reply = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: answer))
                context.writeAndFlush(wrapOutboundOut(reply), promise: nil)
            }
        }
    }
}

/// The numbers and ports of questions.
final class Seen: Sendable {
    private let state = Mutex<(numbers: Set<[UInt8]>, ports: Set<Int>)>(([], []))

    var numbers: Set<[UInt8]> { state.withLock { $0.numbers } }
    var ports: Set<Int> { state.withLock { $0.ports } }

    func add(_ number: [UInt8], _ port: Int) {
        state.withLock { state in
            state.numbers.insert(number)
            state.ports.insert(port)
        }
    }
}
