import AccessPointAPI
import JSONValue
public import KubeModel

/// One frozen state of an AccessPoint, numbered in the order of their making: `7-6c9f8d4b70`.
public struct Revision: Sendable, Hashable {
    /// The number, from 1 on, never given twice for an AccessPoint.
    public let number: Int64
    /// The first ten hexadecimal digits of the SHA-256 of the canonical inputs.
    public let hash: String
    /// What is frozen.
    public let inputs: RevisionInputs

    /// Makes a revision.
    /// - Throws: `revisionTooLarge` if the inputs would not fit beside the rest of an object in etcd.
    public init(number: Int64, inputs: RevisionInputs) throws(RenderProblem) {
        let canonical = inputs.json.canonicalBytes()
        guard canonical.count <= RenderBudget.revisionBytes else {
            throw RenderProblem(
                .revisionTooLarge, path: "spec",
                message: "template, overrides and plan have \(canonical.count) bytes, more than "
                    + "\(RenderBudget.revisionBytes)",
                remedy: "divide the template among several AccessPoints")
        }
        self.number = number
        self.inputs = inputs
        hash = Self.hash(canonical)
    }

    /// Number and hash: `7-6c9f8d4b70`.
    public var name: String { "\(number)-\(hash)" }

    /// The name of its ControllerRevision: `checkout-7-6c9f8d4b70`.
    public func objectName(of accessPoint: String) -> String { "\(accessPoint)-\(name)" }

    private static func hash(_ canonical: [UInt8]) -> String { String(ObjectHash.of(canonical).prefix(10)) }
}

extension Revision {
    /// The kind in which revisions are kept.
    public static let kind = GroupVersionKind(group: "apps", version: "v1", kind: "ControllerRevision")
    /// The resource in which revisions are kept.
    public static let resource = GroupVersionResource(group: "apps", version: "v1", resource: "controllerrevisions")

    /// The revision as a ControllerRevision beside its AccessPoint, which owns it.
    /// - Parameters:
    ///   - identity: the AccessPoint.
    ///   - generation: the generation of the AccessPoint from which the revision was made.
    /// - Returns: the whole object, ready to be created; its data never change.
    public func object(of identity: RenderIdentity, generation: Int64) -> KubeObject {
        var object = KubeObject(
            Self.kind, ObjectKey(namespace: identity.namespace, name: objectName(of: identity.name)))
        object.setLabel(Names.Label.managedBy, to: Names.managedBy)
        object.setLabel(Names.Label.accessPoint, to: identity.name)
        object.setLabel(Names.Label.uid, to: identity.uid)
        object.setAnnotation(
            Names.Annotation.source, to: "\(identity.namespace)/\(identity.name) generation \(generation)")
        let owner = Names.accessPoint
        object.ownerReferences = [
            OwnerReference(
                apiVersion: owner.apiVersion, kind: owner.kind, name: identity.name, uid: identity.uid,
                isController: true, blocksOwnerDeletion: true)
        ]
        object.json["revision"] = .integer(number)
        object.json["data"] = inputs.json
        return object
    }

    /// Reads a ControllerRevision.
    /// - Throws: `RevisionError` if a field is wrong, or if the data are not those that the name speaks of.
    public init(_ object: KubeObject) throws(RevisionError) {
        guard let number = object.json["revision"]?.integerValue, number > 0 else {
            throw RevisionError("revision", "must be a positive number")
        }
        let data = object.json["data"] ?? .null
        inputs = try RevisionInputs.read(data)
        self.number = number
        // Of what is stored, so that it stays the same when a later version writes a default that this one left out.
        hash = Self.hash(data.canonicalBytes())
        guard object.name.hasSuffix("-\(name)") else {
            throw RevisionError(
                "metadata.name",
                "\(Excerpt.of(object.name)) does not belong to this number and data (\(name)): "
                    + "the ControllerRevision was changed; restore it from a backup, or change the AccessPoint")
        }
    }
}
