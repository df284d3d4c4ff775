import AccessPointAPI
import JSONValue
public import KubeModel
public import TrafficModel

/// What becomes of one object of a target.
public struct ObjectChange: Sendable, Hashable {
    /// The ways in which a set can change.
    public enum Change: String, Sendable, Hashable, CaseIterable {
        /// Only the new set has the object.
        case added = "Added"
        /// Both have it, with different fields.
        case changed = "Changed"
        /// Only the old set has it.
        case removed = "Removed"
    }

    /// Its kind.
    public let kind: TrafficKind
    /// Its namespace and name.
    public let key: ObjectKey
    /// The template entry that it comes from, in the new set if it is there; empty where a live object does not say.
    public let template: String
    /// What becomes of it.
    public let change: Change
    /// Where it differs; one change of the whole object if it is added or removed. The operator's hash is left out.
    public let fields: [FieldChange]

    private init(_ object: RenderedObject, _ change: Change, _ fields: [FieldChange]) {
        self.init(object.traffic, object.template, change, fields)
    }

    private init(_ object: TrafficObject, _ template: String, _ change: Change, _ fields: [FieldChange]) {
        kind = object.kind
        key = object.key
        self.template = template
        self.change = change
        self.fields = fields
    }

    /// Compares two sets of a target; a target without a set has no objects.
    /// - Returns: what changes, in apply order, then what is removed, in the order of removal.
    static func between(_ old: RenderedSet?, and new: RenderedSet?) -> [ObjectChange] {
        let before = index(old)
        let after = index(new)
        let written = (new?.objects ?? []).compactMap { object -> ObjectChange? in
            guard let former = before[Identity(object.traffic)] else {
                return ObjectChange(object, .added, [.whole(before: nil, after: object.unhashed)])
            }
            guard former.hash != object.hash else { return nil }
            return ObjectChange(object, .changed, FieldChange.between(former.unhashed, and: object.unhashed))
        }
        let removed = (old?.objects ?? []).reversed().filter { after[Identity($0.traffic)] == nil }.map { object in
            ObjectChange(object, .removed, [.whole(before: object.unhashed, after: nil)])
        }
        return written + removed
    }

    /// Compares a set with the live objects of a target.
    /// - Returns: what would be written, in apply order, then what would be removed.
    static func between(live: [TrafficObject], and new: RenderedSet?) -> [ObjectChange] {
        let before = Dictionary(live.map { (Identity($0), $0) }, uniquingKeysWith: { first, _ in first })
        let after = index(new)
        let hash = JSONPointer(tokens: ["metadata", "annotations", Names.Annotation.hash])
        let written = (new?.objects ?? []).compactMap { object -> ObjectChange? in
            guard let found = before[Identity(object.traffic)] else {
                return ObjectChange(object, .added, [.whole(before: nil, after: object.unhashed)])
            }
            let differences = LiveComparison.differences(rendered: object.body, live: found.body, kind: object.kind)
            let fields = differences.filter { $0.pointer != hash }.map(FieldChange.init)
            return fields.isEmpty ? nil : ObjectChange(object, .changed, fields)
        }
        let removed = live.reversed().filter { after[Identity($0)] == nil }.map { object in
            let template = KubeObject(lenient: object.body).annotation(Names.Annotation.template) ?? ""
            return ObjectChange(object, template, .removed, [.whole(before: object.body, after: nil)])
        }
        return written + removed
    }

    private struct Identity: Hashable {
        let kind: TrafficKind
        let key: ObjectKey

        init(_ object: TrafficObject) {
            kind = object.kind
            key = object.key
        }
    }

    private static func index(_ set: RenderedSet?) -> [Identity: RenderedObject] {
        Dictionary((set?.objects ?? []).map { (Identity($0.traffic), $0) }, uniquingKeysWith: { first, _ in first })
    }
}

extension RenderedObject {
    /// The object without its hash, which follows from the rest of it.
    fileprivate var unhashed: JSONValue {
        var object = KubeObject(lenient: body)
        object.setAnnotation(Names.Annotation.hash, to: nil)
        return object.json
    }
}

extension ObjectChange: CustomStringConvertible {
    /// `Gateway shop/web`, the form that messages use.
    public var description: String { "\(kind.kind) \(key)" }
}
