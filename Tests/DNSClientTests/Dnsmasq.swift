import Foundation
import Testing

/// A real DNS server on loopback for one test.
final class Dnsmasq: @unchecked Sendable {
    let port: UInt16
    private let process = Process()

    /// Starts one with these options; it serves no name but those that they say.
    init(port: UInt16, _ options: [String]) throws {
        self.port = port
        process.executableURL = URL(filePath: "/usr/sbin/dnsmasq")
        process.arguments =
            [
                "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--port=\(port)",
                "--listen-address=127.0.0.1", "--bind-interfaces", "--local=/example.com/", "--pid-file",
            ] + options
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// It takes no notice of a SIGTERM while it does not run as a daemon.
    deinit { kill(process.processIdentifier, SIGKILL) }
}
