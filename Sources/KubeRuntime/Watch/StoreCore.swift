public import KubeModel

/// An object as a store keeps it: what identifies its state, and whatever part of it the readers need.
public struct StoredObject<Element: Sendable>: Sendable {
    /// Namespace and name.
    public var key: ObjectKey
    /// The uid, empty when the server gave none.
    public var uid: String
    /// The version of this state.
    public var resourceVersion: String
    /// What readers get.
    public var element: Element

    /// An object.
    public init(key: ObjectKey, uid: String, resourceVersion: String, element: Element) {
        self.key = key
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.element = element
    }
}

/// One key's change: what was stored before and what is now; at least one of them is there.
///
/// Only to find out whose work it is (an object that changes its owner label concerns both owners). Work itself reads
/// the store, since changes are merged and may be out of date when they are looked at.
public struct StoreChange<Element: Sendable>: Sendable {
    /// The key.
    public var key: ObjectKey
    /// What was stored; nil when the key is new.
    public var before: Element?
    /// What is stored; nil when the object is gone.
    public var after: Element?
}

/// The latest state of every object of one collection, as a value.
///
/// Guarantees, whatever the order, repetition or age of what arrives:
/// - The state of an object never goes back to an older version of the same uid, and an object that is gone does not come
///   back by a late event about it.
/// - A complete list removes what it lacks, except what is newer than the list.
public struct StoreCore<Element: Sendable>: Sendable {
    private typealias Stored = StoredObject<Element>

    /// How many deleted uids are remembered to recognise late events about them.
    public static var graveCount: Int { 512 }

    private let labels: @Sendable (Element) -> [String]
    private var entries: [ObjectKey: Stored] = [:]
    private var indexed: [String: Set<ObjectKey>] = [:]
    private var graves: [String: String] = [:]
    private var graveOrder = FIFO<String>()

    /// The version of the last list.
    private var listed = ""
    /// Everything up to this version is known: from the last list and the watch, not from our own writes.
    private var known = ""

    /// True after the first complete list.
    public private(set) var isReady = false

    /// An empty store that is not ready.
    ///
    /// - Parameter index: names under which ``keys(indexedBy:)`` finds an element, such as its owner's uid.
    public init(index: @escaping @Sendable (Element) -> [String] = { _ in [] }) { labels = index }

    /// How many deleted uids are remembered.
    var buried: Int { graves.count }

    /// How many objects are stored.
    public var count: Int { entries.count }

    /// The object of a key.
    public subscript(key: ObjectKey) -> StoredObject<Element>? { entries[key] }

    /// All objects, in no order.
    public var objects: some Collection<StoredObject<Element>> & Sendable { entries.values }

    /// The keys of the objects that the index gave this name.
    public func keys(indexedBy name: String) -> Set<ObjectKey> { indexed[name] ?? [] }

    /// Takes a complete list as of `resourceVersion`.
    ///
    /// - Parameters:
    ///   - list: every object that there is.
    ///   - resourceVersion: the version of the list.
    ///   - isRebase: the list begins a new history: versions say nothing about what is stored now.
    /// - Returns: the keys that differ, deletions included.
    public mutating func replace(
        _ list: [StoredObject<Element>], resourceVersion: String, isRebase: Bool = false
    ) -> [StoreChange<Element>] {
        isReady = true
        listed = resourceVersion
        known = resourceVersion
        if isRebase {
            graves = [:]
            graveOrder = FIFO()
        }
        var current: [ObjectKey: Stored] = [:]
        for object in list { current[object.key] = object }
        var changes: [StoreChange<Element>] = []
        for (key, old) in entries where current[key] == nil {
            // Our own write may be newer than the list; if it is gone, the watch that follows will say so.
            if !isRebase, ResourceVersion.compare(old.resourceVersion, resourceVersion) == .newer { continue }
            changes.append(remove(old, at: resourceVersion))
        }
        for object in current.values {
            graves[object.uid] = nil
            if let old = entries[object.key], !isRebase {
                if ResourceVersion.compare(old.resourceVersion, resourceVersion) == .newer { continue }
                if old.uid == object.uid, old.resourceVersion == object.resourceVersion { continue }
            }
            changes.append(put(object))
        }
        return changes
    }

