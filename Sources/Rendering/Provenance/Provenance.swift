public import JSONValue

/// Where everything in the set of one target comes from.
public struct Provenance: Sendable, Hashable {
    /// One leaf of a rendered object: a value that is no container, or an empty container.
    public struct Field: Sendable, Hashable {
        /// Its place in the object.
        public let pointer: JSONPointer
        /// What stands there.
        public let value: JSONValue
        /// Who wrote it.
        public let origin: FieldOrigin
    }

    /// Something that an override has taken out of an object.
    public struct Removal: Sendable, Hashable {
        /// Where it stood at that time.
        public let pointer: JSONPointer
        /// Who took it out.
        public let writer: FieldOrigin.Writer
    }

    /// A rendered object and its origins.
    public struct Object: Sendable, Hashable {
        /// The object.
        public let object: RenderedObject
        /// Every leaf of it, in the order of the document.
        public let fields: [Field]
        /// What is not in it any more, in the order in which it was taken out.
        public let removals: [Removal]
    }

    /// What the target's rendering yields.
    public let rendering: Renderer.TargetRendering
    /// The objects in apply order; empty where the rendering has an error.
    public let objects: [Object]
    /// Which override matched which object, and why, in the order of the list.
    public let overrides: [OverrideAccount]
}
