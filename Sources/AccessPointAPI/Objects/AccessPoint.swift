public import JSONValue
import KubeModel

/// One traffic entry of an application, rendered into many clusters and pushed one by one.
public struct AccessPoint: Sendable, Hashable {
    /// Name, namespace, uid and the rest of the metadata.
    public var metadata: ResourceMetadata
    /// What the application wants.
    public var spec: AccessPointSpec
    /// What the operator sees.
    public var status: AccessPointStatus

    /// Puts an AccessPoint together.
    public init(
        metadata: ResourceMetadata, spec: AccessPointSpec, status: AccessPointStatus = AccessPointStatus()
    ) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// Reads and checks a whole AccessPoint; absent fields of the spec get their defaults.
    ///
    /// Of an object with errors, `ResourceMetadata(_:)` and `AccessPointStatus.decode(_:)` still read the other parts.
    /// - Throws: every field that is wrong, in the order of the schema.
    public static func decode(_ json: JSONValue) throws(FieldErrors) -> AccessPoint {
        var errors: [FieldError] = []
        let metadata = ResourceMetadata.read(json, Names.accessPoint, into: &errors)
        if metadata.name.utf8.contains(UInt8(ascii: ".")) {
            errors.append(FieldError(path: "", message: ResourceMetadata.nameHasDots))
        }
        var (spec, status) = (AccessPointSpec(), AccessPointStatus())
        errors += FieldDecoder.read(json["spec"] ?? .object(JSONObject()), into: &spec, at: "spec", .strict)
        if let json = json["status"], !json.isNull {
            errors += FieldDecoder.read(json, into: &status, at: "status", .lenient)
        }
        if let errors = FieldErrors(errors) { throw errors }
        return AccessPoint(metadata: metadata, spec: spec, status: status)
    }
}
