import COpenSSL

extension CertificateBuilder {
    /// Adds the extensions of RFC 5280 section 4.2 that the purpose calls for, and the alternative names.
    func addExtensions(
        _ certificate: borrowing LibcryptoObject, issuer: borrowing LibcryptoObject
    ) throws(X509Error) {
        let fixed: [(Int32, String)] =
            switch request.purpose {
            case .authority:
                [(NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign,cRLSign")]
            case .server:
                [
                    (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"),
                    (NID_ext_key_usage, "serverAuth"),
                ]
            case .client:
                [
                    (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"),
                    (NID_ext_key_usage, "clientAuth"),
                ]
            }
        for (kind, value) in fixed + [(NID_subject_key_identifier, "hash")] {
            try add(kind, value, to: certificate, issuer: issuer)
        }
        // After the subject's identifier, which is also the authority's in a root.
        try add(NID_authority_key_identifier, "keyid:always", to: certificate, issuer: issuer)
        try addAlternativeNames(certificate)
    }

    private func add(
        _ kind: Int32, _ value: String, to certificate: borrowing LibcryptoObject, issuer: borrowing LibcryptoObject
    ) throws(X509Error) {
        var context = unsafe X509V3_CTX()
        unsafe X509V3_set_ctx(&context, issuer.pointer, certificate.pointer, nil, nil, 0)
        guard let item = unsafe X509V3_EXT_conf_nid(nil, &context, kind, value) else {
            throw .cannotIssue(step: "extension")
        }
        defer { unsafe X509_EXTENSION_free(item) }
        guard unsafe X509_add_ext(certificate.pointer, item, -1) == 1 else { throw .cannotIssue(step: "extension") }
    }

    private func addAlternativeNames(_ certificate: borrowing LibcryptoObject) throws(X509Error) {
        var entries = request.dnsNames.map { (GEN_DNS, V_ASN1_IA5STRING, Array($0.utf8)) }
        for text in request.ipAddresses {
            guard let address = IPAddress(text) else {
                throw .cannotIssue(reason: "\"\(text)\" is not an IP address")
            }
            entries.append((GEN_IPADD, V_ASN1_OCTET_STRING, address.bytes))
        }
        guard !entries.isEmpty else { return }
        guard let names = unsafe LibcryptoObject(co_general_names_new(), free: { unsafe GENERAL_NAMES_free($0) })
        else { throw .cannotIssue(step: "alternative names") }
        for (kind, type, bytes) in entries {
            guard append(bytes, kind, type, to: names) else { throw .cannotIssue(step: "alternative names") }
        }
        let kind = NID_subject_alt_name
        guard unsafe X509_add1_ext_i2d(certificate.pointer, kind, UnsafeMutableRawPointer(names.pointer), 0, 0) == 1
        else { throw .cannotIssue(step: "alternative names") }
    }

    private func append(_ bytes: [UInt8], _ kind: Int32, _ type: Int32, to names: borrowing LibcryptoObject) -> Bool {
        guard let string = unsafe ASN1_STRING_type_new(type) else { return false }
        guard unsafe ASN1_STRING_set(string, bytes, Int32(clamping: bytes.count)) == 1,
            let name = unsafe GENERAL_NAME_new()
        else {
            unsafe ASN1_STRING_free(string)
            return false
        }
        // Each step hands over ownership: the string to the name, the name to the list.
        unsafe GENERAL_NAME_set0_value(name, kind, string)
        guard unsafe co_general_names_push(names.pointer, name) > 0 else {
            unsafe GENERAL_NAME_free(name)
            return false
        }
        return true
    }
}
