import JSONValue
public import KubeModel

/// What a `coordination.k8s.io/v1` Lease says.
public struct LeaseRecord: Sendable, Hashable {
    /// Who holds it; empty when it is free.
    public var holder: String
    /// How long it holds without a renewal; `nil` when the object does not say so in a usable way.
    public var duration: Duration?
    /// When the holder took it, by the holder's wall clock. For people only.
    public var acquired: Timestamp?
    /// When the holder renewed it last, by the holder's wall clock. For people, and to see that it changed.
    public var renewed: Timestamp?
    /// How often the holder changed.
    public var transitions: Int64
    /// The version of the object; `nil` for one that does not exist yet.
    public var resourceVersion: String?

    /// A record.
    public init(
        holder: String, duration: Duration?, acquired: Timestamp? = nil, renewed: Timestamp? = nil,
        transitions: Int64 = 0, resourceVersion: String? = nil
    ) {
        self.holder = holder
        self.duration = duration
        self.acquired = acquired
        self.renewed = renewed
        self.transitions = transitions
        self.resourceVersion = resourceVersion
    }

    /// Reads a Lease; what is missing or of a wrong type reads as unsaid, since anybody may edit it.
    public init(_ object: KubeObject) {
        let spec = object.spec
        holder = spec?["holderIdentity"]?.stringValue ?? ""
        duration = spec?["leaseDurationSeconds"]?.integerValue.map { .seconds($0) }
            .flatMap { LeaseSettings.durations.contains($0) ? $0 : nil }
        acquired = spec?["acquireTime"]?.stringValue.flatMap { Timestamp($0) }
        renewed = spec?["renewTime"]?.stringValue.flatMap { Timestamp($0) }
        transitions = spec?["leaseTransitions"]?.integerValue ?? 0
        resourceVersion = object.resourceVersion
    }

    /// Writes the record into a Lease and leaves the rest of the object as it is.
    public func write(to object: inout KubeObject) {
        var spec = object.spec ?? [:]
        spec["holderIdentity"] = .string(holder)
        spec["leaseDurationSeconds"] = .integer(duration?.components.seconds ?? 1)
        spec["acquireTime"] = acquired.map { .string($0.rfc3339Micro) }
        spec["renewTime"] = renewed.map { .string($0.rfc3339Micro) }
        spec["leaseTransitions"] = .integer(transitions)
        object.spec = spec
        object.resourceVersion = resourceVersion
    }
}
