public import KubeModel

extension KubeClient {
    /// Watches a collection from a version on; returns when the server has accepted the watch.
    ///
    /// `resourceVersion` is that of a list, or of the last event or bookmark that was processed. A version that is too
    /// old is refused with the disposition `expired`, or by an `error` event with code 410 inside the stream.
    /// `timeoutSeconds` says when the server shall close the watch, `idleTimeout` the longest silence (servers send a
    /// bookmark each minute). `sendInitialEvents` asks for the whole collection first, closed by a bookmark (1.27 and
    /// newer); with it, `resourceVersion` may be `""` for the newest state. `bufferLimit` is how many bytes the reader
    /// may fall behind.
    public func watch(
        _ resource: GroupVersionResource, namespace: String? = nil, labelSelector: String? = nil,
        fieldSelector: String? = nil, resourceVersion: String, timeoutSeconds: Int, sendInitialEvents: Bool = false,
        idleTimeout: Duration = .seconds(150), bufferLimit: Int = 16 << 20
    ) async throws(APIError) -> WatchStream {
        let operation = APIOperation(.watch, resource, namespace: namespace)
        var query = Query()
        query.add("watch", if: true)
        query.add("allowWatchBookmarks", if: true)
        query.add("labelSelector", labelSelector)
        query.add("fieldSelector", fieldSelector)
        query.add("resourceVersion", resourceVersion.isEmpty ? nil : resourceVersion)
        query.add("sendInitialEvents", if: sendInitialEvents)
        query.add("resourceVersionMatch", sendInitialEvents ? "NotOlderThan" : nil)
        query.add("timeoutSeconds", String(timeoutSeconds))
        var request = request(.get, resource.path(namespace: namespace) + query.text)
        request.idleTimeout = idleTimeout
        request.bodyLimit = bufferLimit
        let stream = try await authenticated(operation, request) { (request) async throws(TransportError) in
            let stream = try await transport.stream(request)
            return (stream.head, stream)
        }
        guard stream.head.status == 200 else {
            throw failure(operation, stream.head, body: await Self.errorBody(stream.body))
        }
        return WatchStream(
            stream.body, operation: operation, cluster: clusterName, credentials: endpoint.credentials)
    }

    /// The body of a refused watch, as far as it arrives; a Status is never larger than this.
    private static func errorBody(_ body: ByteStream) async -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < 256 << 10, let more = try? await body.next() { bytes += more }
        body.abandon()
        return bytes
    }
}
