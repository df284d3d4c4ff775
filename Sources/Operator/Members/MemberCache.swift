import AccessPointAPI
import KubeModel
import KubeRuntime
import Synchronization
import TrafficModel

/// What one member holds of this operator's objects, kept current by watches and by our own writes.
///
/// A kind that the member does not serve has no resource; a kind that it serves but whose first list is not complete
/// has no owned objects yet, which is not the same as having none.
final class MemberCache: Sendable {
    /// What depends on the age of the member's API server.
    struct Version: Sendable, Hashable {
        var major: Int
        var minor: Int

        /// Before 1.30 we do not rely on an apply with resourceVersion "1" for a Service: 1.20 answers it with 500.
        var guardsServiceCreation: Bool { major > 1 || minor >= 30 }
        /// `fieldValidation` is served by default since 1.25 (KEP-2885).
        var validatesFields: Bool { major > 1 || minor >= 25 }
    }

    private struct State {
        var version = Version(major: 1, minor: 20)
        var istioVersion: String?
        var served: [TrafficKind: String] = [:]
        var suspects: Set<TrafficKind> = []
        var isDiscovered = false
        var troubles = ReadTroubles()
    }

    private static let byOwner: @Sendable (KubeObject) -> [String] = { object in
        object.label(Names.Label.uid).map { [$0] } ?? []
    }

    /// What is not looked at of an object is not kept.
    private static func reduced(_ kind: TrafficKind) -> @Sendable (KubeObject) -> KubeObject {
        { object in
            var object = object
            object.reduceManagedFields(besides: Names.fieldManager, limit: 4096)
            if kind != .service { object.status = object.status.flatMap { IstioStatus.reduced($0, of: kind) } }
            return object
        }
    }

    let stores: [TrafficKind: ObjectStore<KubeObject>]
    private let state = Mutex(State())

    init() {
        var stores: [TrafficKind: ObjectStore<KubeObject>] = [:]
        for kind in TrafficKind.allCases {
            stores[kind] = ObjectStore(transform: Self.reduced(kind), index: Self.byOwner)
        }
        self.stores = stores
    }

    var version: Version {
        get { state.withLock { $0.version } }
        set { state.withLock { $0.version = newValue } }
    }

    /// The version of Istio, several with commas between them, empty where none can be told; nil: it was not looked at.
    var istioVersion: String? {
        get { state.withLock { $0.istioVersion } }
        set { state.withLock { $0.istioVersion = newValue } }
    }

    /// The kinds that the member serves, with the version used for each.
    var served: [TrafficKind: String] { state.withLock { $0.served } }

    /// As ``served``; nil while that was not looked at.
    var discoveredKinds: [TrafficKind: String]? { state.withLock { $0.isDiscovered ? $0.served : nil } }

    /// Takes over what discovery found. A kind that is gone is dropped only when a second look agrees, for a server
    /// that has just started answers 404 for groups that it will serve.
    func discovered(_ found: [TrafficKind: String]) {
        state.withLock { state in
            let gone = Set(state.served.keys).subtracting(found.keys)
            for kind in gone.intersection(state.suspects) { state.served[kind] = nil }
            state.suspects = gone
            state.isDiscovered = true
            state.served.merge(found) { _, new in new }
        }
    }

    /// How the member addresses a kind; nil where it does not serve it.
    func resource(_ kind: TrafficKind) -> GroupVersionResource? {
        state.withLock { $0.served[kind] }.map { kind.resource($0) }
    }

    /// Our object at a place, as last seen; nil where none is known.
    func object(_ kind: TrafficKind, _ key: ObjectKey) -> KubeObject? { stores[kind]?.get(key) }

    /// The objects of one AccessPoint; nil while the list is not complete.
    func owned(_ kind: TrafficKind, by uid: String) -> [KubeObject]? {
        guard let store = stores[kind], store.isReady else { return nil }
        return store.list(indexedBy: uid)
    }

    /// Takes in whether a read of the member was answered; nil: it was.
    ///
    /// - Returns: whether what is cached has just stopped to count, or begun to count again.
    func noted(_ failure: String?, of subject: ReadTroubles.Subject, now: Moment) -> Bool {
        state.withLock { state in
            // A kind that is served no longer cannot be read, and need not be.
            if case .objects(let kind) = subject, state.served[kind] == nil { return state.troubles.answered(subject) }
            guard let failure else { return state.troubles.answered(subject) }
            return state.troubles.failed(subject, failure, now: now)
        }
    }

    /// Gives every read its grace anew.
    func forgive() { state.withLock { $0.troubles.forgive() } }

    /// Why what is cached does not count, although the member answers; nil while it does, or soon will.
    var trouble: String? { state.withLock { $0.troubles.text } }

    /// Whether it is known which kinds are served, and every one of them has been listed completely and can be read.
    var isComplete: Bool {
        let (isDiscovered, served) = state.withLock { ($0.isDiscovered && $0.troubles.text == nil, $0.served.keys) }
        return isDiscovered && served.allSatisfy { stores[$0]?.isReady ?? false }
    }

    /// Records our own write, so that nothing is decided on what it replaced.
    func observe(_ kind: TrafficKind, _ object: KubeObject) {
        stores[kind]?.observe(written: object)
    }

    /// Records our own deletion.
    func forget(_ kind: TrafficKind, _ object: KubeObject) {
        guard let store = stores[kind] else { return }
        store.apply(.changes([.delete(store.stored(object))]))
    }

    /// Calls `changed` with each AccessPoint of which an object changed, and `gone` with each that has one less.
    func subscribe(
        changed: @escaping @Sendable (Set<ObjectKey>) -> Void, gone: @escaping @Sendable (Set<ObjectKey>) -> Void
    ) -> [StoreSubscription] {
        stores.values.map { store in
            store.subscribe { batch in
                let lost = batch.changes.filter { $0.after == nil }.compactMap { $0.before.flatMap(Self.owner) }
                if !lost.isEmpty { gone(Set(lost)) }
                changed(Set(batch.changes.flatMap { [$0.before, $0.after] }.compactMap { $0.flatMap(Self.owner) }))
            }
        }
    }

    private static func owner(of object: KubeObject) -> ObjectKey? {
        guard let name = object.label(Names.Label.accessPoint), let namespace = object.label(Names.Label.namespace)
        else { return nil }
        return ObjectKey(namespace: namespace, name: name)
    }
}
