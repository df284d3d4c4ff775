import NIOCore
import NIOPosix

/// A TCP connection on which a test says exactly what it wants, and reads what comes.
enum RawClient {
    /// Connects to a port of this machine, talks, and closes.
    static func talk<Value>(
        _ port: Int, _ body: (inout Conversation) async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var conversation = Conversation(incoming: inbound.makeAsyncIterator(), outgoing: outbound)
            return try await body(&conversation)
        }
    }

    struct Conversation {
        var incoming: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        let outgoing: NIOAsyncChannelOutboundWriter<ByteBuffer>
        private(set) var text = ""

        init(
            incoming: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
            outgoing: NIOAsyncChannelOutboundWriter<ByteBuffer>
        ) {
            self.incoming = incoming
            self.outgoing = outgoing
        }

        mutating func send(_ text: String) async throws { try await outgoing.write(ByteBuffer(string: text)) }

        /// Reads until the answer ends with this, or the server closes, by FIN or RST.
        @discardableResult
        mutating func read(until end: String? = nil) async -> String {
            while end.map({ !text.hasSuffix($0) }) ?? true {
                guard let more = try? await incoming.next(isolation: #isolation) else { break }
                text += String(buffer: more)
            }
            defer { text = "" }
            return text
        }
    }

    /// Sends all that there is to say on a connection of its own, and reads until the server closes.
    static func ask(_ port: Int, _ request: String, isOver: Bool = true) async throws -> String {
        try await talk(port) { conversation in
            // A server that refuses the first half has closed before the second.
            try? await conversation.send(request)
            if isOver { conversation.outgoing.finish() }
            return await conversation.read()
        }
    }

    /// GET that asks for the connection to be closed.
    static func get(_ port: Int, _ target: String) async throws -> String {
        try await ask(port, "GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    }
}
