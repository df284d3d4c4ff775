import JSONValue
import KubeModel

extension EventLog {
    /// The `events.k8s.io/v1` object of a series; the limits are those of the API server's validation.
    func object(_ note: EventNote, key: ObjectKey, time: Timestamp) -> KubeObject {
        let kind = GroupVersionKind(group: "events.k8s.io", version: "v1", kind: "Event")
        var object = KubeObject(kind, key)
        object.json["eventTime"] = .string(time.rfc3339Micro)
        object.json["reportingController"] = .string(controller)
        object.json["reportingInstance"] = .string(instance)
        object.json["type"] = .string(note.severity.rawValue)
        object.json["reason"] = .string(EventText.cut(note.reason, bytes: 128))
        object.json["action"] = .string(EventText.cut(note.action, bytes: 128))
        object.json["note"] = .string(EventText.cut(note.note, bytes: 1024))
        object.json["regarding"] = note.regarding.json
        if let related = note.related { object.json["related"] = related.json }
        return object
    }

    /// The Event's key: in the namespace of what it is about, `kube-system` for what has none.
    ///
    /// Newer API servers take `default` too, 1.20 does not (`pkg/apis/core/validation/events.go`); kubectl describes an
    /// object without namespace with its Events of all namespaces.
    static func key(regarding: ObjectKey, name: String) -> ObjectKey {
        ObjectKey(namespace: regarding.namespace ?? "kube-system", name: name)
    }

    /// `<object>.<time in hex>`, cut to what a name may have; the time never repeats within a process.
    mutating func name(for object: String, date: Timestamp) -> String {
        stamp = max(date.microsecondsSince1970, stamp &+ 1)
        let suffix = "." + String(UInt64(bitPattern: stamp), radix: 16)
        var stem = EventText.cut(object, bytes: 253 - suffix.utf8.count, mark: "")
        // A label of a name must not end with a dash or be empty.
        while let last = stem.utf8.last, last == UInt8(ascii: "-") || last == UInt8(ascii: ".") { stem.removeLast() }
        return stem + suffix
    }
}

extension EventLog.Write {
    /// The name of the Event.
    var name: String {
        switch self {
        case .create(let object): object.name
        case .patch(let key, _): key.name
        }
    }

    /// The count that the server knows after it.
    var count: Int64 {
        switch self {
        case .create: 1
        case .patch(_, let body): body["series"]?["count"]?.integerValue ?? 1
        }
    }
}

extension EventReference {
    fileprivate var json: JSONValue {
        var json: JSONObject = [
            "apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind), "name": .string(key.name),
        ]
        json["namespace"] = key.namespace.map { .string($0) }
        json["uid"] = uid.map { .string($0) }
        json["resourceVersion"] = resourceVersion.map { .string($0) }
        return .object(json)
    }
}

/// Text that fits the API's limits.
enum EventText {
    /// At most `bytes` bytes of UTF-8, cut between characters and marked as cut.
    static func cut(_ text: String, bytes: Int, mark: String = "...") -> String {
        guard text.utf8.count > bytes else { return text }
        let room = bytes - mark.utf8.count
        var (kept, used) = ("", 0)
        for character in text {
            let size = character.utf8.count
            guard used + size <= room else { break }
            kept.append(character)
            used += size
        }
        return kept + mark
    }
}
