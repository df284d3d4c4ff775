import KubeClient

/// The header lines of a request, each checked so that no value can add a line of its own, and that each is sent.
enum HeaderLines {
    static func of(_ request: HTTPRequest, isProbe: Bool = false) throws(TransportError) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for field in request.headers {
            lines.append(try line(field.name, Array(field.value.utf8), failing: .invalidRequest))
        }
        if let token = request.credentials.bearerToken {
            lines.append(try line("Authorization", Array("Bearer ".utf8) + token.reveal(), failing: .credentials))
        } else if let basic = request.credentials.basic {
            lines.append(
                try line(
                    "Authorization", Array("Basic ".utf8) + Base64.encode(basic.reveal()).utf8, failing: .credentials))
        }
        // Without this libcurl holds larger bodies back for a second, waiting for a 100 that no API server sends.
        lines.append(Array("Expect:".utf8))
        let server = request.connection.server
        if request.connection.tlsServerName != nil, !isProbe {
            lines.append(Array("Host: \(server.hostInURL):\(server.port)".utf8))
        }
        return lines
    }

    /// Never tells the value: it may be a token.
    private static func line(
        _ name: String, _ value: [UInt8], failing kind: TransportError.Kind
    ) throws(TransportError) -> [UInt8] {
        let isToken = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || "-%".utf8.contains(byte)
        }
        guard isToken, !name.isEmpty, value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw TransportError(kind, "the value of the header \(isToken ? name : "field") holds control characters")
        }
        // libcurl leaves a field out whose value is blank, without a word.
        guard value.contains(where: { $0 != 0x20 }) else {
            throw TransportError(kind, "the value of the header \(name) is blank; give one, or leave the header out")
        }
        return Array(name.utf8) + Array(": ".utf8) + value
    }
}
