import COpenSSL

extension Certificate {
    /// Reads a certificate from DER; `position`, counted from 1, is for errors.
    init(der: [UInt8], position: Int) throws(X509Error) {
        LibcryptoError.clear()
        defer { LibcryptoError.clear() }
        guard let certificate = LibcryptoObject.certificate(der: der) else {
            throw .unreadableCertificate(position: position, reason: LibcryptoError.take())
        }
        guard let notBefore = unsafe Self.seconds(X509_get0_notBefore(certificate.pointer)),
            let notAfter = unsafe Self.seconds(X509_get0_notAfter(certificate.pointer))
        else { throw .unreadableCertificate(position: position, reason: "its validity is not a valid time") }
        guard let serial = unsafe Self.hex(X509_get0_serialNumber(certificate.pointer)) else {
            throw .unreadableCertificate(position: position, reason: "its serial number is not a number")
        }
        guard let names = Self.alternativeNames(certificate) else {
            throw .unreadableCertificate(
                position: position, reason: "its subject alternative name is malformed or repeated")
        }
        (self.notBefore, self.notAfter, self.serial) = (notBefore, notAfter, serial)
        (dnsNames, ipAddresses) = names
        subject = unsafe Self.text(X509_get_subject_name(certificate.pointer))
        issuer = unsafe Self.text(X509_get_issuer_name(certificate.pointer))
        isCA = unsafe X509_get_extension_flags(certificate.pointer) & UInt32(EXFLAG_CA) != 0
        isSelfSigned = unsafe X509_self_signed(certificate.pointer, 1) == 1
        self.der = der
        fingerprint = SHA256.hex(der)
    }

    /// Seconds since 1970, nil if `time` is not a valid time.
    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        guard let epoch = unsafe ASN1_TIME_set(nil, 0) else { return nil }
        defer { unsafe ASN1_STRING_free(epoch) }
        var (days, seconds): (Int32, Int32) = (0, 0)
        guard unsafe time != nil, unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
        return Int64(days) * 86_400 + Int64(seconds)
    }

    private static func hex(_ serial: UnsafePointer<ASN1_INTEGER>?) -> String? {
        guard let number = unsafe ASN1_INTEGER_to_BN(serial, nil) else { return nil }
        defer { unsafe BN_free(number) }
        guard let digits = unsafe BN_bn2hex(number) else { return nil }
        defer { unsafe co_free(digits) }
        return unsafe String(cString: digits)
    }

    /// RFC 2253, with every byte outside of printable ASCII escaped, so that the text is safe in messages.
    private static func text(_ name: OpaquePointer?) -> String {
        guard let writer = LibcryptoObject.memoryWriter() else { return "" }
        guard unsafe X509_NAME_print_ex(writer.pointer, name, 0, co_rfc2253_flags()) >= 0 else { return "" }
        return String(decoding: writer.writtenBytes(), as: UTF8.self)
    }

    /// The DNS names and IP addresses; nil if the extension cannot be read or holds a name that is none.
    private static func alternativeNames(_ certificate: borrowing LibcryptoObject) -> ([String], [String])? {
        var critical: Int32 = 0
        let extensionData = unsafe X509_get_ext_d2i(certificate.pointer, NID_subject_alt_name, &critical, nil)
        guard let extensionData = unsafe extensionData else {
            // -1: there is none. Anything else: there are two, or it does not decode.
            return critical == -1 ? ([], []) : nil
        }
        let names = OpaquePointer(extensionData)
        defer { unsafe GENERAL_NAMES_free(names) }
        var (dnsNames, ipAddresses): ([String], [String]) = ([], [])
        for index in 0..<max(0, unsafe co_general_names_count(names)) {
            guard let name = unsafe co_general_name_at(names, index) else { return nil }
            switch unsafe name.pointee.type {
            case GEN_DNS:
                let bytes = unsafe Self.bytes(name.pointee.d.dNSName)
                // A NUL or other control character is how a forged name hides its end.
                guard !bytes.isEmpty, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
                dnsNames.append(String(decoding: bytes, as: UTF8.self))
            case GEN_IPADD:
                guard let address = unsafe IPAddress(bytes: Self.bytes(name.pointee.d.iPAddress)) else { return nil }
                ipAddresses.append(address.text)
            default: break
            }
        }
        return (dnsNames, ipAddresses)
    }

    private static func bytes(_ string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
        guard let string = unsafe string, let start = unsafe ASN1_STRING_get0_data(string) else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: start, count: max(0, Int(ASN1_STRING_length(string)))))
    }
}
