import Glibc
public import KubeModel

extension Timestamp {
    /// The wall clock's time.
    public static var ofSystem: Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(secondsSince1970: Int64(time.tv_sec), microseconds: Int64(time.tv_nsec / 1000))
    }
}
