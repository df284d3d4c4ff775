public import JSONValue
public import KubeModel

/// What a ServiceEntry refers to, and what routes refer to in it.
public struct ServiceEntryReferences: Sendable, Hashable {
    /// Namespace and name.
    public let key: ObjectKey
    /// The hosts, perhaps wildcards; names are never short here.
    public let hosts: [HostName]
    /// The port numbers.
    public let ports: [Int64]
    /// The labels by which WorkloadEntries and pods are chosen; nil if the endpoints are written inline.
    public let workloadSelector: JSONObject?
    /// Where the object is shown.
    public let exportTo: ExportTo

    /// Reads a ServiceEntry.
    public init(_ body: JSONValue, key: ObjectKey) {
        let spec = body["spec"]
        self.key = key
        hosts = (spec?["hosts"]?.arrayValue ?? []).compactMap(\.stringValue).map(HostName.init)
        ports = (spec?["ports"]?.arrayValue ?? []).compactMap { $0["number"]?.integerValue }
        workloadSelector = spec?.value("workloadSelector", "labels")?.objectValue
        exportTo = ExportTo(
            (spec?["exportTo"]?.arrayValue ?? []).compactMap(\.stringValue), owner: key.namespace ?? "")
    }

    /// Whether the entry's endpoints include `workload`: same namespace, and all labels of the selector.
    public func selects(_ workload: WorkloadEntryReferences) -> Bool {
        guard let workloadSelector, !workloadSelector.isEmpty else { return false }
        return sameBytes(key.namespace ?? "", workload.key.namespace ?? "")
            && workload.labels.contains(all: workloadSelector)
    }
}

/// What selectors see of a WorkloadEntry.
public struct WorkloadEntryReferences: Sendable, Hashable {
    /// Namespace and name.
    public let key: ObjectKey
    /// The labels of the spec and of the metadata; of two with the same key that of the metadata counts
    /// (`ConvertWorkloadEntry` in Istio's `pilot/pkg/serviceregistry/serviceentry/conversion.go`).
    public let labels: JSONObject

    /// Reads a WorkloadEntry.
    public init(_ body: JSONValue, key: ObjectKey) {
        self.key = key
        var labels = body.value("spec", "labels")?.objectValue ?? JSONObject()
        for label in body.value("metadata", "labels")?.objectValue ?? JSONObject() { labels[label.key] = label.value }
        self.labels = labels
    }
}

extension JSONObject {
    /// Whether every member of `selector` is a member here, with the same value.
    func contains(all selector: JSONObject) -> Bool { selector.allSatisfy { self[$0.key] == $0.value } }
}
