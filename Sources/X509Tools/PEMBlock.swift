import COpenSSL

/// One block of a PEM file (RFC 7468), decoded.
struct PEMBlock {
    /// What stands between `BEGIN` and the dashes, such as `CERTIFICATE`.
    let label: String
    /// Whether headers of the old format (RFC 1421) say that the content is encrypted.
    let isEncrypted: Bool
    /// The decoded content; for keys, a secret.
    let der: [UInt8]

    /// The most bytes that are read as PEM.
    static let maxBytes = 1 << 20
    /// The most blocks that are read.
    static let maxBlocks = 256

    /// Reads every block of `pem`; text between blocks is skipped.
    static func all(in pem: [UInt8]) throws(X509Error) -> [PEMBlock] {
        guard pem.count <= maxBytes else { throw .tooLarge(bytes: pem.count, limit: maxBytes) }
        guard !pem.isEmpty else { return [] }
        LibcryptoError.clear()
        defer { LibcryptoError.clear() }
        // `pem` outlives the reader, which reads in place.
        let result = unsafe pem.withUnsafeBufferPointer { bytes -> Result<[PEMBlock], X509Error> in
            let memory = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count))
            guard let reader = unsafe LibcryptoObject(memory, free: { unsafe BIO_free_all($0) }) else {
                return .failure(.damagedPEM(block: 1, reason: LibcryptoError.take()))
            }
            return read(reader)
        }
        return try result.get()
    }

    private static func read(_ reader: borrowing LibcryptoObject) -> Result<[PEMBlock], X509Error> {
        var blocks: [PEMBlock] = []
        while true {
            guard let block = next(reader) else {
                let isEnd = co_is_end_of_pem(ERR_peek_last_error()) == 1
                return isEnd
                    ? .success(blocks) : .failure(.damagedPEM(block: blocks.count + 1, reason: LibcryptoError.take()))
            }
            guard blocks.count < maxBlocks else { return .failure(.tooManyBlocks(limit: maxBlocks)) }
            blocks.append(block)
        }
    }

    private static func next(_ reader: borrowing LibcryptoObject) -> PEMBlock? {
        var (name, header): (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?) = (nil, nil)
        var (data, count): (UnsafeMutablePointer<UInt8>?, Int) = (nil, 0)
        guard unsafe PEM_read_bio(reader.pointer, &name, &header, &data, &count) == 1 else { return nil }
        defer {
            unsafe co_free(name)
            unsafe co_free(header)
            unsafe co_clear_free(data, count)
        }
        guard let name = unsafe name, let data = unsafe data else { return nil }
        let headerText = unsafe header.map { unsafe String(cString: $0) } ?? ""
        return unsafe PEMBlock(
            label: String(cString: name), isEncrypted: headerText.contains("ENCRYPTED"),
            der: Array(UnsafeBufferPointer(start: data, count: count)))
    }
}
