public import KubeModel

extension KubeClient {
    /// Objects in one page of a list, as client-go's pager asks for.
    public static let pageSize = 500
    /// The most objects that `listAll` gathers, and a bound on its pages: what an operator can hold of a server that it
    /// does not trust.
    public static let listLimit = (objects: 100_000, pages: 1000)

    /// Reads one object.
    ///
    /// Without a `resourceVersion` this is the newest state (a quorum read); with `"0"` any cached state, never to be
    /// trusted for a write; with another value a state at least as new, or 504 if this server has not reached it.
    public func get(
        _ resource: GroupVersionResource, _ key: ObjectKey, resourceVersion: String? = nil
    ) async throws(APIError) -> KubeObject {
        let operation = APIOperation(.get, resource, namespace: key.namespace, name: key.name)
        var query = Query()
        query.add("resourceVersion", resourceVersion)
        return try object(operation, try await perform(operation, .get, resource.path(key) + query.text))
    }

    /// Reads one page of a collection.
    ///
    /// No `namespace` means all of them, or a cluster-scoped resource; a `limit` of 0 asks for all objects at once.
    /// `continueToken` comes from the page before, and the selectors must not change between pages.
    /// `resourceVersion` is as in `get`, and not for use together with `continueToken`.
    public func list(
        _ resource: GroupVersionResource, namespace: String? = nil, labelSelector: String? = nil,
        fieldSelector: String? = nil, limit: Int = pageSize, continueToken: String? = nil,
        resourceVersion: String? = nil
    ) async throws(APIError) -> ObjectList {
        let operation = APIOperation(.list, resource, namespace: namespace)
        var query = Query()
        query.add("labelSelector", labelSelector)
        query.add("fieldSelector", fieldSelector)
        query.add("limit", limit > 0 ? String(limit) : nil)
        query.add("continue", continueToken)
        query.add("resourceVersion", resourceVersion)
        let response = try await perform(operation, .get, resource.path(namespace: namespace) + query.text)
        switch ObjectList.read(try json(operation, response)) {
        case .success(let list): return list
        case .failure(let fault): throw malformed(operation, response, fault.text)
        }
    }

    /// Reads a whole collection at its newest state, page by page; the version is that of the last page.
    ///
    /// An error on any page is an error of the whole: there are no partial results. A list without an end is one too:
    /// more than `listLimit` is `responseTooLarge`, a page that leads back to itself a malformed reply.
    public func listAll(
        _ resource: GroupVersionResource, namespace: String? = nil, labelSelector: String? = nil,
        fieldSelector: String? = nil
    ) async throws(APIError) -> ObjectList {
        var whole = try await list(
            resource, namespace: namespace, labelSelector: labelSelector, fieldSelector: fieldSelector)
        var pages = 1
        while let token = whole.continueToken {
            guard pages < Self.listLimit.pages, whole.items.count < Self.listLimit.objects else {
                let detail = "more than \(whole.items.count) objects in \(pages) pages"
                throw APIError(
                    APIOperation(.list, resource, namespace: namespace), cluster: clusterName,
                    .transport(TransportError(.responseTooLarge, detail, mayHaveArrived: true)))
            }
            let page = try await list(
                resource, namespace: namespace, labelSelector: labelSelector, fieldSelector: fieldSelector,
                continueToken: token)
            guard page.continueToken != token else {
                throw APIError(
                    APIOperation(.list, resource, namespace: namespace), cluster: clusterName,
                    .malformedReply(code: 200, "a page of the list names itself as the next one"))
            }
            pages += 1
            whole.items += page.items
            whole.resourceVersion = page.resourceVersion
            whole.continueToken = page.continueToken
        }
        whole.remaining = nil
        return whole
    }

    /// Reads any path that begins with `/`, such as `/readyz`, and gives its body.
    public func getRaw(_ path: String) async throws(APIError) -> [UInt8] {
        try await perform(APIOperation(readingPath: path), .get, path).body
    }
}
