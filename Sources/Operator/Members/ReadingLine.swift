import KubeClient

/// A transport on which the members of a term are read only so many at a time: when all come back at once, or all
/// watches were lost, neither they nor this process are asked for everything together.
///
/// Watches do not stand in line, and what must not wait (probes, dry runs and writes) goes past it. A member that is
/// slow to answer holds only its own share, so that it takes many of them to delay the others.
struct ReadingLine: HTTPTransport {
    /// Reads under way at once in all members together.
    static let total = 32
    /// Those of one member.
    static let perMember = 2

    private let transport: any HTTPTransport
    private let all: ConcurrencyLimit
    private let own = ConcurrencyLimit(Self.perMember)

    /// The line of one member, on its transport; `all` is what all members of one term share.
    init(_ transport: any HTTPTransport, sharing all: ConcurrencyLimit) {
        (self.transport, self.all) = (transport, all)
    }

    /// Sends as soon as there is room: first in the member's own share, so that who waits there holds nothing. The time
    /// limit of the request begins when it is sent.
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let result: Result<HTTPResponse, TransportError> = await own.run {
            await all.run {
                do throws(TransportError) { return .success(try await transport.send(request)) } catch {
                    return .failure(error)
                }
            }
        }
        return try result.get()
    }

    func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStream {
        try await transport.stream(request)
    }

    func shutdown() async { await transport.shutdown() }
}
