import KubeModel
import NIOCore
import NIOPosix

/// Asks resolvers about names: by datagram, and by TCP where the answer was too large for one.
///
/// Each question has a random number and leaves from a port of its own, and only its own answer is taken: somebody who
/// does not see the question has to guess both (RFC 5452).
public struct DNSClient: Sendable {
    private let servers: [DNSServer]
    private let timeout: Duration

    /// A client of some servers.
    ///
    /// - Parameters:
    ///   - servers: who is asked, in this order, until one answers.
    ///   - timeout: how long each of them has.
    public init(servers: [DNSServer], timeout: Duration = .seconds(2)) {
        self.servers = servers
        self.timeout = timeout
    }

    /// What the first server says that can tell; those that do not answer or cannot tell are passed over, and asked
    /// once more if none could.
    ///
    /// - Throws: where none of them could tell.
    public func answer(to question: DNSQuestion) async throws(DNSFailure) -> DNSAnswer {
        var failure = DNSFailure.silent("no resolver is configured")
        for server in servers + servers {
            do {
                return try await answer(to: question, from: server)
            } catch {
                // An answer that tells nothing says more than none.
                if case .undecided = failure, case .silent = error { continue }
                failure = error
            }
            if Task.isCancelled { break }
        }
        throw failure
    }

    private func answer(to question: DNSQuestion, from server: DNSServer) async throws(DNSFailure) -> DNSAnswer {
        var message = try await exchange(question, with: server, by: .datagram)
        if message.isTruncated { message = try await exchange(question, with: server, by: .stream) }
        guard !message.isTruncated else { throw .undecided("\(server) answers with a part only") }
        do {
            return try DNSAnswer(message, to: question)
        } catch {
            throw .undecided("\(server): \(error)")
        }
    }

    private func exchange(_ question: DNSQuestion, with server: DNSServer, by way: DNSExchange.Way)
        async throws(DNSFailure) -> DNSMessage
    {
        let id = UInt16.random(in: .min ... .max)
        do {
            return try await DNSExchange(question: question, id: id, way: way).run(with: server, timeout: timeout)
        } catch let failure as DNSFailure {
            throw failure
        } catch let error as DNSMessageError {
            throw .undecided("\(server): the answer cannot be read: \(error)")
        } catch {
            throw .silent("\(server) does not answer: \(error)")
        }
    }
}
