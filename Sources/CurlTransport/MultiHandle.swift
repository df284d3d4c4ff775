import CCurl
import KubeClient

/// libcurl's set of transfers that share one pool of connections: a `CURLM *` by safe names.
///
/// Everything but `wake` belongs to the engine thread, and nothing may be called after `free`.
@safe struct MultiHandle: @unchecked Sendable {
    private let pointer: UnsafeMutableRawPointer

    @unsafe init(_ pointer: UnsafeMutableRawPointer) { unsafe self.pointer = pointer }

    /// Lets requests to one server share a connection.
    func allowMultiplexing() {
        unsafe cc_multi_set_long(pointer, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        // An API server allows 100 streams a connection or more; where it allows fewer, libcurl obeys.
        unsafe cc_multi_set_long(pointer, CURLMOPT_MAX_CONCURRENT_STREAMS, 250)
    }

    /// Takes a transfer in; false if libcurl refuses.
    func add(_ transfer: Transfer) -> Bool { unsafe curl_multi_add_handle(pointer, transfer.handle) == CURLM_OK }

    /// Takes a transfer out, whatever its state.
    func remove(_ transfer: Transfer) { unsafe curl_multi_remove_handle(pointer, transfer.handle) }

    /// Does what can be done without waiting.
    func perform() {
        var running: Int32 = 0
        unsafe curl_multi_perform(pointer, &running)
    }

    /// Waits until a connection stirs, a timer of libcurl ends, `wake` is called or the time is over.
    func wait(milliseconds: Int) { unsafe curl_multi_poll(pointer, nil, 0, Int32(clamping: milliseconds), nil) }

    /// Ends a `wait`, the present one or the next; from any thread.
    func wake() { unsafe curl_multi_wakeup(pointer) }

    /// The next transfer that libcurl has finished, with its result.
    func nextFinished() -> (transfer: Transfer, result: CURLcode)? {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(pointer, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            let result = unsafe cc_message_result(message)
            var address: UnsafeMutableRawPointer?
            unsafe cc_get_private(message.pointee.easy_handle, &address)
            if let context = unsafe CurlCallbacks.context(address) { return (context.transfer, result) }
        }
        return nil
    }

    /// Closes all connections and frees the set.
    func free() { unsafe curl_multi_cleanup(pointer) }
}
