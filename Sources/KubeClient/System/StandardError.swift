import Glibc

/// Standard error, where log lines go.
public enum StandardError {
    /// Writes whole lines; what a closed or full stream does not take is dropped, for nothing may wait for a log.
    public static func write(_ line: [UInt8]) {
        _ = unsafe line.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
