/// How far an override reached.
public struct OverrideReport: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// How many targets it matched.
    public internal(set) var targets = 0
    /// How many objects it matched, counted per target.
    public internal(set) var objects = 0
    /// How many of these it changed or omitted.
    public internal(set) var changed = 0
    /// Whether it could not be applied somewhere.
    var hasFailed = false

    init(name: String) { self.name = name }

    mutating func add(_ other: OverrideReport) {
        targets += other.targets
        objects += other.objects
        changed += other.changed
        hasFailed = hasFailed || other.hasFailed
    }

    /// What a person should know of it after all targets were rendered; nil if it did what overrides are for.
    ///
    /// An override that matches nothing is only reported: it may wait for clusters to come. One that matches but changes
    /// nothing in any object of any target is refused, for it is a sign that a part of it was lost: `kubectl apply` drops
    /// every null, so that a merge patch meant to remove a field removes nothing. It is enough that one object of one
    /// target is changed; an override whose value is that of the template for some targets is fine.
    func problem(at index: Int) -> RenderProblem? {
        guard !hasFailed, changed == 0 else { return nil }
        let path = "spec.overrides[\(index)]"
        let origin = RenderProblem.Origin(override: name)
        if targets == 0 {
            return origin.problem(
                .overrideUnmatched, severity: .warning, path: "\(path).targets", "it matches no target",
                "correct its targets or remove it")
        }
        if objects == 0 {
            return origin.problem(
                .overrideUnmatched, severity: .warning, path: "\(path).resources", "it matches no object",
                "correct its resources or remove it")
        }
        return origin.problem(
            .overrideNoEffect, path: path, "it matches \(objects) objects but changes none of them",
            "to remove a field use jsonPatch with op remove (kubectl apply drops nulls); else remove the override")
    }
}
