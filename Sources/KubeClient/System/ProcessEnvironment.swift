/// The environment variables that this process was started with.
public enum ProcessEnvironment {
    /// All variables. Read from the kernel's copy, which no thread can change under a reader.
    public static let variables: [String: String] = {
        let content = (try? LocalFile.read("/proc/self/environ")) ?? []
        let pairs = content.split(separator: 0).compactMap { entry -> (String, String)? in
            guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            return (
                String(decoding: entry[..<equals], as: UTF8.self),
                String(decoding: entry[entry.index(after: equals)...], as: UTF8.self)
            )
        }
        return Dictionary(pairs) { first, _ in first }
    }()

    /// The value of one variable.
    public static func variable(_ name: String) -> String? { variables[name] }
}

extension ProxyEnvironment {
    /// The proxies that this process was started with.
    public static let ofProcess = ProxyEnvironment(ProcessEnvironment.variable)
}
