import JSONValue
public import KubeModel

/// One page of a collection, or the whole of it.
public struct ObjectList: Sendable {
    /// The objects, each with its `apiVersion` and `kind`.
    public var items: [KubeObject]
    /// The version of the collection: a watch starts from here.
    public var resourceVersion: String
    /// What to send for the next page; nil on the last one.
    public var continueToken: String?
    /// How many objects are estimated to follow; nil if the server does not say.
    public var remaining: Int?

    /// Makes a page.
    public init(items: [KubeObject], resourceVersion: String, continueToken: String? = nil, remaining: Int? = nil) {
        self.items = items
        self.resourceVersion = resourceVersion
        self.continueToken = continueToken
        self.remaining = remaining
    }
}

extension ObjectList {
    /// Reads a list reply. An answer that is not surely a complete list is refused: deletions are computed from it.
    /// - Returns: the page, or what is wrong with the JSON.
    static func read(_ json: JSONValue) -> Result<ObjectList, ReplyFault> {
        guard let kind = json["kind"]?.stringValue, kind.hasSuffix("List"),
            let version = json["apiVersion"]?.stringValue
        else { return .failure(ReplyFault("the answer is no list")) }
        guard let metadata = json["metadata"], let revision = metadata["resourceVersion"]?.stringValue,
            !revision.isEmpty
        else { return .failure(ReplyFault("the list has no resourceVersion")) }
        guard let entries = json["items"]?.arrayValue else { return .failure(ReplyFault("the list has no items")) }
        var items: [KubeObject] = []
        items.reserveCapacity(entries.count)
        for entry in entries {
            guard entry.objectValue != nil else { return .failure(ReplyFault("an item of the list is no object")) }
            var item = entry
            // Built-in kinds leave both out of the items.
            if item["kind"]?.stringValue == nil { item["kind"] = .string(String(kind.dropLast(4))) }
            if item["apiVersion"]?.stringValue == nil { item["apiVersion"] = .string(version) }
            let object = KubeObject(lenient: item)
            guard !object.name.isEmpty else { return .failure(ReplyFault("an item of the list has no name")) }
            items.append(object)
        }
        let token = metadata["continue"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        let remaining = metadata["remainingItemCount"]?.integerValue.map { Int($0) }
        return .success(
            ObjectList(items: items, resourceVersion: revision, continueToken: token, remaining: remaining))
    }
}

/// What is wrong with a successful answer.
struct ReplyFault: Error {
    let text: String

    init(_ text: String) { self.text = text }
}
