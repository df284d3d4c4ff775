import KubeModel
import NIOCore
import NIOPosix

/// One question on a socket of its own, and its answer.
struct DNSExchange: Sendable {
    /// How it is sent.
    enum Way: Sendable {
        case datagram
        case stream
    }

    /// The answer did not come in time.
    struct Late: Error, CustomStringConvertible {
        let description: String
    }

    let question: DNSQuestion
    let id: UInt16
    let way: Way

    func run(with server: DNSServer, timeout: Duration) async throws -> DNSMessage {
        let group = MultiThreadedEventLoopGroup.singleton
        let answer = group.next().makePromise(of: DNSMessage.self)
        let limit = TimeAmount(timeout)
        let alarm = answer.futureResult.eventLoop.scheduleTask(in: limit) {
            answer.fail(Late(description: "no answer within \(timeout)"))
        }
        // However it ends, the promise is kept: what comes later finds it so.
        answer.futureResult.whenComplete { _ in alarm.cancel() }
        do {
            let address = try SocketAddress(ipAddress: "\(server.address)", port: Int(server.port))
            let channel = try await connect(to: address, group, answer, limit)
            return try await withTaskCancellationHandler {
                defer { channel.close(promise: nil) }
                let buffer = ByteBuffer(bytes: message)
                switch way {
                case .datagram:
                    channel.writeAndFlush(AddressedEnvelope(remoteAddress: address, data: buffer), promise: nil)
                case .stream: channel.writeAndFlush(buffer, promise: nil)
                }
                return try await answer.futureResult.get()
            } onCancel: {
                answer.fail(CancellationError())
            }
        } catch {
            answer.fail(error)
            throw error
        }
    }

    /// The bytes that are sent; in a stream their number goes before them (RFC 1035 section 4.2.2).
    private var message: [UInt8] {
        let query = question.query(id: id)
        guard way == .stream else { return query }
        return [UInt8(truncatingIfNeeded: query.count >> 8), UInt8(truncatingIfNeeded: query.count)] + query
    }

    private func connect(
        to address: SocketAddress, _ group: MultiThreadedEventLoopGroup, _ answer: EventLoopPromise<DNSMessage>,
        _ limit: TimeAmount
    ) async throws -> any Channel {
        let reader = DNSAnswerReader(question: question, id: id, answer: answer)
        switch way {
        case .datagram:
            return try await DatagramBootstrap(group: group).channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DatagramHandler(reader))
                }
            }.connect(to: address).get()
        case .stream:
            return try await ClientBootstrap(group: group).connectTimeout(limit).channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(StreamHandler(reader))
                }
            }.connect(to: address).get()
        }
    }
}

/// Takes the message that answers a question; whatever else comes is passed over.
private struct DNSAnswerReader: Sendable {
    let question: DNSQuestion
    let id: UInt16
    let answer: EventLoopPromise<DNSMessage>

    func take(_ bytes: ByteBuffer) {
        let bytes = Array(bytes.readableBytesView)
        do {
            let message = try DNSMessage(bytes)
            if message.answers(question, id: id) { answer.succeed(message) }
        } catch {
            // Bytes without the number of the question are nobody's answer.
            if bytes.starts(with: [UInt8(id >> 8), UInt8(id & 0xFF)]) { answer.fail(error) }
        }
    }
}

private final class DatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    private let reader: DNSAnswerReader

    init(_ reader: DNSAnswerReader) { self.reader = reader }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { reader.take(unwrapInboundIn(data).data) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { reader.answer.fail(error) }
}

private final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let reader: DNSAnswerReader
    /// At most what one message has, since reading ends with it.
    private var received = ByteBuffer()

    init(_ reader: DNSAnswerReader) { self.reader = reader }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.writeImmutableBuffer(unwrapInboundIn(data))
        guard let length = received.getInteger(at: received.readerIndex, as: UInt16.self) else { return }
        guard let message = received.getSlice(at: received.readerIndex + 2, length: Int(length)) else { return }
        reader.take(message)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        reader.answer.fail(ChannelError.eof)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { reader.answer.fail(error) }
}
