import CCurl
import KubeClient

/// Sets the options of one handle and remembers the first refusal.
@safe private struct OptionWriter {
    let handle: UnsafeMutableRawPointer
    var code = CURLE_OK

    mutating func set(_ option: CURLoption, _ value: Int) {
        if code == CURLE_OK { code = unsafe cc_set_long(handle, option, value) }
    }

    mutating func set(_ option: CURLoption, _ value: String) {
        if code == CURLE_OK { code = unsafe cc_set_string(handle, option, value) }
    }

    mutating func set(_ option: CURLoption, blob: [UInt8]) {
        guard code == CURLE_OK else { return }
        code = unsafe blob.withUnsafeBytes { unsafe cc_set_blob(handle, option, $0.baseAddress, $0.count) }
    }

    mutating func set(_ option: CURLoption, in owner: Transfer, lines: [String]) {
        if code == CURLE_OK { code = owner.attach(list: lines.map { Array($0.utf8) }, to: option) }
    }

    mutating func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer?) {
        if code == CURLE_OK { code = unsafe cc_set_pointer(handle, option, pointer) }
    }
}

extension Transfer {
    /// Prepares the handle.
    /// - Parameters:
    ///   - context: this transfer's address for the callbacks.
    ///   - roots: the authorities to trust, as a PEM bundle; nil for libcurl's own default.
    /// - Returns: false if libcurl refuses an option, which is its version's or build's fault.
    func configure(context: UnsafeMutableRawPointer, roots: [UInt8]?) -> Bool {
        var options = unsafe OptionWriter(handle: handle)
        setRequest(&options)
        setConnection(&options, roots: roots)
        // Nothing but the two protocols, and nothing from the environment or from files of the user.
        options.set(CURLOPT_PROTOCOLS_STR, "https,http")
        options.set(CURLOPT_FOLLOWLOCATION, 0)
        options.set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        options.set(CURLOPT_PATH_AS_IS, 1)
        options.set(CURLOPT_NOSIGNAL, 1)
        options.set(CURLOPT_NOPROGRESS, 1)
        // Else a cancelled request would wait for its name look-up, and with it every other cluster.
        options.set(CURLOPT_QUICK_EXIT, 1)
        unsafe options.set(CURLOPT_WRITEDATA, pointer: context)
        unsafe options.set(CURLOPT_HEADERDATA, pointer: context)
        unsafe options.set(CURLOPT_OPENSOCKETDATA, pointer: context)
        unsafe options.set(CURLOPT_PREREQDATA, pointer: context)
        unsafe options.set(CURLOPT_PRIVATE, pointer: context)
        guard options.code == CURLE_OK, unsafe CurlCallbacks.attach(to: handle) else { return false }
        return attachOwnedMemory() == CURLE_OK
    }

    private func setRequest(_ options: inout OptionWriter) {
        let request = order.request
        let server = request.connection.server
        let host = request.connection.tlsServerName?.inURL ?? server.hostInURL
        let origin = "\(server.scheme.rawValue)://\(host):\(server.port)"
        options.set(CURLOPT_URL, origin + server.basePath + request.target)
        if request.body == nil { options.set(CURLOPT_HTTPGET, 1) } else { options.set(CURLOPT_POST, 1) }
        options.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        if order.probe == nil { options.set(CURLOPT_ACCEPT_ENCODING, "gzip") }
        if order.probe == .handshake { options.set(CURLOPT_CONNECT_ONLY, 1) }
        options.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // A watch's pieces are small, and there are many watches.
        if case .stream = order.sink { options.set(CURLOPT_BUFFERSIZE, 4096) }
    }

    private func setConnection(_ options: inout OptionWriter, roots: [UInt8]?) {
        let connection = order.request.connection
        let server = connection.server
        options.set(CURLOPT_CONNECTTIMEOUT_MS, max(1, connection.connectTimeout.wholeMilliseconds))
        options.set(CURLOPT_TCP_KEEPALIVE, 1)
        options.set(CURLOPT_TCP_KEEPIDLE, 30)
        options.set(CURLOPT_TCP_KEEPINTVL, 10)
        // Empty texts also switch the environment variables off, which were read by our own rules.
        options.set(CURLOPT_NOPROXY, "")
        options.set(CURLOPT_PROXY, order.proxy.map { String(decoding: $0.reveal(), as: UTF8.self) } ?? "")
        if order.probe != nil {
            // What an older connection was served with says nothing about the next one.
            options.set(CURLOPT_FRESH_CONNECT, 1)
            options.set(CURLOPT_FORBID_REUSE, 1)
            options.set(CURLOPT_SSL_SESSIONID_CACHE, 0)
            options.set(CURLOPT_CERTINFO, 1)
        }
        if let name = connection.tlsServerName {
            // libcurl takes the name for SNI and verification from the URL; the real address goes in here.
            let peer = "\(name.inURL):\(server.port):\(server.hostInURL):\(server.port)"
            options.set(CURLOPT_CONNECT_TO, in: self, lines: [peer])
        }
        guard server.scheme == .https else {
            return options.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        }
        options.set(
            CURLOPT_HTTP_VERSION, Int(order.probe == nil ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1))
        options.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        options.set(CURLOPT_SSL_VERIFYPEER, connection.skipsVerification ? 0 : 1)
        options.set(CURLOPT_SSL_VERIFYHOST, connection.skipsVerification ? 0 : 2)
        if let roots { options.set(CURLOPT_CAINFO_BLOB, blob: roots) }
        if let certificate = order.request.credentials.clientCertificate {
            options.set(CURLOPT_SSLCERT_BLOB, blob: certificate.chain)
            options.set(CURLOPT_SSLKEY_BLOB, blob: certificate.key.reveal())
            // An encrypted key would make OpenSSL ask for its password on the terminal.
            options.set(CURLOPT_KEYPASSWD, "")
        }
    }
}
