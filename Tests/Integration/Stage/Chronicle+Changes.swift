import JSONValue
import KubeModel

extension Chronicle.Record {
    /// What was written since an entry, for a person to read: per object each place that changed, with both values.
    func changes(since number: Int) -> [String] {
        var latest: [String: [String: String]] = [:]
        var lines: [String] = []
        for entry in entries {
            let object = entry.object
            let identity = "\(object.kind) \(object.namespace ?? "")/\(object.name)"
            let places = Self.places(object.json)
            if entry.number > number {
                let before = latest[identity] ?? [:]
                let changed = Set(before.keys).union(places.keys).filter { before[$0] != places[$0] }.sorted()
                let texts = changed.filter { !$0.hasPrefix("/metadata/") }.map {
                    "\($0): \(before[$0] ?? "-") -> \(places[$0] ?? "-")"
                }
                lines.append("\(entry.change) \(identity) \(texts.joined(separator: "; "))")
            }
            latest[identity] = entry.change == .deleted ? nil : places
        }
        return lines
    }

    /// Every leaf by its place.
    private static func places(_ value: JSONValue, at place: String = "") -> [String: String] {
        switch value {
        case .object(let members):
            members.reduce(into: [:]) { found, member in
                found.merge(places(member.value, at: "\(place)/\(member.key)")) { first, _ in first }
            }
        case .array(let items):
            items.enumerated().reduce(into: [:]) { found, item in
                found.merge(places(item.element, at: "\(place)/\(item.offset)")) { first, _ in first }
            }
        default: [place: "\(value)"]
        }
    }
}
