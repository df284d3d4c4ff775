import Glibc
import KubeClient
import Synchronization

/// A TCP relay on loopback whose connections can be frozen or reset: what a network does to a client.
final class Forwarder: Sendable {
    private struct State {
        var connections: [(client: Int32, server: Int32)] = []
        var frozen: Set<Int32> = []
        var accepted = 0
    }

    let port: Int
    private let target: UInt16
    private let state = Mutex(State())

    init(to target: Int) {
        self.target = UInt16(target)
        let (listener, port) = Sockets.listen()
        self.port = port
        _ = DedicatedThread.run { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                let server = Sockets.connect(self.target)
                state.withLock { state in
                    state.connections.append((client, server))
                    state.accepted += 1
                }
                _ = DedicatedThread.run { self.pump(client, server, key: client) }
                _ = DedicatedThread.run { self.pump(server, client, key: client) }
            }
        }
    }

    /// Connections that were accepted so far.
    var accepted: Int { state.withLock { $0.accepted } }

    /// From now on nothing passes the connections that exist; new ones work.
    func freeze() { state.withLock { $0.frozen.formUnion($0.connections.map(\.client)) } }

    /// Resets all connections.
    func reset() {
        for (client, server) in state.withLock({ $0.connections }) {
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(client, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            shutdown(server, Int32(SHUT_RDWR))
            shutdown(client, Int32(SHUT_RDWR))
        }
        state.withLock { $0.connections = [] }
    }

    private func pump(_ source: Int32, _ sink: Int32, key: Int32) {
        var piece = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(source, &piece, piece.count, 0)
            if state.withLock({ $0.frozen.contains(key) }) { return }
            guard count > 0 else { break }
            var sent = 0
            while sent < count {
                let more = piece.withUnsafeBytes {
                    send(sink, $0.baseAddress.map { $0 + sent }, count - sent, Int32(MSG_NOSIGNAL))
                }
                guard more > 0 else { break }
                sent += more
            }
            guard sent == count else { break }
        }
        shutdown(sink, Int32(SHUT_RDWR))
        shutdown(source, Int32(SHUT_RDWR))
    }
}

/// Loopback sockets.
enum Sockets {
    static func listen() -> (socket: Int32, port: Int) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = bind(socket, pointer, size)
                _ = getsockname(socket, pointer, &size)
            }
        }
        _ = Glibc.listen(socket, 4096)
        return (socket, Int(UInt16(bigEndian: address.sin_port)))
    }

    static func connect(_ port: UInt16) -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = loopback(port)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return socket
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
