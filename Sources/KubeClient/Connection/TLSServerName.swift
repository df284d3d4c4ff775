import KubeModel

/// The name that a server's certificate is checked for in place of the host of its URL: a DNS name or an IP literal.
///
/// It becomes part of a URL and of the line that sends the connection to the real host, so nothing else may pass: no
/// separator of either, and no spelling (`127.1`, `name.`, `%6c`) that a reader of URLs would turn into another host.
public struct TLSServerName: Sendable, Hashable {
    /// The name in lower case; an IPv6 literal without its brackets.
    public let text: String

    /// Reads a name.
    /// - Throws: what may be written instead.
    public init(_ text: String) throws(ServerURLError) {
        let name = text.lowercased()
        guard IPAddress(name) != nil || (DNSNames.isHostName(name) && !ServerURL.endsInNumber(name)) else {
            throw ServerURLError("it must be a DNS name or an IP address")
        }
        self.text = name
    }

    /// The name as a URL writes it: an IPv6 literal in brackets.
    public var inURL: String { text.contains(":") ? "[\(text)]" : text }
}
