import Glibc
import Synchronization

/// Runs a program and gathers what it prints, on a thread of its own.
///
/// The program gets no input, our error output, and no other open file of ours. It has a process group of its own, so
/// that what it starts ends with it when the time is over.
enum ChildProcess {
    /// Why a program gave no output.
    enum Failure: Error, Equatable {
        case notStarted(Int32)
        case timedOut
        case tooMuchOutput
        /// The exit status, or 128 plus the signal.
        case failed(Int32)
    }

    /// Runs `arguments[0]`, looked for in `PATH`, and gives its output if it ends well.
    static func output(
        _ arguments: [String], environment: [String: String], timeout: Duration, limit: Int
    ) async throws(Failure) -> [UInt8] {
        let result = await DedicatedThread.value { run(arguments, environment, timeout, limit) }
        return try (result ?? .failure(.notStarted(EAGAIN))).get()
    }

    private static func run(
        _ arguments: [String], _ environment: [String: String], _ timeout: Duration, _ limit: Int
    ) -> Result<[UInt8], Failure> {
        let deadline = ContinuousClock.now + timeout
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return .failure(.notStarted(errno)) }
        let (reading, writing) = (ends[0], ends[1])
        defer { close(reading) }
        let variables = environment.map { "\($0)=\($1)" }
        let (pid, error) = spawn(arguments, variables, output: writing)
        close(writing)
        guard error == 0 else { return .failure(.notStarted(error)) }
        let content = gather(reading, until: deadline, limit: limit)
        let status = exitStatus(of: pid, until: deadline, kill: (try? content.get()) == nil)
        guard case .success = content else { return content }
        guard let status else { return .failure(.timedOut) }
        return status == 0 ? content : .failure(.failed(status))
    }

    private static func spawn(_ arguments: [String], _ variables: [String], output: Int32) -> (pid_t, Int32) {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        // Files that others in this process hold without O_CLOEXEC, such as libcurl's own. It does not matter which of
        // the numbers are in use; asking first would miss what another thread opens meanwhile.
        for descriptor in 3..<max(3, min(1024, Int32(clamping: sysconf(Int32(_SC_OPEN_MAX))))) {
            unsafe posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // This thread blocks all signals; the program must not inherit that.
        var (none, all) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        var pid: pid_t = 0
        let error = unsafe withCStrings(arguments) { arguments in
            unsafe withCStrings(variables) { variables in
                guard let program = unsafe arguments[0] else { return EINVAL }
                return unsafe posix_spawnp(&pid, program, &actions, &attributes, arguments, variables)
            }
        }
        return (pid, error)
    }

    /// A null-terminated array of null-terminated copies, freed afterwards.
    private static func withCStrings(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Int32
    ) -> Int32 {
        var copies: [UnsafeMutablePointer<CChar>?] = unsafe strings.map { unsafe strdup($0) }
        defer { unsafe copies.forEach { unsafe free($0) } }
        unsafe copies.append(nil)
        return unsafe copies.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return EINVAL }
            return unsafe body(start)
        }
    }

    private static func gather(
        _ descriptor: Int32, until deadline: ContinuousClock.Instant, limit: Int
    ) -> Result<[UInt8], Failure> {
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16384)
        while true {
            let left = deadline - .now
            guard left > .zero else { return .failure(.timedOut) }
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&waiting, 1, Int32(clamping: left.wholeMilliseconds + 1)) != 0 else { continue }
            let count = unsafe read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return .success(content) }
            content += piece.prefix(count)
            guard content.count <= limit else { return .failure(.tooMuchOutput) }
        }
    }

    /// The status of the program once it has ended; nil if it had to be killed at the deadline.
    private static func exitStatus(of pid: pid_t, until deadline: ContinuousClock.Instant, kill killNow: Bool) -> Int32?
    {
        var status: Int32 = 0
        while !killNow, ContinuousClock.now < deadline {
            // A program may close its output and go on.
            let ended = unsafe waitpid(pid, &status, WNOHANG)
            if ended == pid { return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F) }
            if ended < 0, errno != EINTR { return 0 }
            poll(nil, 0, 5)
        }
        kill(-pid, SIGKILL)
        while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return nil
    }
}

extension Duration {
    /// Whole milliseconds, rounded down; saturated at the ends.
    public var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = Int(seconds).multipliedReportingOverflow(by: 1000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        return scaled.addingReportingOverflow(Int(attoseconds / 1_000_000_000_000_000)).partialValue
    }
}
