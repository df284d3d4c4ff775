import Glibc
public import KubeModel

/// What this process has taken of the machine, as Linux tells it in `/proc/self`.
public struct ProcessUsage: Sendable, Hashable {
    /// Time on a processor, in the program and in the kernel for it.
    public var cpu: Duration
    /// Memory that is resident.
    public var residentBytes: Int64
    /// When it began.
    public var start: Timestamp

    /// What Linux tells now; nil where there is no such thing. It reads memory, no disk, and takes microseconds.
    public static var present: ProcessUsage? {
        guard let own = text("/proc/self/stat"), let machine = text("/proc/stat") else { return nil }
        return ProcessUsage(
            stat: own, machine: machine, ticksPerSecond: Int64(sysconf(Int32(_SC_CLK_TCK))),
            pageBytes: Int64(sysconf(Int32(_SC_PAGESIZE))))
    }

    /// How many files and sockets it has open; nil where that is not told.
    public static var openFiles: Int? {
        guard let folder = unsafe opendir("/proc/self/fd") else { return nil }
        defer { unsafe closedir(folder) }
        var count = 0
        while let entry = unsafe readdir(folder) {
            if unsafe entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        // One of them was the folder itself.
        return count - 1
    }

    /// Reads the texts of `/proc/self/stat` and `/proc/stat` (proc(5)); nil if they are others.
    init?(stat: String, machine: String, ticksPerSecond: Int64, pageBytes: Int64) {
        // The name in parentheses may hold blanks and parentheses; state is the first field after it, number 3.
        guard ticksPerSecond > 0, pageBytes > 0, let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        func field(_ number: Int) -> Int64? {
            fields.indices.contains(number - 3) ? Int64(fields[number - 3]) : nil
        }
        let boot = machine.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Int64($0.dropFirst(6)) }
        guard let user = field(14), let system = field(15), let begin = field(22), let pages = field(24), let boot,
            (0...1 << 48).contains(user), (0...1 << 48).contains(system), (0...1 << 48).contains(begin),
            (0...1 << 40).contains(pages), pageBytes <= 1 << 20
        else { return nil }
        func time(_ ticks: Int64) -> Duration {
            .seconds(ticks / ticksPerSecond) + .seconds(1) * (ticks % ticksPerSecond) / ticksPerSecond
        }
        cpu = time(user + system)
        residentBytes = pages * pageBytes
        start = Timestamp(secondsSince1970: boot) + time(begin)
    }

    private static func text(_ path: String) -> String? {
        (try? LocalFile.read(path)).map { String(decoding: $0, as: UTF8.self) }
    }
}
