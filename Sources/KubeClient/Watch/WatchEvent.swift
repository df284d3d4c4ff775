import JSONValue
public import KubeModel

/// One event of a watch.
public enum WatchEvent: Sendable, Hashable {
    /// The object appeared, or was there when the watch began.
    case added(KubeObject)
    /// The object changed.
    case modified(KubeObject)
    /// The object is gone; its last state.
    case deleted(KubeObject)
    /// Nothing changed up to this version. `endsInitialEvents` closes the objects that a watch with
    /// `sendInitialEvents` starts with.
    case bookmark(resourceVersion: String, endsInitialEvents: Bool)
    /// The server ends the watch, with 410 if the version is too old.
    case error(APIStatus)

    /// Reads one line of a watch; nil for a type that this client does not know, which is to be skipped.
    /// - Throws: `WatchEventError` if the line is no event.
    public init?(line: [UInt8]) throws(WatchEventError) {
        let json: JSONValue
        do { json = try JSONValue(parsing: line) } catch { throw WatchEventError("the event is no JSON") }
        guard let type = json["type"]?.stringValue, let object = json["object"] else {
            throw WatchEventError("the event has no type or no object")
        }
        switch type {
        case "ADDED": self = .added(try Self.object(object))
        case "MODIFIED": self = .modified(try Self.object(object))
        case "DELETED": self = .deleted(try Self.object(object))
        case "BOOKMARK":
            let bookmark = try Self.object(object)
            guard let version = bookmark.resourceVersion else {
                throw WatchEventError("the bookmark has no resourceVersion")
            }
            let isEnd = bookmark.annotation("k8s.io/initial-events-end") == "true"
            self = .bookmark(resourceVersion: version, endsInitialEvents: isEnd)
        case "ERROR":
            guard let status = APIStatus(object) else { throw WatchEventError("the error event holds no Status") }
            self = .error(status)
        default: return nil
        }
    }

    private static func object(_ json: JSONValue) throws(WatchEventError) -> KubeObject {
        do { return try KubeObject(json) } catch { throw WatchEventError("the event's object: \(error)") }
    }
}

/// Why a line of a watch is no event.
public struct WatchEventError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong; nothing of the line itself.
    public let description: String

    init(_ description: String) { self.description = description }
}
