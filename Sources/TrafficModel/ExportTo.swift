/// The namespaces to which an object of Istio is shown.
///
/// Empty means the default of the mesh, which we take to be everywhere; `.` is the object's own namespace, `*` every
/// namespace, `~` none.
public struct ExportTo: Sendable, Hashable {
    private let namespaces: [String]
    private let owner: String

    /// Takes the list of an object of the namespace `owner`.
    public init(_ namespaces: [String], owner: String) {
        self.namespaces = namespaces
        self.owner = owner
    }

    /// Whether the object is shown everywhere.
    public var isEverywhere: Bool { namespaces.isEmpty || namespaces.contains("*") }

    /// Whether some namespace sees this object and one with the list `other`.
    public func overlaps(_ other: ExportTo) -> Bool {
        if isEverywhere { return other.isEverywhere || !other.shown.isEmpty }
        return other.isEverywhere ? !shown.isEmpty : shown.contains(where: other.includes)
    }

    /// The namespaces by name; none for what nobody sees.
    private var shown: [String] { namespaces.filter { $0 != "~" }.map { $0 == "." ? owner : $0 } }

    /// Whether the object is shown in `namespace`.
    public func includes(_ namespace: String) -> Bool {
        isEverywhere || namespaces.contains { sameBytes($0 == "." ? owner : $0, namespace) }
    }
}
