import JSONValue
import KubeModel
import TrafficModel
import X509Tools

/// The hashes by which objects and sets are compared.
enum ObjectHash {
    /// The first 16 bytes of the SHA-256 of canonical JSON, as 32 hexadecimal digits.
    static func of(_ canonical: [UInt8]) -> String { String(SHA256.hex(canonical).prefix(32)) }

    /// The hash of a set: of identities and object hashes in an order that does not depend on the template.
    static func of(_ objects: [RenderedObject]) -> String {
        let rows = objects.sorted { ($0.kind.rawValue, $0.key) < ($1.kind.rawValue, $1.key) }.map { object in
            JSONValue.array([
                .string(object.kind.group), .string(object.kind.kind), .string(object.key.namespace ?? ""),
                .string(object.key.name), .string(object.hash),
            ])
        }
        return of(JSONValue.array(rows).canonicalBytes())
    }
}
