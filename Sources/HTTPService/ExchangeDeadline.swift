import NIOCore
import NIOHTTPTypes

/// Closes a connection when a request is not over in time: its sender goes on for ever, or takes the answer too slowly.
final class ExchangeDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limit: TimeAmount
    private var alarm: Scheduled<Void>?
    /// Requests that are not read to their end, and answers that are not taken to theirs.
    private var halves = 0

    init(_ limit: TimeAmount) { self.limit = limit }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            halves += 2
            if alarm == nil {
                alarm = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { context.close(promise: nil) }
            }
        case .body: break
        case .end: endHalf()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        let written = promise ?? context.eventLoop.makePromise()
        // Fulfilled when the socket has taken everything up to here.
        written.futureResult.assumeIsolated().whenComplete { _ in self.endHalf() }
        context.write(data, promise: written)
    }

    func handlerRemoved(context: ChannelHandlerContext) { alarm?.cancel() }

    private func endHalf() {
        halves -= 1
        guard halves == 0 else { return }
        alarm?.cancel()
        alarm = nil
    }
}
