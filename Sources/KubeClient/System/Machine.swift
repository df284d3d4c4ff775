import Glibc

/// The machine that this process runs on.
public enum Machine {
    /// Its name, which in a pod is the pod's; nil if it has none.
    public static var name: String? {
        var buffer = [UInt8](repeating: 0, count: 256)
        let ended = unsafe buffer.withUnsafeMutableBytes { bytes in
            guard let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return false }
            return unsafe gethostname(start, bytes.count - 1) == 0
        }
        let name = String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        return ended && !name.isEmpty ? name : nil
    }

    /// A name for one process that no other has, nor the next one of this program in the same pod: `name`, or that of
    /// the machine, and a random number. Whoever finds it in a Lease is the one who wrote it there.
    public static func processName(_ name: String? = nil) -> String {
        "\(name ?? Machine.name ?? "process-\(getpid())")_\(String(UInt64.random(in: .min ... .max), radix: 36))"
    }
}
