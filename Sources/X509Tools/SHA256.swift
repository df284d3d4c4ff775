import COpenSSL

/// SHA-256 (FIPS 180-4), computed by libcrypto.
public enum SHA256 {
    /// The 32 bytes of the digest of `bytes`.
    public static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        let isDone = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe digest.withUnsafeMutableBufferPointer { output in
                // An empty array has no address; libcrypto reads nothing from the one it is given instead.
                unsafe COpenSSL.SHA256(
                    input.baseAddress ?? UnsafePointer(output.baseAddress), input.count, output.baseAddress) != nil
            }
        }
        // Does not depend on input: only a libcrypto without SHA-256 fails, and with that nothing can run.
        precondition(isDone, "libcrypto offers no SHA-256; check its configuration (openssl list -digest-algorithms)")
        return digest
    }

    /// The digest of `bytes` as 64 lower-case hexadecimal digits.
    public static func hex(_ bytes: [UInt8]) -> String { Hex.text(digest(bytes)) }
}

/// Hexadecimal text of bytes.
enum Hex {
    static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
