import Glibc
import JSONValue
import Testing

@Suite struct StackTests {
    /// Runs `body` on a thread with a stack of `bytes`.
    private func onThread(stack bytes: Int, _ body: @escaping @Sendable () -> Void) {
        final class Work: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setstacksize(&attributes, bytes)
        var thread = pthread_t()
        let work = unsafe Unmanaged.passRetained(Work(body)).toOpaque()
        let started = unsafe pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, work)
        #expect(started == 0)
        pthread_join(thread, nil)
        unsafe pthread_attr_destroy(&attributes)
    }

    @Test("512 levels are parsed, compared, written, patched and released on a stack of 1 MiB")
    func deepest() {
        onThread(stack: 1 << 20) {
            let half = String(repeating: #"{"a":["#, count: 256)
            let text = half + String(repeating: "]}", count: 256)
            do {
                let value = try JSONValue(parsing: text)
                #expect(try JSONValue(parsing: value.canonicalBytes()) == value)
                #expect(value.mergePatched(with: value).hashValue == value.hashValue)
                let tokens = (0..<255).flatMap { _ in ["a", "0"] }
                let patch = JSONPatch(operations: [.init(op: .add, path: JSONPointer(tokens: tokens + ["b"]), value: 1)]
                )
                #expect(try patch.applied(to: value) != value)
            } catch {
                Issue.record(error)
            }
        }
    }

    @Test("an endless nest is refused on a stack of 1 MiB", arguments: ["[", #"{"a":"#])
    func endless(_ opening: String) {
        onThread(stack: 1 << 20) {
            #expect(throws: JSONError(offset: 512 * opening.utf8.count, reason: .tooDeep(maxDepth: 512))) {
                try JSONValue(parsing: String(repeating: opening, count: 50_000))
            }
        }
    }
}
