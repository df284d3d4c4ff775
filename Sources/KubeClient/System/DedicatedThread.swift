import Glibc

/// A thread outside Swift's cooperative pool, for work that blocks.
public enum DedicatedThread {
    /// Runs `body` on a thread of its own while the calling task waits; nil if the machine gives none.
    public static func value<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value? {
        await withCheckedContinuation { continuation in
            if !run({ continuation.resume(returning: body()) }) { continuation.resume(returning: nil) }
        }
    }

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread that runs `body` and ends with it; false if the machine gives none.
    ///
    /// All signals are blocked there: they belong to the thread that the program waits for them with, and a write to a
    /// closed connection must be an error, not a SIGPIPE.
    public static func run(_ body: @escaping @Sendable () -> Void) -> Bool {
        var everything = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&everything)
        // A new thread inherits the mask; so there is no moment in which it takes a signal.
        unsafe pthread_sigmask(SIG_SETMASK, &everything, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        let context = unsafe Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let error = unsafe pthread_create(
            &thread, nil,
            { context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        guard error == 0 else {
            unsafe context.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
