import Dispatch
import Glibc
import KubeClient
import Synchronization

/// A small HTTP/1.1 server on loopback whose handlers run on threads of their own and may block.
final class TestServer: Sendable {
    /// What arrived, and the connection that it came on.
    struct Exchange: Sendable {
        var method = ""
        var target = ""
        var fields: [(name: String, value: String)] = []
        var body: [UInt8] = []
        /// The number of the connection, from 1 on.
        var connection: Int
        let socket: Int32

        subscript(name: String) -> String? { fields.first { $0.name.lowercased() == name.lowercased() }?.value }

        /// Writes bytes as they are; false if the peer is gone.
        @discardableResult
        func write(_ text: String) -> Bool { write(Array(text.utf8)) }

        @discardableResult
        func write(_ bytes: [UInt8]) -> Bool {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = unsafe rest.withUnsafeBytes {
                    unsafe send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }

        /// A whole answer with a length.
        @discardableResult
        func answer(_ status: Int = 200, _ body: String = "", fields: [String] = []) -> Bool {
            let head = ["HTTP/1.1 \(status) X", "Content-Length: \(body.utf8.count)"] + fields
            return write(head.joined(separator: "\r\n") + "\r\n\r\n" + body)
        }

        /// The head of an answer whose body ends with the connection.
        func openBody(_ status: Int = 200) { write("HTTP/1.1 \(status) X\r\nConnection: close\r\n\r\n") }

        /// Waits until the peer closes; false after 30 s.
        func waitForClose() -> Bool {
            var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            var byte: UInt8 = 0
            while unsafe poll(&descriptor, 1, 30_000) > 0 {
                if unsafe recv(socket, &byte, 1, 0) <= 0 { return true }
            }
            return false
        }

        /// Passes bytes both ways between this connection and a port of 127.0.0.1 until one side closes.
        func tunnel(to port: Int) {
            let other = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            defer { close(other) }
            var address = TestServer.loopback(port)
            let result = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(other, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard result == 0 else { return }
            write("HTTP/1.1 200 Connection established\r\n\r\n")
            let far = Exchange(connection: connection, socket: other)
            var both = [socket, other].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            var piece = [UInt8](repeating: 0, count: 65536)
            while unsafe poll(&both, 2, 30_000) > 0 {
                for index in 0..<2 where both[index].revents != 0 {
                    let count = unsafe recv(both[index].fd, &piece, piece.count, 0)
                    guard count > 0, (index == 0 ? far : self).write(Array(piece.prefix(count))) else { return }
                }
            }
        }

        /// Makes the close of this connection a reset.
        func resetOnClose() {
            var option = linger(l_onoff: 1, l_linger: 0)
            unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        }
    }

    /// Whether the connection stays open for another request.
    enum After: Sendable { case keep, close }

    /// What happened; the threads hold on to it, not to the server, so that the server can go.
    private final class Book: Sendable {
        struct State {
            var exchanges: [Exchange] = []
            var connections = 0
            var open: Set<Int32> = []
        }

        let state = Mutex(State())

        func opened(_ client: Int32) -> Int {
            state.withLock { state in
                state.open.insert(client)
                state.connections += 1
                return state.connections
            }
        }

        func closed(_ client: Int32) { _ = state.withLock { $0.open.remove(client) } }

        func record(_ exchange: Exchange) { state.withLock { $0.exchanges.append(exchange) } }
    }

    let port: Int
    private let listener: Int32
    private let book = Book()

    /// Listens on a free port of 127.0.0.1; every connection gets a thread that reads requests and runs `handler`.
    init(greeting: String = "", _ handler: @escaping @Sendable (Exchange) -> After) {
        let (socket, port) = Self.listen()
        (listener, self.port) = (socket, port)
        _ = DedicatedThread.run { [book] in
            while true {
                let client = accept(socket, nil, nil)
                guard client >= 0 else {
                    // Closed here and nowhere else: the number may be another server's a moment later.
                    close(socket)
                    return
                }
                let number = book.opened(client)
                _ = DedicatedThread.run {
                    Self.serve(client, number, greeting, record: book.record, handler)
                    book.closed(client)
                    close(client)
                }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        for client in book.state.withLock({ $0.open }) { shutdown(client, Int32(SHUT_RDWR)) }
    }

    var exchanges: [Exchange] { book.state.withLock { $0.exchanges } }
    /// Connections that are open now.
    var open: Int { book.state.withLock { $0.open.count } }
    var connections: Int { book.state.withLock { $0.connections } }

    /// `http://127.0.0.1:PORT`, with whatever else a test wants.
    func settings(
        host: String = "127.0.0.1", policy: AddressPolicy = .any, proxy: ProxyChoice = .environment
    ) throws -> ConnectionSettings {
        ConnectionSettings(
            server: try ServerURL("http://\(host):\(port)"), proxy: proxy, addressPolicy: policy,
            connectTimeout: .seconds(10))
    }

    /// A listening socket on loopback and its port.
    static func listen(backlog: Int32 = 128) -> (socket: Int32, port: Int) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(socket, pointer, size)
                unsafe getsockname(socket, pointer, &size)
            }
        }
        Glibc.listen(socket, backlog)
        return (socket, Int(UInt16(bigEndian: address.sin_port)))
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func serve(
        _ client: Int32, _ number: Int, _ greeting: String, record: (Exchange) -> Void,
        _ handler: @Sendable (Exchange) -> After
    ) {
        var input: [UInt8] = []
        if !greeting.isEmpty { Exchange(connection: number, socket: client).write(greeting) }
        while let exchange = read(client, number, &input) {
            record(exchange)
            guard handler(exchange) == .keep else { return }
        }
    }

    /// Reads one request: head to the empty line, then `Content-Length` bytes.
    private static func read(_ client: Int32, _ number: Int, _ input: inout [UInt8]) -> Exchange? {
        let end = Array("\r\n\r\n".utf8)
        while input.firstRange(of: end) == nil {
            guard fill(client, &input) else { return nil }
        }
        guard let gap = input.firstRange(of: end) else { return nil }
        let lines = String(decoding: input[..<gap.lowerBound], as: UTF8.self).split(separator: "\r\n")
        input.removeSubrange(..<gap.upperBound)
        let words = lines.first?.split(separator: " ").map(String.init) ?? []
        guard words.count == 3 else { return nil }
        let fields = lines.dropFirst().map { line -> (name: String, value: String) in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (String(parts[0]), String(parts.last ?? "").trimmingPrefix(while: { $0 == " " }).description)
        }
        let length = fields.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        while input.count < length {
            guard fill(client, &input) else { return nil }
        }
        let body = Array(input.prefix(length))
        input.removeFirst(length)
        return Exchange(
            method: words[0], target: words[1], fields: fields, body: body, connection: number, socket: client)
    }

    private static func fill(_ client: Int32, _ input: inout [UInt8]) -> Bool {
        var piece = [UInt8](repeating: 0, count: 65536)
        let count = unsafe recv(client, &piece, piece.count, 0)
        guard count > 0 else { return false }
        input += piece.prefix(count)
        return true
    }
}

/// An event that a thread of the server waits for and a test triggers, or the other way round.
final class Signal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func raise() { semaphore.signal() }

    /// For a thread of the server only; false in time.
    func wait(milliseconds: Int = 30_000) -> Bool {
        semaphore.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
    }
}
