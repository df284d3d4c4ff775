import CCurl
import Glibc

/// Waits for sockets by epoll, whose cost grows with what happens and not with what is open.
///
/// Everything but `wake` belongs to the engine thread.
final class SocketPoller: Sendable {
    /// What a socket is waited for, or ready for.
    struct Interest: OptionSet, Sendable {
        let rawValue: UInt32

        static let reading = Interest(rawValue: EPOLLIN.rawValue)
        static let writing = Interest(rawValue: EPOLLOUT.rawValue)
        static let failure = Interest(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
    }

    private let epoll: Int32
    private let doorbell: Int32

    /// Makes a poller without sockets; nil if the machine gives no descriptors.
    init?() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        doorbell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard epoll >= 0, doorbell >= 0, set(doorbell, [.reading]) else { return nil }
    }

    deinit {
        close(epoll)
        close(doorbell)
    }

    /// Waits for a socket from now on, for other things than before, or no longer (`[]`).
    @discardableResult
    func set(_ socket: Int32, _ interest: Interest) -> Bool {
        cc_epoll_set(epoll, socket, interest.rawValue) == 0
    }

    /// Waits until a socket is ready, `wake` is called or the time is over; gives the sockets that are ready.
    func wait(milliseconds: Int) -> [(socket: Int32, interest: Interest)] {
        var found = [cc_ready](repeating: cc_ready(), count: 64)
        let count = unsafe cc_epoll_wait(epoll, &found, Int32(clamping: milliseconds))
        var ready: [(socket: Int32, interest: Interest)] = []
        for one in found.prefix(Int(count)) {
            if one.descriptor == doorbell {
                var rings: UInt64 = 0
                _ = unsafe read(doorbell, &rings, MemoryLayout<UInt64>.size)
            } else {
                ready.append((one.descriptor, Interest(rawValue: one.events)))
            }
        }
        return ready
    }

    /// Ends a `wait`, the present one or the next; from any thread.
    func wake() {
        var ring: UInt64 = 1
        _ = unsafe write(doorbell, &ring, MemoryLayout<UInt64>.size)
    }
}
