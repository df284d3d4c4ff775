public import KubeModel

/// What a request was meant to do, without its content.
public struct APIOperation: Sendable, Hashable {
    /// The acts of a client.
    public enum Verb: String, Sendable, Hashable {
        // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
        case get, list, watch, create, apply, patch, replace, delete, read

        /// Whether the act changes something on the server.
        public var mutates: Bool {
            switch self {
            case .get, .list, .watch, .read: false
            case .create, .apply, .patch, .replace, .delete: true
            }
        }
    }

    /// The act.
    public var verb: Verb
    /// The collection; nil for a raw path.
    public var resource: GroupVersionResource?
    /// The namespace, if any.
    public var namespace: String?
    /// The name of the object, if one was meant.
    public var name: String?
    /// The subresource, if any.
    public var subresource: String?
    /// The path of a raw read.
    public var path: String?
    /// Whether the server was told to change nothing.
    public var dryRun: Bool

    /// Names an operation on a collection or an object.
    public init(
        _ verb: Verb, _ resource: GroupVersionResource, namespace: String? = nil, name: String? = nil,
        subresource: String? = nil, dryRun: Bool = false
    ) {
        self.verb = verb
        self.resource = resource
        self.namespace = namespace
        self.name = name
        self.subresource = subresource
        self.dryRun = dryRun
    }

    /// Names a read of a path that is no collection.
    public init(readingPath path: String) {
        verb = .read
        self.path = path
        dryRun = false
    }

    /// Whether a lost answer leaves the state of the server unknown.
    public var mutates: Bool { verb.mutates && !dryRun }
}

extension APIOperation: CustomStringConvertible {
    /// `apply services shop/web`, with `(dry run)` where it applies.
    public var description: String {
        var words = [verb.rawValue]
        if let resource {
            let plural = resource.group.isEmpty ? resource.resource : "\(resource.resource).\(resource.group)"
            words.append(subresource.map { "\(plural)/\($0)" } ?? plural)
        }
        switch (namespace, name) {
        case (let namespace?, let name?): words.append("\(namespace)/\(name)")
        case (nil, let name?): words.append(name)
        case (let namespace?, nil): words.append("in namespace \(namespace)")
        case (nil, nil): break
        }
        if let path { words.append(path) }
        if dryRun { words.append("(dry run)") }
        return words.joined(separator: " ")
    }
}
