/// Lets one request at a time through to a server until it has a connection; the others wait for their turn.
///
/// libcurl opens a connection for every request that finds none to share, and a connection that is still being made
/// counts as none once the server is known to speak HTTP/2 (7.88). Without this gate a burst after a broken connection
/// would make as many connections as it has requests.
struct AdmissionGate {
    private struct Line {
        var holder: UInt64
        var waiting: [UInt64] = []
    }

    private var lines: [String: Line] = [:]

    /// Asks to go through; false if the request has to wait until it is the one that `leave` gives.
    mutating func enter(_ id: UInt64, _ server: String) -> Bool {
        guard lines[server] != nil else {
            lines[server] = Line(holder: id)
            return true
        }
        lines[server]?.waiting.append(id)
        return false
    }

    /// The request has its connection, or has ended; gives the next one to go through.
    mutating func leave(_ id: UInt64, _ server: String) -> UInt64? {
        guard var line = lines[server] else { return nil }
        guard line.holder == id else {
            line.waiting.removeAll { $0 == id }
            lines[server] = line
            return nil
        }
        guard !line.waiting.isEmpty else {
            lines[server] = nil
            return nil
        }
        line.holder = line.waiting.removeFirst()
        lines[server] = line
        return line.holder
    }
}
