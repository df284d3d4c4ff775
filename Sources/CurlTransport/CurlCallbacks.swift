import CCurl
import KubeClient
import KubeModel

/// The functions that libcurl calls; each finds its transfer by the context pointer and is called on the engine thread.
enum CurlCallbacks {
    /// Gives a handle its functions.
    static func attach(to handle: UnsafeMutableRawPointer) -> Bool {
        unsafe cc_set_receive(handle, CURLOPT_WRITEFUNCTION, receiveBody) == CURLE_OK
            && cc_set_receive(handle, CURLOPT_HEADERFUNCTION, receiveHeader) == CURLE_OK
            && cc_set_open(handle, openSocket) == CURLE_OK
            && cc_set_prepare(handle, prepareRequest) == CURLE_OK
    }

    /// The owner of a transfer, and what a callback needs of the engine.
    final class Context {
        let transfer: Transfer
        let loop: EngineLoop

        init(_ transfer: Transfer, _ loop: EngineLoop) {
            self.transfer = transfer
            self.loop = loop
        }
    }

    static func context(_ pointer: UnsafeMutableRawPointer?) -> Context? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe Unmanaged<Context>.fromOpaque(pointer).takeUnretainedValue()
    }

    private static func bytes(_ start: UnsafeMutablePointer<CChar>?, _ count: Int) -> UnsafeBufferPointer<UInt8> {
        guard let start = unsafe start else { return unsafe UnsafeBufferPointer(start: nil, count: 0) }
        let raw = unsafe UnsafeRawBufferPointer(start: start, count: count)
        return unsafe raw.bindMemory(to: UInt8.self)
    }

    private static let receiveBody: cc_receive = { start, size, count, pointer in
        guard let context = unsafe context(pointer) else { return 0 }
        context.transfer.lastActivity = context.loop.now
        context.loop.noteReceived()
        return unsafe context.transfer.receive(body: bytes(start, size * count)) ? size * count : 0
    }

    private static let receiveHeader: cc_receive = { start, size, count, pointer in
        guard let context = unsafe context(pointer) else { return 0 }
        context.transfer.lastActivity = context.loop.now
        context.loop.noteReceived()
        let abandon = context.loop.cancellation(of: context.transfer)
        let line = unsafe bytes(start, size * count)
        defer { context.loop.watch(context.transfer) }
        return unsafe context.transfer.receive(headerLine: line, onAbandon: abandon) ? size * count : 0
    }

    private static let openSocket: cc_open = { pointer, _, address in
        // CURL_SOCKET_BAD, a macro that Swift does not import.
        guard let context = unsafe context(pointer), let address = unsafe address else { return -1 }
        var storage = [UInt8](repeating: 0, count: 16)
        let count = unsafe storage.withUnsafeMutableBufferPointer { unsafe cc_address(address, $0.baseAddress) }
        guard context.transfer.permits(IPAddress(bytes: Array(storage.prefix(Int(count))))) else { return -1 }
        // 30 s without an acknowledgement: the peer or the way to it is gone.
        return unsafe cc_open_socket(address, 30_000)
    }

    private static let prepareRequest: cc_prepare = { pointer, _, _, _, _ in
        guard let context = unsafe context(pointer) else { return CURL_PREREQFUNC_ABORT }
        guard context.transfer.prepareToSend() else { return CURL_PREREQFUNC_ABORT }
        context.loop.noteSending(context.transfer)
        return CURL_PREREQFUNC_OK
    }
}
