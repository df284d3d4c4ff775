import COpenSSL

/// One object of libcrypto with the duty to free it, which is done on every path out of a function.
///
/// Calls into libcrypto leave errors in a queue of the thread; whoever makes a call that can fail clears it with
/// `LibcryptoError`.
@safe struct LibcryptoObject: ~Copyable {
    /// The object; valid only as long as this value lives.
    @unsafe let pointer: OpaquePointer
    private let free: (OpaquePointer) -> Void

    /// Takes over `pointer`; nil if libcrypto gave none.
    @unsafe init?(_ pointer: OpaquePointer?, free: @escaping (OpaquePointer) -> Void) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = unsafe pointer
        unsafe self.free = unsafe free
    }

    deinit { unsafe free(pointer) }

    /// Reads a certificate from the DER that makes up the whole of `der`; nil if it is not one.
    static func certificate(der: [UInt8]) -> LibcryptoObject? {
        var rest = 0
        let pointer = unsafe der.withUnsafeBufferPointer { bytes in
            var position = bytes.baseAddress
            let pointer = unsafe d2i_X509(nil, &position, bytes.count)
            if let start = bytes.baseAddress, let end = unsafe position { rest = unsafe start + bytes.count - end }
            return unsafe pointer
        }
        let certificate = unsafe LibcryptoObject(pointer) { unsafe X509_free($0) }
        // Bytes behind the certificate belong to nothing.
        return rest == 0 ? certificate : nil
    }

    /// Reads a private key (PKCS#8, PKCS#1 or SEC1) from DER; nil if it is not one.
    static func privateKey(der: [UInt8]) -> LibcryptoObject? {
        let pointer = unsafe der.withUnsafeBufferPointer { bytes in
            var position = bytes.baseAddress
            return unsafe d2i_AutoPrivateKey(nil, &position, bytes.count)
        }
        return unsafe LibcryptoObject(pointer) { unsafe EVP_PKEY_free($0) }
    }

    /// A growing memory buffer to write to; nil if there is no memory.
    static func memoryWriter() -> LibcryptoObject? {
        unsafe LibcryptoObject(BIO_new(BIO_s_mem())) { unsafe BIO_free_all($0) }
    }

    /// What was written to a memory buffer so far.
    func writtenBytes() -> [UInt8] {
        var start: UnsafeMutablePointer<CChar>?
        let count = unsafe co_memory_contents(pointer, &start)
        guard let start = unsafe start, count > 0 else { return [] }
        return unsafe UnsafeRawBufferPointer(start: start, count: count).map { $0 }
    }
}

/// The thread's queue of libcrypto's errors.
enum LibcryptoError {
    /// The reason of the last error, in libcrypto's words, which quote no input; the queue is empty afterwards.
    static func take() -> String {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        guard code != 0, let reason = unsafe ERR_reason_error_string(code) else { return "malformed data" }
        return unsafe String(cString: reason)
    }

    /// Empties the queue.
    static func clear() { ERR_clear_error() }
}
