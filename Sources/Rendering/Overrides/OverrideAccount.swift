import AccessPointAPI
import JSONValue
import KubeModel
import TrafficModel

/// Whether an override matched the objects of one target, and why.
public struct OverrideAccount: Sendable, Hashable {
    /// What an override did to one object.
    public enum Effect: String, Sendable, Hashable, CaseIterable {
        /// It changed it.
        case changed = "Changed"
        /// It matched, but said what the object said already.
        case unchanged = "Unchanged"
        /// It left the object out.
        case omitted = "Omitted"
        /// It could not be applied.
        case refused = "Refused"
    }

    /// What an override had to do with one entry of the template.
    public struct Entry: Sendable, Hashable {
        /// The name of the entry.
        public let template: String
        /// What it did; nil if it did not match.
        public let effect: Effect?
        /// Which fields of its selectors matched; where it did not match, which did not.
        public let why: String
    }

    /// Its name.
    public let name: String
    /// Why it does not apply to the target at all; nil if it does.
    public let mismatch: String?
    /// The entries that the target gets, in the order of the template; empty if the override does not apply to it.
    public let entries: [Entry]
}

extension OverrideAccount {
    /// Tells of one override what a trace says.
    init(_ override: Override, at index: Int, for target: TargetFacts, _ trace: RenderTrace, names: [String]) {
        name = override.name
        let place = Verdict(override.targets, of: target)
        guard place.fits else {
            mismatch = "targets: \(place.text)"
            entries = []
            return
        }
        mismatch = nil
        entries = trace.starts.sorted { $0.key < $1.key }.map { entry, draft in
            let verdict = Verdict(override.resources, of: draft)
            guard verdict.fits else {
                return Entry(template: draft.template, effect: nil, why: "resources: \(verdict.text)")
            }
            let why = "\(place.text); \(verdict.text)"
            if let step = trace.steps.first(where: { $0.override == index && $0.entry == entry }) {
                return Entry(template: draft.template, effect: step.effect, why: why)
            }
            // Gone before its turn came, or the override itself could not be prepared.
            let end = trace.steps.last { $0.entry == entry && $0.override < index && $0.effect.ends }
            let cause = end.flatMap { names.indices.contains($0.override) ? names[$0.override] : nil }
            return Entry(
                template: draft.template, effect: cause == nil ? .refused : nil,
                why: cause.map { "the object is gone already, by override \($0)" } ?? why)
        }
    }
}

extension OverrideAccount.Effect {
    fileprivate var ends: Bool { self == .omitted || self == .refused }
}

/// Whether selectors choose something, in words: `region eu-central`, `kind Service ≠ VirtualService`.
private struct Verdict {
    var fits: Bool
    var text: String

    init(_ selector: TargetSelector?, of target: TargetFacts) {
        var fields: [(fits: Bool, text: String)] = []
        func check(_ name: String, _ wanted: [String], _ found: String) {
            guard !wanted.isEmpty else { return }
            let fits = wanted.contains { $0.utf8.elementsEqual(found.utf8) }
            let names = Self.list(wanted.map(Excerpt.of))
            fields.append((fits, fits ? "\(name) \(found)" : "\(name) \(names) ≠ \(found)"))
        }
        check("region", selector?.regions ?? [], target.region)
        check("availabilityZone", selector?.availabilityZones ?? [], target.availabilityZone)
        check("cluster", selector?.clusters ?? [], target.name)
        for requirement in selector?.clusterSelector?.requirements ?? [] {
            let single = LabelSelector(requirements: [requirement])
            let fits = single.matches(target.labels)
            let found = target.labels[requirement.key]?.stringValue ?? "<unset>"
            fields.append((fits, "label \(single.queryString)" + (fits ? "" : " ≠ \(found)")))
        }
        self.init(fields, always: "every target")
    }

    init(_ selectors: [ResourceSelector], of draft: Draft) {
        let verdicts = selectors.map { Verdict($0, of: draft) }
        if verdicts.isEmpty {
            (fits, text) = (true, "every object")
        } else if let chosen = verdicts.first(where: \.fits) {
            self = chosen
        } else {
            (fits, text) = (false, Self.list(verdicts.map(\.text), separator: ", nor "))
        }
    }

    private init(_ selector: ResourceSelector, of draft: Draft) {
        var fields: [(fits: Bool, text: String)] = []
        func check(_ name: String, _ wanted: String?, _ found: String) {
            guard let wanted else { return }
            let fits = wanted.utf8.elementsEqual(found.utf8)
            let names = [wanted, found].map { $0.isEmpty ? "\"\"" : Excerpt.of($0) }
            fields.append((fits, "\(name) " + (fits ? names[1] : names.joined(separator: " ≠ "))))
        }
        check("template", selector.template, draft.template)
        check("group", selector.group, draft.kind.group)
        check("kind", selector.kind, draft.kind.kind)
        check("name", selector.name, draft.key.name)
        self.init(fields, always: "every object")
    }

    /// All fields must fit; where some do not, only these are told.
    private init(_ fields: [(fits: Bool, text: String)], always: String) {
        let failed = fields.filter { !$0.fits }
        fits = failed.isEmpty
        let told = failed.isEmpty ? fields : failed
        text = told.isEmpty ? always : told.map(\.text).joined(separator: ", ")
    }

    private static func list(_ items: [String], separator: String = ", ") -> String {
        let shown = items.prefix(3).joined(separator: separator)
        return items.count > 3 ? "\(shown) or \(items.count - 3) more" : shown
    }
}
