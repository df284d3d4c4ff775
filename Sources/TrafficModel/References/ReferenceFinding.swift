public import JSONValue
public import KubeModel

/// One reference that does not resolve, or of which it cannot be told.
public struct ReferenceFinding: Sendable, Hashable {
    /// The closed list of reasons.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// A gateway that a VirtualService names does not exist.
        case gatewayNotFound = "GatewayNotFound"
        /// A gateway that a VirtualService names serves none of its hosts.
        case gatewayHostMismatch = "GatewayHostMismatch"
        /// A host of a VirtualService is served by none of its gateways.
        case hostNotServed = "HostNotServed"
        /// A VirtualService is not shown to the namespace of its gateway's pods.
        case notExported = "NotExported"
        /// A destination's host does not exist.
        case backendNotFound = "BackendNotFound"
        /// A destination's host has no such port.
        case portNotFound = "PortNotFound"
        /// A destination must say which of several ports.
        case portRequired = "PortRequired"
        /// No DestinationRule that counts defines the subset.
        case subsetNotFound = "SubsetNotFound"
        /// The VirtualService delegated to does not exist.
        case delegateNotFound = "DelegateNotFound"
        /// The VirtualService delegated to has hosts of its own.
        case delegateInvalid = "DelegateInvalid"
        /// The Secret of a Gateway does not exist where its pods run.
        case secretNotFound = "SecretNotFound"
        /// A Gateway names a Secret of a namespace from which its pods may not read.
        case secretDenied = "SecretDenied"
        /// A Secret holds no authority by which a Gateway could judge its clients' certificates.
        case authorityMissing = "AuthorityMissing"
        /// A Gateway takes its certificate from elsewhere than a Secret.
        case credentialElsewhere = "CredentialElsewhere"
        /// It cannot be told where a Gateway's pods run.
        case gatewayNamespaceUnknown = "GatewayNamespaceUnknown"
        /// What is referred to could not be looked up.
        case referenceUnknown = "ReferenceUnknown"
        /// A field is of the wrong type.
        case fieldUnreadable = "FieldUnreadable"
    }

    /// The kind of the object that refers.
    public let kind: TrafficKind
    /// The object that refers.
    public let key: ObjectKey
    /// The field that refers.
    public let pointer: JSONPointer
    /// `false` when the reference does not resolve, `unknown` when it cannot be told; never `true`.
    public let status: Condition.Status
    /// The machine-readable reason.
    public let reason: Reason
    /// The sentence for people: what is wrong, what to do.
    public let problem: String
}

extension ReferenceFinding {
    /// The same where the thing is there still, and belongs to what is to be replaced.
    public var ofRemoval: ReferenceFinding {
        ReferenceFinding(
            kind: kind, key: key, pointer: pointer, status: status, reason: reason,
            problem: problem
                + "; what is there is of this AccessPoint, whose new spec takes it away: keep its template entry")
    }
}

extension ReferenceFinding: CustomStringConvertible {
    /// The sentence for people: object, field, what is wrong, what to do.
    public var message: String { "\(kind.kind) \(key) \(pointer.fieldPath): \(problem)" }

    /// The message.
    public var description: String { message }
}

/// The outcome of a check of references.
public struct ReferenceReport: Sendable, Hashable {
    /// What does not resolve or cannot be told; all of it, in the order of the objects.
    public let findings: [ReferenceFinding]
    /// The reads whose answers would let the check see further, sorted; none when nothing more can be learnt.
    public let neededFacts: [FactQuery]

    /// `false` if a reference does not resolve, else `unknown` if one cannot be told, else `true`.
    public var status: Condition.Status { Self.status(findings) }

    /// The same where some of it is missing only because it is to be taken away.
    ///
    /// - Parameter present: the report on the set while all of that is still there.
    /// - Returns: the report, with what to do about it.
    public func telling(ofRemovalsFrom present: ReferenceReport) -> ReferenceReport {
        let now = Set(present.findings)
        return ReferenceReport(
            findings: findings.map { $0.status == .false && !now.contains($0) ? $0.ofRemoval : $0 },
            neededFacts: neededFacts)
    }

    /// The status of one object.
    public func status(of kind: TrafficKind, _ key: ObjectKey) -> Condition.Status {
        Self.status(findings.filter { $0.kind == kind && $0.key == key })
    }

    /// The finding that decides the status: the first that is `false`, else the first.
    public var decisive: ReferenceFinding? { findings.first { $0.status == .false } ?? findings.first }

    private static func status(_ findings: [ReferenceFinding]) -> Condition.Status {
        if findings.contains(where: { $0.status == .false }) { return .false }
        return findings.isEmpty ? .true : .unknown
    }
}
