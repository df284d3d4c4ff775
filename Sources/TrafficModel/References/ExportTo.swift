/// The namespaces to which an object of Istio is shown.
///
/// Empty means the default of the mesh, which we take to be everywhere; `.` is the object's own namespace, `*` every
/// namespace, `~` none.
public struct ExportTo: Sendable, Hashable {
    /// Whether the object is shown everywhere.
    public let isEverywhere: Bool
    /// The bytes of the namespaces; none for what nobody sees.
    private let shown: Set<[UInt8]>

    /// Takes the list of an object of the namespace `owner`.
    public init(_ namespaces: [String], owner: String) {
        isEverywhere = namespaces.isEmpty || namespaces.contains("*")
        shown = Set(namespaces.filter { $0 != "~" }.map { Array(($0 == "." ? owner : $0).utf8) })
    }

    /// Whether some namespace sees this object and one with the list `other`.
    public func overlaps(_ other: ExportTo) -> Bool {
        if isEverywhere { return other.isEverywhere || !other.shown.isEmpty }
        return other.isEverywhere ? !shown.isEmpty : !shown.isDisjoint(with: other.shown)
    }

    /// Whether every namespace that sees an object with the list `other` sees this one.
    func includesAll(of other: ExportTo) -> Bool {
        isEverywhere || !other.isEverywhere && other.shown.isSubset(of: shown)
    }

    /// Whether the object is shown in `namespace`.
    public func includes(_ namespace: String) -> Bool {
        isEverywhere || shown.contains(Array(namespace.utf8))
    }
}