    /// Takes the answer to one of our own writes.
    ///
    /// - Returns: the change, or nothing when the state is not newer than what is known.
    public mutating func observe(written object: StoredObject<Element>) -> StoreChange<Element>? {
        admit(object, completeUpTo: known)
    }

    /// Takes one state of an object from a watch.
    ///
    /// - Returns: the change, or nothing when the state is not newer than what is known.
    public mutating func upsert(_ object: StoredObject<Element>) -> StoreChange<Element>? {
        known = ResourceVersion.newer(known, object.resourceVersion)
        // Not up to what is known: a server that tells news out of order shall not lose any.
        return admit(object, completeUpTo: listed)
    }

    private mutating func admit(_ object: Stored, completeUpTo version: String) -> StoreChange<Element>? {
        if entries[object.key]?.uid != object.uid {
            switch ResourceVersion.compare(object.resourceVersion, version) {
            // What was there then is stored, and this object is not: its deletion has overtaken this state.
            case .older, .same: return nil
            case .newer, nil: break
            }
        }
        if let grave = graves[object.uid] {
            switch ResourceVersion.compare(object.resourceVersion, grave) {
            case .older, .same: return nil
            case .newer, nil: graves[object.uid] = nil
            }
        }
        if let old = entries[object.key] {
            switch ResourceVersion.compare(object.resourceVersion, old.resourceVersion) {
            case .older, .same: return nil
            case .newer, nil: break
            }
            if old.uid != object.uid { bury(old.uid, at: object.resourceVersion) }
        }
        return put(object)
    }

    /// Takes a deletion, with the last state of the object.
    ///
    /// - Returns: the change, or nothing when that object is not stored or a newer state of it is.
    public mutating func delete(_ object: StoredObject<Element>) -> StoreChange<Element>? {
        known = ResourceVersion.newer(known, object.resourceVersion)
        guard let old = entries[object.key] else {
            bury(object.uid, at: object.resourceVersion)
            return nil
        }
        let order = ResourceVersion.compare(object.resourceVersion, old.resourceVersion)
        if order == .older || (order == nil && old.uid != object.uid) {
            // About an earlier life of this name, or about an earlier state.
            if old.uid != object.uid { bury(object.uid, at: object.resourceVersion) }
            return nil
        }
        if old.uid != object.uid { bury(object.uid, at: object.resourceVersion) }
        return remove(old, at: object.resourceVersion)
    }

    private mutating func put(_ object: Stored) -> StoreChange<Element> {
        let old = entries.updateValue(object, forKey: object.key)
        let before = old.map { labels($0.element) } ?? []
        let after = labels(object.element)
        if before != after {
            for name in before { unindex(name, object.key) }
            for name in after { indexed[name, default: []].insert(object.key) }
        }
        return StoreChange(key: object.key, before: old?.element, after: object.element)
    }

    private mutating func remove(_ object: Stored, at version: String) -> StoreChange<Element> {
        entries[object.key] = nil
        for name in labels(object.element) { unindex(name, object.key) }
        bury(object.uid, at: version)
        return StoreChange(key: object.key, before: object.element, after: nil)
    }

    private mutating func unindex(_ name: String, _ key: ObjectKey) {
        indexed[name]?.remove(key)
        if indexed[name]?.isEmpty ?? false { indexed[name] = nil }
    }

    private mutating func bury(_ uid: String, at version: String) {
        guard !uid.isEmpty else { return }
        if let known = graves[uid] {
            graves[uid] = ResourceVersion.newer(known, version)
            return
        }
        graves[uid] = version
        graveOrder.append(uid)
        while graveOrder.count > Self.graveCount, let oldest = graveOrder.popFirst() { graves[oldest] = nil }
    }
}
