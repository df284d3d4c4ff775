import KubeModel
import TrafficModel

/// What VirtualServices of a target refer to within the set, but what does not exist in the member.
///
/// A check of references takes the set as it is rendered; of a route whose Gateway somebody has deleted it finds nothing
/// wrong. Here the set is checked once more without each object that is gone: what does not resolve then, depends on it.
struct LostReferences: Sendable {
    private var objects: [ObjectKey: Verdict] = [:]

    /// Looks for routes that depend on what is gone.
    ///
    /// - Parameters:
    ///   - found: how each object of the set is stored.
    ///   - set: the objects of the set, in the same order.
    ///   - report: the check of the whole set.
    ///   - facts: what that check knew of the member.
    init(_ found: [ObjectEvidence], set: [TrafficObject], report: ReferenceReport, facts: LiveFacts) {
        let missing = Set(found.indices.filter { found[$0].state == .missing })
        let routes = Set(found.filter { $0.kind == .virtualService && $0.stored.status == .true }.map(\.key))
        /// The routes that have something to find fault with once these objects are left out.
        func broken(without gone: Set<Int>) -> Set<ObjectKey> {
            let rest = set.enumerated().filter { !gone.contains($0.offset) }.map(\.element)
            let findings = Set(ReferenceCheck.report(rest, facts: facts).findings).subtracting(report.findings)
            // A Service that is gone tells no longer where the pods of a gateway are: that is a matter of addresses.
            return Set(
                findings.filter { $0.kind == .virtualService && $0.reason != .gatewayNamespaceUnknown }.map(\.key)
            ).intersection(routes)
        }
        // A set that is being written lacks much and has no route yet; object by object is only for what is found.
        guard !missing.isEmpty, !routes.isEmpty, !broken(without: missing).isEmpty else { return }
        for index in missing.sorted() {
            for route in broken(without: [index]) { objects[route] = objects[route] ?? found[index].stored }
        }
    }

    /// What any of them refers to and is gone, the first in the order of the routes' names; nil: nothing.
    var first: Verdict? { objects.min { $0.key < $1.key }?.value }

    /// What a VirtualService refers to and is gone, the first in apply order; nil: nothing.
    func verdict(on route: ObjectKey) -> Verdict? { objects[route] }
}
