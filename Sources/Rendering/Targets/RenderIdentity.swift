/// Who an AccessPoint is: what its objects carry as labels, and what `$(NAMESPACE)` and `$(NAME)` mean.
public struct RenderIdentity: Sendable, Hashable {
    /// The namespace of the AccessPoint.
    public var namespace: String
    /// Its name.
    public var name: String
    /// Its uid, the proof of ownership.
    public var uid: String
    /// The identity of the host cluster.
    public var hub: String

    /// Makes an identity.
    public init(namespace: String, name: String, uid: String, hub: String) {
        self.namespace = namespace
        self.name = name
        self.uid = uid
        self.hub = hub
    }
}
