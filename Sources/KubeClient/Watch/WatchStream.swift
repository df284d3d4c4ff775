/// The events of one watch in batches: each batch is everything that has arrived since the one before.
///
/// Ends with nil when the server closes the watch after a whole line; throws when it breaks off inside a line, is
/// silent for longer than the idle timeout, sends what is no event, or when the reader falls behind by more than the
/// buffer holds (`TransportError.Kind.slowConsumer`). In each case the watch is resumed from the last version that was
/// *processed*. One task may iterate.
public struct WatchStream: AsyncSequence, Sendable {
    /// A batch, never empty.
    public typealias Element = [WatchEvent]
    /// The error of the watch.
    public typealias Failure = APIError

    private let body: ByteStream
    private let operation: APIOperation
    private let cluster: String
    private let credentials: CredentialSource
    private let lineLimit: Int

    /// Makes the events of a body, each of at most `lineLimit` bytes; error events do not give back `credentials`.
    public init(
        _ body: ByteStream, operation: APIOperation, cluster: String, credentials: CredentialSource = .none,
        lineLimit: Int = 16 << 20
    ) {
        self.body = body
        self.operation = operation
        self.cluster = cluster
        self.credentials = credentials
        self.lineLimit = lineLimit
    }

    /// Starts to read.
    public func makeAsyncIterator() -> Iterator {
        Iterator(
            body: body, operation: operation, cluster: cluster, credentials: credentials,
            splitter: WatchLineSplitter(limit: lineLimit))
    }

    /// Ends the watch and frees its connection; the reader gets `cancelled`.
    public func abandon() { body.abandon() }

    /// Reads batches.
    public struct Iterator: AsyncIteratorProtocol {
        let body: ByteStream
        let operation: APIOperation
        let cluster: String
        let credentials: CredentialSource
        var splitter: WatchLineSplitter
        var isFinished = false

        /// The next batch; nil at the end.
        public mutating func next() async throws(APIError) -> [WatchEvent]? {
            do throws(TransportError) {
                while !isFinished {
                    guard let bytes = try await body.next() else {
                        isFinished = true
                        if splitter.isInsideLine {
                            throw TransportError(.connectionClosed, "the watch ended inside an event")
                        }
                        return nil
                    }
                    let events = try events(in: bytes)
                    if !events.isEmpty { return events }
                }
                return nil
            } catch {
                isFinished = true
                body.abandon()
                throw APIError(operation, cluster: cluster, .transport(error))
            }
        }

        private mutating func events(in bytes: [UInt8]) throws(TransportError) -> [WatchEvent] {
            do {
                return try splitter.push(bytes).compactMap { line in
                    let event = try WatchEvent(line: line)
                    guard case .error(let status)? = event else { return event }
                    return .error(credentials.removed(from: status))
                }
            } catch let error as WatchEventError {
                throw TransportError(.malformedReply, error.description)
            } catch let error as WatchLineSplitter.LineTooLong {
                throw TransportError(.responseTooLarge, "an event of the watch exceeds \(error.limit) bytes")
            } catch {
                throw TransportError(.malformedReply, "the watch cannot be read")
            }
        }
    }
}
