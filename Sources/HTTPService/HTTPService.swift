import Glibc
import HTTPTypes
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix

/// Serves a few routes to probes, scrapers and people, within limits; nobody can change anything through it.
///
/// It ends after the work that it tells of, so that a probe is answered while that work is still ending.
public struct HTTPService: Sendable {
    private let address: ListenAddress
    private let routes: [HTTPRoute]
    private let limits: HTTPLimits
    private let logger: Logger

    /// A service that does not listen yet.
    ///
    /// - Parameters:
    ///   - address: where it listens.
    ///   - routes: what it serves; of two with the same path the first.
    ///   - limits: what clients may take of it.
    ///   - logger: where it writes what it does.
    public init(_ address: ListenAddress, routes: [HTTPRoute], limits: HTTPLimits = HTTPLimits(), logger: Logger) {
        self.address = address
        self.routes = routes
        self.limits = limits
        self.logger = logger
    }

    /// Listens, runs the work, and ends in order when that has ended or thrown.
    ///
    /// - Parameter work: gets the port.
    /// - Returns: what the work returns.
    /// - Throws: ``HTTPServiceError`` where it cannot listen, else what the work throws.
    public func serve<Value: Sendable>(while work: (_ port: Int) async throws -> Value) async throws -> Value {
        let listening: Listening
        do {
            listening = try await listen()
        } catch {
            throw HTTPServiceError(address: address, cause: error)
        }
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await work(listening.port))
        } catch {
            outcome = .failure(error)
        }
        await end(listening)
        return try outcome.get()
    }
}

extension HTTPService {
    private struct Listening: Sendable {
        var server: Server<HTTP1Channel>
        /// Not a child of the caller's task: it outlives the cancellation of the work.
        var running: Task<Void, Never>
        var port: Int
    }

    private func listen() async throws -> Listening {
        if let host = address.host { return try await listen(host) }
        do {
            // All addresses of both families.
            return try await listen("::")
        } catch let error as IOError where [EAFNOSUPPORT, EADDRNOTAVAIL].contains(error.errnoCode) {
            return try await listen("0.0.0.0")
        }
    }

    private func listen(_ host: String) async throws -> Listening {
        var quiet = logger
        quiet.logLevel = .warning
        let start = Start()
        let server = Server(
            childChannelSetup: channel,
            configuration: ServerConfiguration(
                address: .hostname(host, port: address.port),
                availableConnectionsDelegate: .maximum(limits.connections, logger: quiet)),
            onServerRunning: { start.succeed(port: $0.localAddress?.port) },
            eventLoopGroup: .singletonMultiThreadedEventLoopGroup, logger: quiet)
        let running = Task {
            do {
                try await server.run()
            } catch {
                start.fail(error)
            }
        }
        return Listening(server: server, running: running, port: try await start.port() ?? address.port)
    }

    /// Lets requests under way end, which takes as long as an exchange may.
    private func end(_ listening: Listening) async {
        // Not in the caller's task, which may be cancelled.
        let ending = Task {
            try? await listening.server.shutdownGracefully()
            await listening.running.value
        }
        await ending.value
    }

    private var channel: HTTP1Channel {
        HTTP1Channel(
            responder: { [routes] request, writer, _ in
                let answer = routes.answer(request.method.rawValue, request.head.path ?? "")
                let head = HTTPResponse(answer)
                if request.method == .head { return try await writer.writeResponse(head) }
                try await writer.write(
                    response: head, body: ResponseBody(byteBuffer: ByteBuffer(string: answer.body)))
            },
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ExchangeDeadline(TimeAmount(limits.exchange))],
                idleTimeout: TimeAmount(limits.idle),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
                    maxHeaderFieldCount: limits.headerFields)))
    }
}

extension HTTPResponse {
    fileprivate init(_ answer: HTTPAnswer) {
        self.init(
            status: Status(code: answer.status),
            headerFields: [
                .contentType: answer.contentType, .contentLength: "\(answer.body.utf8.count)",
                .cacheControl: "no-store",
                .xContentTypeOptions: "nosniff",
            ])
        if answer.status == 405 { headerFields[.allow] = "GET, HEAD" }
    }
}
