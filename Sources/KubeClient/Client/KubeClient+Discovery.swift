import JSONValue
public import KubeModel

/// What `/version` says.
public struct ServerVersion: Sendable, Hashable {
    /// The first number, 1.
    public var major: Int
    /// The second number.
    public var minor: Int
    /// The whole text, such as `v1.31.2+k3s1`.
    public var gitVersion: String

    /// Makes a version.
    public init(major: Int, minor: Int, gitVersion: String) {
        self.major = major
        self.minor = minor
        self.gitVersion = gitVersion
    }
}

/// One kind that a server serves.
public struct APIResource: Sendable, Hashable {
    /// Group, version and plural.
    public var resource: GroupVersionResource
    /// The kind.
    public var kind: String
    /// Whether its objects live in namespaces.
    public var namespaced: Bool
    /// What can be done with it.
    public var verbs: [String]

    /// Makes an entry.
    public init(resource: GroupVersionResource, kind: String, namespaced: Bool, verbs: [String]) {
        self.resource = resource
        self.kind = kind
        self.namespaced = namespaced
        self.verbs = verbs
    }
}

extension KubeClient {
    /// Asks the server for its version.
    public func serverVersion() async throws(APIError) -> ServerVersion {
        let operation = APIOperation(readingPath: "/version")
        let response = try await perform(operation, .get, "/version")
        let reply = try json(operation, response)
        // Some distributions write the minor version as "20+".
        let number = { (text: String?) in text.flatMap { Int($0.prefix { $0.isASCII && $0.isNumber }) } }
        guard let major = number(reply["major"]?.stringValue), let minor = number(reply["minor"]?.stringValue),
            let gitVersion = reply["gitVersion"]?.stringValue
        else { throw malformed(operation, response, "the answer is no version") }
        return ServerVersion(major: major, minor: minor, gitVersion: gitVersion)
    }

    /// The kinds of an API group in all the versions that the server serves, without subresources.
    ///
    /// A group that is not served throws `notFound(.resource)`. A server that is still starting says so too, so
    /// absence should be confirmed by `/readyz` and a second look. The core group is the empty string.
    public func apiResources(_ group: String) async throws(APIError) -> [APIResource] {
        var found: [APIResource] = []
        for version in try await versions(of: group) {
            let collection = GroupVersionResource(group: group, version: version, resource: "")
            let path = Self.groupPath(group) + "/" + version
            let operation = APIOperation(readingPath: path)
            let response = try await perform(operation, .get, path)
            guard let entries = try json(operation, response)["resources"]?.arrayValue else {
                throw malformed(operation, response, "the answer is no APIResourceList")
            }
            for entry in entries {
                guard let name = entry["name"]?.stringValue, !name.contains("/"),
                    let kind = entry["kind"]?.stringValue
                else { continue }
                var resource = collection
                resource.resource = name
                found.append(
                    APIResource(
                        resource: resource, kind: kind, namespaced: entry["namespaced"]?.boolValue ?? false,
                        verbs: (entry["verbs"]?.arrayValue ?? []).compactMap(\.stringValue)))
            }
        }
        return found
    }

    /// As ``apiResources(_:)``, but none where the server does not serve the group.
    public func servedResources(_ group: String) async throws(APIError) -> [APIResource] {
        do {
            return try await apiResources(group)
        } catch {
            if case .notFound = error.disposition { return [] }
            throw error
        }
    }

    private func versions(of group: String) async throws(APIError) -> [String] {
        let path = Self.groupPath(group)
        let operation = APIOperation(readingPath: path)
        let response = try await perform(operation, .get, path)
        let entries = try json(operation, response)["versions"]?.arrayValue ?? []
        // `/api` lists plain strings, `/apis/GROUP` objects.
        let versions = entries.compactMap { $0.stringValue ?? $0["version"]?.stringValue }
        guard !versions.isEmpty, versions.allSatisfy(DNSNames.isLabel) else {
            throw malformed(operation, response, "the answer is no APIGroup")
        }
        return versions
    }

    private static func groupPath(_ group: String) -> String {
        // `GroupVersionResource` encodes the group; what follows it here is empty and cut off.
        let path = GroupVersionResource(group: group, version: "v", resource: "r").path()
        return String(path.dropLast(4))
    }
}
