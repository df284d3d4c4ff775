public import JSONValue
public import KubeModel
public import TrafficModel

/// One object as it is to be in a target.
public struct RenderedObject: Sendable, Hashable {
    /// The template entry that it comes from.
    public let template: String
    /// Its kind.
    public let kind: TrafficKind
    /// Its namespace and name.
    public let key: ObjectKey
    /// The whole object, with our labels and annotations.
    public let body: JSONValue
    /// The hash of the object without the annotation that holds it: 32 hexadecimal digits.
    public let hash: String
    /// The size of the object as canonical JSON, without that annotation.
    let bytes: Int

    /// The object for checks that do not know of templates.
    public var traffic: TrafficObject { TrafficObject(kind: kind, key: key, body: body) }
}

extension RenderedObject: CustomStringConvertible {
    /// `Gateway shop/web`, the form that messages use.
    public var description: String { "\(kind.kind) \(key)" }
}

/// All objects of one target, in the order in which they are applied.
public struct RenderedSet: Sendable, Hashable {
    /// The name of the target.
    public let target: String
    /// The objects, in the order of their kinds and then of the template; deletion goes the other way.
    public let objects: [RenderedObject]
    /// A hash of identities and object hashes, the same whatever the order of the template is: 32 hexadecimal digits.
    public let hash: String
}
