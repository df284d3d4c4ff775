/// What is asked for: the query of a request to a route.
public struct HTTPQuery: Sendable, Hashable {
    private let names: Set<String>

    /// Reads the part of a request target after `?`; values are passed over.
    init(_ text: some StringProtocol) {
        names = Set(text.split(separator: "&").map { String($0.prefix { $0 != "=" }) })
    }

    /// Whether the query names a switch: `?verbose`, `?verbose=1`.
    public func has(_ name: String) -> Bool { names.contains(name) }
}

/// What is answered.
public struct HTTPAnswer: Sendable, Hashable {
    /// The status code.
    public var status: Int
    /// The media type of the body.
    public var contentType: String
    /// The body.
    public var body: String

    /// Makes an answer.
    public init(status: Int = 200, contentType: String = "text/plain; charset=utf-8", body: String) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

/// A path that is served by GET and HEAD, and what answers there.
public struct HTTPRoute: Sendable {
    /// The path, byte by byte.
    public let path: String
    /// Makes the answer; it must not wait long.
    public let answer: @Sendable (HTTPQuery) -> HTTPAnswer

    /// Makes a route.
    public init(_ path: String, answer: @escaping @Sendable (HTTPQuery) -> HTTPAnswer) {
        self.path = path
        self.answer = answer
    }
}

extension [HTTPRoute] {
    /// The answer to a request of this method for this path and query: that of the route, 404 where there is none, 405
    /// for a method that changes something.
    func answer(_ method: String, _ target: String) -> HTTPAnswer {
        let path = target.prefix { $0 != "?" }
        guard let route = first(where: { $0.path == path }) else {
            return HTTPAnswer(status: 404, body: "not found; there is \(map(\.path).joined(separator: ", "))\n")
        }
        guard method == "GET" || method == "HEAD" else {
            return HTTPAnswer(status: 405, body: "only GET and HEAD\n")
        }
        return route.answer(HTTPQuery(target.dropFirst(path.count + 1)))
    }
}
