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
        for (index, object) in found.enumerated() where object.state == .missing {
            let rest = set.enumerated().filter { $0.offset != index }.map(\.element)
            for finding in Set(ReferenceCheck.report(rest, facts: facts).findings).subtracting(report.findings)
            // A Service that is gone tells no longer where the pods of a gateway are: that is a matter of addresses.
            where finding.kind == .virtualService && finding.reason != .gatewayNamespaceUnknown {
                objects[finding.key] = objects[finding.key] ?? object.stored
            }
        }
    }

    /// What a VirtualService refers to and is gone, the first in apply order; nil: nothing.
    func verdict(on route: ObjectKey) -> Verdict? { objects[route] }
}
