import Glibc

/// Reads small files: credentials, configuration.
public enum LocalFile {
    /// The bytes of a regular file, or of what a symbolic link ends at.
    /// - Parameters:
    ///   - path: the path.
    ///   - limit: the most bytes that are accepted.
    /// - Returns: the content.
    /// - Throws: the reason in words, with the path.
    public static func read(_ path: String, limit: Int = 4 << 20) throws(LocalFileError) -> [UInt8] {
        // Without O_NONBLOCK a named pipe would make the caller wait for a writer.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw LocalFileError(path: path, reason: message(errno), isMissing: errno == ENOENT)
        }
        defer { close(descriptor) }
        var facts = stat()
        guard unsafe fstat(descriptor, &facts) == 0 else {
            throw LocalFileError(path: path, reason: message(errno), isMissing: false)
        }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw LocalFileError(path: path, reason: "not a regular file", isMissing: false)
        }
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if count == 0 { return content }
            if count < 0 {
                if errno == EINTR { continue }
                throw LocalFileError(path: path, reason: message(errno), isMissing: false)
            }
            content += piece.prefix(count)
            guard content.count <= limit else {
                throw LocalFileError(path: path, reason: "larger than \(limit) bytes", isMissing: false)
            }
        }
    }

    private static func message(_ code: Int32) -> String {
        switch code {
        case ENOENT: "no such file"
        case EACCES, EPERM: "permission denied"
        case EISDIR: "a directory"
        default: "error \(code)"
        }
    }
}

/// Why a file could not be read.
public struct LocalFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The path.
    public let path: String
    /// The reason in words.
    public let reason: String
    /// Whether there is no such file.
    public let isMissing: Bool

    /// The path and the reason.
    public var description: String { "cannot read \(path): \(reason)" }
}
