import Glibc
public import KubeClient

extension ProxyEnvironment {
    /// The variables of this process as they were at the first use.
    public static let ofProcess = ProxyEnvironment { name in
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
