import JSONValue
import KubeClient
import KubeModel
import Synchronization

/// Everything that happens to objects of some kinds in one cluster, in order, as watches tell it.
///
/// Tests wait for what they expect by `until`, which looks again at every event instead of polling, and look back at
/// all states that an object went through.
actor Chronicle {
    enum Change: Sendable { case added, modified, deleted }

    /// One thing that happened. Numbers grow over all chronicles of the process, in the order of arrival.
    struct Entry: Sendable {
        var number: Int
        var change: Change
        var object: KubeObject
    }

    /// What is known, for a test to look at.
    struct Record: Sendable {
        fileprivate(set) var entries: [Entry] = []
        fileprivate(set) var current: [String: KubeObject] = [:]

        /// Objects of one kind that exist now.
        func objects(_ kind: String, in namespace: String? = nil) -> [KubeObject] {
            current.values.filter { $0.kind == kind && (namespace == nil || $0.namespace == namespace) }
                .sorted { $0.name < $1.name }
        }

        func object(_ kind: String, _ name: String, in namespace: String? = nil) -> KubeObject? {
            current[Chronicle.identity(kind, namespace, name)]
        }

        /// All that happened to one object.
        func history(_ kind: String, _ name: String, in namespace: String? = nil) -> [Entry] {
            entries.filter {
                $0.object.kind == kind && $0.object.name == name && $0.object.namespace == namespace
            }
        }

        /// All that happened to objects that one AccessPoint of a namespace owns.
        func entries(of accessPoint: String, in namespace: String) -> [Entry] {
            entries.filter {
                $0.object.label("accesspoint.io/accesspoint") == accessPoint
                    && $0.object.label("accesspoint.io/namespace") == namespace
            }
        }

        /// The objects of one AccessPoint that exist now.
        func owned(by accessPoint: String, in namespace: String) -> [KubeObject] {
            current.values.filter {
                $0.label("accesspoint.io/accesspoint") == accessPoint
                    && $0.label("accesspoint.io/namespace") == namespace
            }.sorted { ($0.kind, $0.name) < ($1.kind, $1.name) }
        }
    }

    private static let numbers = Mutex(0)

    let client: KubeClient
    private(set) var record = Record()
    private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    private var tickets = 0

    private init(_ client: KubeClient) { self.client = client }

    /// Begins to watch and returns when the present state is known.
    static func start(_ client: KubeClient, _ resources: [GroupVersionResource]) async throws -> Chronicle {
        let chronicle = Chronicle(client)
        for resource in resources {
            let version = try await chronicle.list(resource)
            Task { await chronicle.follow(resource, from: version) }
        }
        return chronicle
    }

    /// Waits until the predicate finds what it looks for in the record.
    ///
    /// - Throws: a `StageError` with `what` and the words of `explain` when the time is over.
    func until<Found: Sendable>(
        _ what: String, within limit: Duration = .seconds(60), explain: (Record) -> String = { _ in "" },
        _ find: (Record) throws -> Found?
    ) async throws -> Found {
        let deadline = ContinuousClock.now + limit
        while true {
            if let found = try find(record) { return found }
            guard ContinuousClock.now < deadline else {
                throw StageError("not within \(limit): \(what)\n\(explain(record))")
            }
            await change(before: deadline)
        }
    }

    /// Forgets what happened in a namespace, and to the objects of its AccessPoints; what exists now stays known.
    func forget(_ namespace: String) {
        record.entries.removeAll {
            $0.object.namespace == namespace || $0.object.label("accesspoint.io/namespace") == namespace
        }
    }

    /// Makes all waiters look again, for something outside the record has changed.
    func nudge() {
        let all = waiting
        waiting = [:]
        for continuation in all.values { continuation.resume() }
    }

    private func change(before deadline: ContinuousClock.Instant) async {
        tickets += 1
        let ticket = tickets
        let alarm = Task {
            try await ContinuousClock().sleep(until: deadline)
            lapse(ticket)
        }
        await withCheckedContinuation { waiting[ticket] = $0 }
        alarm.cancel()
    }

    private func lapse(_ ticket: Int) { waiting.removeValue(forKey: ticket)?.resume() }

    fileprivate static func identity(_ kind: String, _ namespace: String?, _ name: String) -> String {
        "\(kind) \(namespace ?? "")/\(name)"
    }
}

extension Chronicle {
    /// Takes in the whole collection; what is not in it any more is gone.
    private func list(_ resource: GroupVersionResource) async throws(APIError) -> String {
        let list = try await client.listAll(resource)
        let kind = resource.resource
        var seen: Set<String> = []
        for item in list.items {
            seen.insert(Self.identity(item.kind, item.namespace, item.name))
            let known = record.object(item.kind, item.name, in: item.namespace)
            if known == nil {
                add(.added, item)
            } else if known?.resourceVersion != item.resourceVersion {
                add(.modified, item)
            }
        }
        for (identity, object) in record.current
        where Self.plural(object.kind) == kind && object.apiVersion.hasPrefix(resource.group)
            && !seen.contains(identity)
        {
            add(.deleted, object)
        }
        return list.resourceVersion
    }

    private static func plural(_ kind: String) -> String {
        let lower = kind.lowercased()
        return lower.hasSuffix("y") ? lower.dropLast() + "ies" : lower + "s"
    }

    private func follow(_ resource: GroupVersionResource, from start: String) async {
        var version = start
        while !Task.isCancelled {
            do {
                let stream = try await client.watch(resource, resourceVersion: version, timeoutSeconds: 600)
                for try await batch in stream {
                    for event in batch {
                        switch event {
                        case .added(let object): add(.added, object)
                        case .modified(let object): add(.modified, object)
                        case .deleted(let object): add(.deleted, object)
                        case .bookmark(let newest, _): version = newest
                        case .error: version = try await list(resource)
                        }
                        if case .added(let object) = event { version = object.resourceVersion ?? version }
                        if case .modified(let object) = event { version = object.resourceVersion ?? version }
                        if case .deleted(let object) = event { version = object.resourceVersion ?? version }
                    }
                }
            } catch {
                // The server is down or the version too old: begin again from a list as soon as it answers.
                try? await ContinuousClock().sleep(for: .milliseconds(200))
                if let newest = try? await list(resource) { version = newest }
            }
        }
    }

    private func add(_ change: Change, _ object: KubeObject) {
        let number = Self.numbers.withLock { number in
            number += 1
            return number
        }
        record.entries.append(Entry(number: number, change: change, object: object))
        let identity = Self.identity(object.kind, object.namespace, object.name)
        record.current[identity] = change == .deleted ? nil : object
        nudge()
    }
}
