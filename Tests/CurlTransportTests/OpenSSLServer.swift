import Foundation
import KubeClient
import X509Tools

/// `openssl s_server` on a free port of 127.0.0.1, which answers every GET with a page, or speaks HTTP/2 as a test says;
/// gone with its owner.
final class OpenSSLServer: Sendable {
    let port: Int
    private let folder: URL
    private let process: Process

    /// Starts the server and waits until it listens; with `clientAuthority` it demands a certificate of that, and
    /// `second` is shown to who asks for its name.
    ///
    /// With `http2` it speaks HTTP/2 on one connection: that gives the bytes to send when a stream has been opened.
    init(
        _ certificate: IssuedCertificate, second: (IssuedCertificate, name: String)? = nil,
        clientAuthority: [UInt8]? = nil, arguments: [String] = [],
        http2: (@Sendable (_ stream: UInt32) -> [UInt8])? = nil
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "accesspoint-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func file(_ name: String, _ content: [UInt8]) throws -> String {
            let url = folder.appending(path: name)
            try Data(content).write(to: url)
            return url.path
        }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            [
                "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert",
                try file("cert.pem", certificate.certificatePEM), "-cert_chain",
                try file("chain.pem", certificate.chainPEM), "-key", try file("key.pem", certificate.privateKeyPEM),
            ] + (http2 == nil ? ["-www"] : ["-alpn", "h2"]) + arguments
        if let clientAuthority {
            process.arguments? += [
                "-Verify", "1", "-verify_return_error", "-CAfile", try file("clients.pem", clientAuthority),
            ]
        }
        if let (certificate, name) = second {
            process.arguments? += [
                "-servername", name, "-cert2", try file("cert2.pem", certificate.certificatePEM), "-key2",
                try file("key2.pem", certificate.privateKeyPEM),
            ]
        }
        let (input, output) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = http2 == nil ? FileHandle.nullDevice : input
        try process.run()
        (self.folder, self.process) = (folder, process)
        port = try await Self.port(output.fileHandleForReading) { output in
            if let http2 { Self.converse(output, input.fileHandleForWriting, http2) }
        }
    }

    deinit {
        process.terminate()
        try? FileManager.default.removeItem(at: folder)
    }

    /// `https://127.0.0.1:PORT` for a client that trusts `authority`.
    func settings(_ authority: TestAuthority, host: String = "127.0.0.1") throws -> ConnectionSettings {
        ConnectionSettings(
            server: try ServerURL("https://\(host):\(port)"), certificateAuthority: authority.certificatePEM,
            connectTimeout: .seconds(5))
    }

    /// Reads `ACCEPT 127.0.0.1:PORT` on a thread of its own, since the pipe blocks; then goes on with `rest`.
    private static func port(
        _ output: FileHandle, then rest: @escaping @Sendable (FileHandle) -> Void
    ) async throws -> Int {
        let reply = Reply<Int>()
        _ = DedicatedThread.run {
            var text = ""
            while true {
                let data = output.availableData
                if data.isEmpty {
                    reply.resolve(.failure(TransportError(.invalidRequest, "s_server printed \(text)")))
                    return
                }
                text += String(decoding: data, as: UTF8.self)
                let line = text.split(separator: "\n").first { $0.hasPrefix("ACCEPT ") }
                if let line, text.hasSuffix("\n"), let port = line.split(separator: ":").last.flatMap({ Int($0) }) {
                    reply.resolve(.success(port))
                    return rest(output)
                }
            }
        }
        return try await reply.value {}
    }
}
