import JSONValue

@testable import AccessPointAPI

/// A complete AccessPoint to change one thing of.
enum Fixture {
    static func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }

    /// An AccessPoint with one template entry, two overrides and two waves.
    static func accessPoint() throws -> JSONValue {
        try json(
            """
            {"apiVersion": "accesspoint.io/v1alpha1", "kind": "AccessPoint",
             "metadata": {"name": "checkout", "namespace": "shop", "uid": "u1", "generation": 3},
             "spec": {
              "scope": {"regions": ["us-west"]},
              "trafficTemplate": [
               {"name": "vip", "object": {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "vip"}}}],
              "overrides": [
               {"name": "patch", "targets": {"clusterSelector": {"matchExpressions": [
                  {"key": "network", "operator": "In", "values": ["internet"]}]}},
                "resources": [{"template": "vip"}],
                "jsonPatch": [{"op": "add", "path": "/spec/x", "value": 1}, {"op": "remove", "path": "/spec/y"}]},
               {"name": "merge", "mergePatch": {"spec": {"x": 1}}}],
              "policy": {
               "placement": {"type": "Selector", "clusterSelector": {"matchLabels": {"network": "internet"}}},
               "rollout": {"waves": [
                 {"name": "us", "targets": {"regions": ["us-west"]}, "maxConcurrency": "50%"}, {"name": "rest"}]}}}}
            """)
    }

    /// The fixture with `json` in place of what `path` names, such as `spec.overrides.0.name`; nil takes it away.
    static func changed(_ path: String, to json: String?) throws -> JSONValue {
        let value = try json.map { try Fixture.json($0) }
        return edited(try accessPoint(), path.split(separator: ".").map(String.init)[...], value) ?? .null
    }

    private static func edited(_ json: JSONValue, _ path: ArraySlice<String>, _ value: JSONValue?) -> JSONValue? {
        guard let first = path.first else { return value }
        if var items = json.arrayValue, let index = Int(first) {
            let old = index < items.count ? items.remove(at: index) : JSONValue.object(JSONObject())
            if let item = edited(old, path.dropFirst(), value) { items.insert(item, at: index) }
            return .array(items)
        }
        var members = json.objectValue ?? JSONObject()
        members[first] = edited(members[first] ?? .object(JSONObject()), path.dropFirst(), value)
        return .object(members)
    }

    /// The errors of decoding `json`; empty if it decodes.
    static func errors(_ json: JSONValue) -> [String] {
        do {
            _ = try AccessPoint.decode(json)
            return []
        } catch {
            return error.errors.map(\.description)
        }
    }
}
