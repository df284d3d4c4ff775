import Foundation
import KubeClient
import X509Tools

/// Plays the gateway behind a VIP: `openssl s_server` on an address of loopback, which answers every path with what it
/// is told.
actor Gateway {
    let address: String
    private(set) var port = 0
    private let folder: URL
    private var process: Background?

    /// A gateway that does not run yet.
    init(_ address: String) throws {
        self.address = address
        folder = try Scratch.folder("gateway")
    }

    deinit { process?.signal(SIGKILL) }

    /// Serves a certificate from now on, at the port of before.
    func serve(_ certificate: IssuedCertificate, port chosen: Int = 0) async throws {
        await stop()
        for (name, content) in [
            ("cert.pem", certificate.certificatePEM), ("chain.pem", certificate.chainPEM),
            ("key.pem", certificate.privateKeyPEM),
        ] { try Data(content).write(to: folder.appending(path: name)) }
        if port == 0 { port = chosen }
        let process = try Background(
            "/bin/bash",
            [
                "-c",
                #"cd "$1" && exec openssl s_server -accept "$2" -cert cert.pem -cert_chain chain.pem -key key.pem -HTTP"#,
                "gateway", folder.path, "\(address):\(port)",
            ], folder: folder)
        self.process = process
        try await eventually("the gateway listens") {
            guard process.isRunning else { throw StageError("openssl s_server: \(process.text("stderr"))") }
            // It names the port only where that was left to it.
            guard let line = process.text("stdout").split(separator: "\n").first(where: { $0.hasPrefix("ACCEPT") })
            else { return false }
            if port == 0 { port = line.split(separator: ":").last.flatMap { Int($0) } ?? 0 }
            return port != 0
        }
    }

    /// Answers a path with a status from now on.
    func answer(_ path: String, _ status: Int) throws {
        let text = "HTTP/1.0 \(status) X\r\nContent-Length: 0\r\n\r\n"
        try Data(text.utf8).write(to: folder.appending(path: path), options: .atomic)
    }

    /// Answers nothing, although connections are still taken.
    func hang() { process?.signal(SIGSTOP) }

    /// Answers again.
    func wake() { process?.signal(SIGCONT) }

    /// Ends it.
    func stop() async {
        process?.signal(SIGKILL)
        await process?.end()
        process = nil
    }
}
