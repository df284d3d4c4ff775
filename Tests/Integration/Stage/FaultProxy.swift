import Foundation
import JSONValue
import KubeClient
import Synchronization
import X509Tools

/// `scripts/fault-proxy.py` in front of all servers of a fleet: it numbers the mutating calls of operators, and kills,
/// stops or delays the one that sends a chosen call.
///
/// What it has seen is a log that a test waits on; nothing is polled.
actor FaultProxy {
    /// When the process is struck, as seen from the call.
    enum Moment: String, CaseIterable, Sendable {
        /// The server never sees the call.
        case before
        /// The server has committed it, and its answer is lost.
        case committed
        /// The answer was given.
        case after
    }

    enum Act: String, Sendable { case kill, stop, hold }

    /// A mutating call, and what the server answered.
    struct Call: Sendable, CustomStringConvertible {
        var number: Int
        /// Which of the announced processes sent it.
        var process: String
        var cluster: String
        var method: String
        var path: String
        var resource: String
        var namespace: String
        var name: String
        var subresource: String
        /// Nil while no answer came.
        var status: Int?
        var uid = ""
        var version = ""

        /// The object that it is about, as `cluster resource namespace/name`.
        var object: String { "\(cluster) \(resource) \(namespace)/\(name)" }
        var description: String {
            "\(number) \(process) \(method) \(object) \(subresource) \(status.map { "\($0)" } ?? "no answer")"
        }
        var isOfMember: Bool { cluster != Fleet.host }
        /// The object did not exist before.
        var hasCreated: Bool { status == 201 }
        var hasDeleted: Bool { method == "DELETE" && status == 200 }
    }

    struct Log: Sendable {
        fileprivate(set) var calls: [Call] = []
        /// Numbers of the calls at which a process was struck.
        fileprivate(set) var strikes: [Int] = []
        fileprivate var ports: [String: Int] = [:]
        fileprivate var echoes: Set<String> = []
    }

    private(set) var log = Log()
    private let process: Background
    private let authority: TestAuthority
    private let fleet: Fleet
    private let orders: Pipe
    private let inbox: Inbox
    private var rest: [UInt8] = []
    private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    private var tickets = 0

    /// Starts the proxy and waits until it listens.
    static func start(_ fleet: Fleet) async throws -> FaultProxy {
        let proxy = try FaultProxy(fleet)
        await proxy.listen()
        _ = try await proxy.until("the fault proxy listens") { $0.ports.isEmpty ? nil : true }
        return proxy
    }

    private init(_ fleet: Fleet) throws {
        self.fleet = fleet
        let folder = try Scratch.folder("fault-proxy")
        let now = Int64(Date().timeIntervalSince1970)
        authority = try TestAuthority(
            commonName: "Fault proxy", notBefore: now - 3600, notAfter: now + 86_400)
        var request = CertificateRequest(commonName: "127.0.0.1", notBefore: now - 3600, notAfter: now + 86_400)
        request.ipAddresses = ["127.0.0.1"]
        let issued = try authority.issue(request)
        try Data(issued.chainPEM).write(to: folder.appending(path: "tls.crt"))
        try Data(issued.privateKeyPEM).write(to: folder.appending(path: "tls.key"))
        orders = Pipe()
        let answers = Pipe()
        process = try Background(
            "/usr/bin/python3", [Checkout.top.appending(path: "scripts/fault-proxy.py").path], folder: folder,
            input: orders, output: answers)
        inbox = Inbox(answers)
        var clusters = JSONObject()
        for name in Fleet.all {
            let own = fleet.folder.appending(path: name)
            let port = try String(contentsOf: own.appending(path: "port"), encoding: .utf8)
            clusters[name] = [
                "port": .integer(Int64(port.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0),
                "authority": .string(own.appending(path: "ca.crt").path),
            ]
        }
        try Self.write(
            [
                "certificate": .string(folder.appending(path: "tls.crt").path),
                "key": .string(folder.appending(path: "tls.key").path), "clusters": .object(clusters),
            ], to: orders)
    }

    private func listen() {
        inbox.open { [weak self] in Task { await self?.read() } }
    }
}

extension FaultProxy {
    // MARK: Orders

    /// A kubeconfig by which a cluster is reached through this proxy, with the administrator's token.
    func kubeconfig(_ cluster: String) throws -> URL {
        let own = try String(contentsOf: fleet.kubeconfig(cluster), encoding: .utf8)
        let authority = Data(authority.certificatePEM).base64EncodedString()
        let text =
            own
            .replacing(/server: .*/, with: "server: https://127.0.0.1:\(log.ports[cluster] ?? 0)")
            .replacing(/certificate-authority-data: .*/, with: "certificate-authority-data: \(authority)")
        let file = try Scratch.folder("kubeconfig").appending(path: "kubeconfig")
        try Data(text.utf8).write(to: file)
        return file
    }

    /// Attributes the calls of a process to a name, and permits to strike it.
    func know(_ operation: OperatorProcess) throws {
        try order([
            "do": "process", "name": .string(operation.identity), "pid": .integer(Int64(operation.process.pid)),
        ])
    }

    /// Begins a new log: the next call is number 1, and no fault is planned.
    func begin() async throws {
        try order(["do": "count"])
        try await settle()
        log.calls = []
        log.strikes = []
    }

    /// Plans a fault; the next one can be planned when the process was struck.
    func plan(call: Int, _ moment: Moment, _ act: Act = .kill) throws {
        try order([
            "do": "plan", "call": .integer(Int64(call)), "when": .string(moment.rawValue),
            "act": .string(act.rawValue),
        ])
    }

    /// Plans a fault at the next call of a process about objects of one kind in a cluster.
    func plan(
        process: OperatorProcess, cluster: String, resource: String, _ moment: Moment, _ act: Act
    ) throws {
        try order([
            "do": "plan",
            "call": [
                "process": .string(process.identity), "cluster": .string(cluster), "resource": .string(resource),
            ], "when": .string(moment.rawValue), "act": .string(act.rawValue),
        ])
    }

    /// Lets a stopped process go on, and its call that is held.
    func resume(_ process: OperatorProcess) throws {
        try order(["do": "resume", "process": .string(process.identity)])
    }

    /// Makes a cluster unreachable through this proxy.
    func cut(_ cluster: String) throws { try order(["do": "cut", "cluster": .string(cluster)]) }

    /// Ends a `cut`.
    func mend(_ cluster: String) throws { try order(["do": "mend", "cluster": .string(cluster)]) }

    /// Waits until all that the proxy had seen before this call is in the log.
    func settle() async throws {
        tickets += 1
        let text = "\(tickets)"
        try order(["do": "echo", "text": .string(text)])
        _ = try await until("the fault proxy answers") { $0.echoes.contains(text) ? true : nil }
        log.echoes.remove(text)
    }

    private func order(_ order: JSONValue) throws { try Self.write(order, to: orders) }

    private static func write(_ order: JSONValue, to pipe: Pipe) throws {
        try pipe.fileHandleForWriting.write(contentsOf: Data((order.text() + "\n").utf8))
    }
}

extension FaultProxy {
    // MARK: What it tells

    /// Waits until the predicate finds what it looks for in the log.
    func until<Found: Sendable>(
        _ what: String, within limit: Duration = .seconds(60), _ find: (Log) throws -> Found?
    ) async throws -> Found {
        let deadline = ContinuousClock.now + limit
        while true {
            if let found = try find(log) { return found }
            try Task.checkCancellation()
            guard ContinuousClock.now < deadline, process.isRunning else {
                throw StageError("not within \(limit): \(what)\n\(process.text("stderr").suffix(2000))")
            }
            await change(before: deadline)
        }
    }

    private func change(before deadline: ContinuousClock.Instant) async {
        tickets += 1
        let ticket = tickets
        let alarm = Task {
            try await ContinuousClock().sleep(until: deadline)
            lapse(ticket)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled { continuation.resume() } else { waiting[ticket] = continuation }
            }
        } onCancel: {
            Task { await lapse(ticket) }
        }
        alarm.cancel()
    }

    private func lapse(_ ticket: Int) { waiting.removeValue(forKey: ticket)?.resume() }

    private func read() {
        rest += inbox.take()
        var events = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        rest = Array(events.removeLast())
        for event in events { if let event = try? JSONValue(parsing: Array(event)) { note(event) } }
        let all = waiting
        waiting = [:]
        for continuation in all.values { continuation.resume() }
    }

    private func note(_ event: JSONValue) {
        let number = Int(event["number"]?.integerValue ?? 0)
        func text(_ path: String...) -> String { event.value(at: path)?.stringValue ?? "" }
        switch event["event"]?.stringValue {
        case "listening":
            for port in event["ports"]?.objectValue ?? JSONObject() {
                log.ports[port.key] = Int(port.value.integerValue ?? 0)
            }
        case "call":
            log.calls.append(
                Call(
                    number: number, process: text("process"), cluster: text("cluster"), method: text("method"),
                    path: text("path"), resource: text("object", "resource"),
                    namespace: text("object", "namespace"), name: text("object", "name"),
                    subresource: text("object", "subresource")))
        case "reply":
            guard let index = log.calls.lastIndex(where: { $0.number == number }) else { return }
            log.calls[index].status = event["status"]?.integerValue.map(Int.init)
            log.calls[index].uid = text("uid")
            log.calls[index].version = text("version")
        case "struck": log.strikes.append(number)
        case "echo": log.echoes.insert(text("text"))
        default: break
        }
    }

    /// What the proxy has written and nobody has read yet: it keeps the order that tasks would not.
    private final class Inbox: Sendable {
        private let bytes = Mutex<[UInt8]>([])
        private let pipe: Handle

        /// A pipe is not marked as sendable; this one is read by its handler alone.
        private struct Handle: @unchecked Sendable { var pipe: Pipe }

        init(_ pipe: Pipe) { self.pipe = Handle(pipe: pipe) }

        func open(_ arrived: @escaping @Sendable () -> Void) {
            pipe.pipe.fileHandleForReading.readabilityHandler = { [weak self] handle in
                let data = handle.availableData
                if data.isEmpty { handle.readabilityHandler = nil }
                self?.bytes.withLock { $0 += data }
                arrived()
            }
        }

        func take() -> [UInt8] {
            bytes.withLock { bytes in
                defer { bytes = [] }
                return bytes
            }
        }
    }
}
