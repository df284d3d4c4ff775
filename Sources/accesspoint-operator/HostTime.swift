import Glibc
import KubeModel

/// What the program asks of the machine it runs on.
enum HostTime {
    /// The wall clock's time as RFC 3339 with microseconds, for log lines.
    static func text() -> String {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(secondsSince1970: Int64(time.tv_sec), microseconds: Int64(time.tv_nsec) / 1000).rfc3339Micro
    }

    /// The machine's name, which in a pod is the pod's.
    static func hostName() -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let ended = unsafe buffer.withUnsafeMutableBytes { bytes in
            guard let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return false }
            return unsafe gethostname(start, bytes.count - 1) == 0
        }
        let name = String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        return ended && !name.isEmpty ? name : "accesspoint-operator"
    }
}
