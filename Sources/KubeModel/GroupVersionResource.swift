/// Names a collection of a Kubernetes API server as its URLs do: group, version and plural resource.
///
/// Equality, hashing and order are byte-exact; the core group is the empty string.
public struct GroupVersionResource: Sendable {
    /// The API group, empty for the core group.
    public var group: String
    /// The version within the group, such as `v1`.
    public var version: String
    /// The plural, lower-case resource, such as `services`.
    public var resource: String

    /// Makes the name from its three parts.
    public init(group: String, version: String, resource: String) {
        self.group = group
        self.version = version
        self.resource = resource
    }

    /// What the `apiVersion` member of an object of this collection says: `v1` or `group/version`.
    public var apiVersion: String { APIVersionText.join(group, version) }

    /// The URL path of the collection, of one object in it or of a subresource of that object.
    ///
    /// Every part is percent-encoded, so no name can leave its place in the path: a name of dots only is encoded as
    /// a whole, and an *empty* `name` becomes `%00`, which no server can hold, so that a missing name never widens a
    /// request for one object to the whole collection.
    /// - Parameters:
    ///   - namespace: nil or empty for a cluster-scoped resource and for a list over all namespaces.
    ///   - name: nil for the collection.
    ///   - subresource: `status`, `scale`...; ignored without a name.
    /// - Returns: an absolute path, without query.
    public func path(namespace: String? = nil, name: String? = nil, subresource: String? = nil) -> String {
        var path = group.isEmpty ? "/api" : "/apis/" + Self.encoded(group)
        path += "/" + Self.encoded(version)
        if let namespace, !namespace.isEmpty { path += "/namespaces/" + Self.encoded(namespace) }
        path += "/" + Self.encoded(resource)
        if let name {
            path += "/" + Self.encoded(name)
            if let subresource, !subresource.isEmpty { path += "/" + Self.encoded(subresource) }
        }
        return path
    }

    /// The URL path of the object that `key` names.
    public func path(_ key: ObjectKey, subresource: String? = nil) -> String {
        path(namespace: key.namespace, name: key.name, subresource: subresource)
    }

    /// One path segment, percent-encoded except for the unreserved characters of RFC 3986 section 2.3.
    static func encoded(_ segment: String) -> String {
        guard !segment.isEmpty else { return "%00" }
        // RFC 3986 section 5.2.4: clients and proxies resolve the segments `.` and `..` away.
        let onlyDots = segment.utf8.allSatisfy { $0 == UInt8(ascii: ".") }
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(segment.utf8.count)
        for byte in segment.utf8 {
            if ASCII.isAlphanumeric(byte) || "-_~".utf8.contains(byte) || (byte == UInt8(ascii: ".") && !onlyDots) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension GroupVersionResource: Hashable, Comparable, CustomStringConvertible {
    /// Byte-exact equality of all three parts.
    public static func == (left: Self, right: Self) -> Bool {
        ByteOrder.equal(left.resource, right.resource) && ByteOrder.equal(left.group, right.group)
            && ByteOrder.equal(left.version, right.version)
    }

    /// Byte order by group, then version, then resource.
    public static func < (left: Self, right: Self) -> Bool {
        ByteOrder.less([left.group, left.version, left.resource], [right.group, right.version, right.resource])
    }

    /// Feeds the three parts to the hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(group)
        hasher.combine(version)
        hasher.combine(resource)
    }

    /// `gateways.v1.networking.istio.io`, or `services.v1` in the core group: the form that kubectl takes.
    public var description: String { group.isEmpty ? "\(resource).\(version)" : "\(resource).\(version).\(group)" }
}
