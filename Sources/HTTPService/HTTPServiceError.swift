import Glibc
import NIOCore

/// Why a service cannot listen.
public struct HTTPServiceError: Error, Sendable, CustomStringConvertible {
    /// Where it should.
    public let address: ListenAddress
    private let cause: any Error

    init(address: ListenAddress, cause: any Error) {
        self.address = address
        self.cause = cause
    }

    /// The address, what is wrong, and what to do.
    public var description: String {
        let (reason, remedy) =
            switch (cause as? IOError)?.errnoCode {
            case EADDRINUSE: ("something else listens there", "end that, or choose another address")
            case EACCES: ("this user may not use the port", "choose a port from 1024 on")
            case EADDRNOTAVAIL: ("this machine does not have the address", "choose one that it has")
            default: ("\(cause)", "choose another address")
            }
        return "cannot listen at \(address): \(reason); \(remedy)"
    }
}
