public import KubeModel

/// A collection on a server that can be listed and watched; the part of a client that a ``Reflector`` needs.
public protocol ListWatching: Sendable {
    /// Reads one page at its newest state: the first one, or the one that `continueToken` names.
    func page(continueToken: String?) async throws(ReadFailure) -> ListPage<KubeObject>

    /// Opens a watch with bookmarks from a version on, which the server shall close after `timeout`.
    func watch(from resourceVersion: String, timeout: Duration) async throws(ReadFailure) -> any WatchSignals
}

/// An open watch, to be read by one task.
public protocol WatchSignals {
    /// Everything that has arrived since the last call, not empty; `nil` when the watch has ended or gone silent.
    mutating func next() async throws(ReadFailure) -> [WatchSignal<KubeObject>]?

    /// Ends the watch.
    func abandon()
}
