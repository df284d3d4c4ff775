import Glibc
import KubeClient

/// What this process has used so far.
struct Usage {
    var cpuSeconds: Double
    var residentMiB: Double
    var descriptors: Int

    static var now: Usage {
        var usage = rusage()
        getrusage(0, &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        let pages =
            (try? LocalFile.read("/proc/self/statm"))
            .map { String(decoding: $0, as: UTF8.self).split(separator: " ") }
            .flatMap { $0.count > 1 ? Double($0[1]) : nil } ?? 0
        let open = (0..<20_000).count { fcntl(Int32($0), F_GETFD) >= 0 }
        return Usage(
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
            residentMiB: (pages * 4096 / 104_857.6).rounded() / 10,
            descriptors: open)
    }
}

/// Numbers of a sample.
extension [Duration] {
    func percentile(_ share: Double) -> Duration {
        guard !isEmpty else { return .zero }
        return sorted()[Swift.min(count - 1, Int(Double(count) * share))]
    }

    var summary: String {
        "P50 \(percentile(0.5).text), P99 \(percentile(0.99).text), most \((self.max() ?? .zero).text)"
    }
}

extension Duration {
    var text: String {
        let microseconds = Double(components.seconds) * 1e6 + Double(components.attoseconds) / 1e12
        return "\((microseconds / 100).rounded() / 10) ms"
    }
}
