import CCurl
import KubeClient

/// libcurl's set of transfers that share one pool of connections: a `CURLM *` by safe names.
///
/// Everything belongs to the engine thread, and nothing may be called after `free`.
@safe struct MultiHandle: @unchecked Sendable {
    private let pointer: UnsafeMutableRawPointer

    @unsafe init(_ pointer: UnsafeMutableRawPointer) { unsafe self.pointer = pointer }

    /// Lets requests to one server share a connection, and tells `loop` which sockets and which time to wait for.
    func configure(_ loop: EngineLoop) {
        unsafe cc_multi_set_long(pointer, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        // An API server allows 100 streams a connection or more; where it allows fewer, libcurl obeys.
        unsafe cc_multi_set_long(pointer, CURLMOPT_MAX_CONCURRENT_STREAMS, 250)
        let context = unsafe Unmanaged.passUnretained(loop).toOpaque()
        unsafe cc_multi_set_callbacks(pointer, Self.watchSocket, Self.setTimer, context)
    }

    private static let watchSocket: cc_watch = { _, socket, what, context, _ in
        guard let context = unsafe context else { return 0 }
        let loop = unsafe Unmanaged<EngineLoop>.fromOpaque(context).takeUnretainedValue()
        let interest: SocketPoller.Interest =
            switch what {
            case CURL_POLL_IN: [.reading]
            case CURL_POLL_OUT: [.writing]
            case CURL_POLL_INOUT: [.reading, .writing]
            default: []
            }
        loop.watch(socket, for: interest)
        return 0
    }

    private static let setTimer: cc_timer = { _, milliseconds, context in
        guard let context = unsafe context else { return 0 }
        unsafe Unmanaged<EngineLoop>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds: milliseconds)
        return 0
    }

    /// Takes a transfer in; false if libcurl refuses.
    func add(_ transfer: Transfer) -> Bool { unsafe curl_multi_add_handle(pointer, transfer.handle) == CURLM_OK }

    /// Takes a transfer out, whatever its state.
    func remove(_ transfer: Transfer) { unsafe curl_multi_remove_handle(pointer, transfer.handle) }

    /// Does what can be done on a socket that is ready.
    func advance(_ socket: Int32, _ interest: SocketPoller.Interest) {
        var bits: Int32 = 0
        if interest.contains(.reading) { bits |= CURL_CSELECT_IN }
        if interest.contains(.writing) { bits |= CURL_CSELECT_OUT }
        if !interest.isDisjoint(with: .failure) { bits |= CURL_CSELECT_ERR }
        var running: Int32 = 0
        unsafe curl_multi_socket_action(pointer, socket, bits, &running)
    }

    /// Does what the timer was set for.
    func advanceTime() {
        var running: Int32 = 0
        // CURL_SOCKET_TIMEOUT, a macro that Swift does not import.
        unsafe curl_multi_socket_action(pointer, -1, 0, &running)
    }

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
