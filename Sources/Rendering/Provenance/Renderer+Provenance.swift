public import AccessPointAPI
import JSONValue

extension Renderer {
    /// Renders for one target and tells where everything in its objects comes from.
    ///
    /// It is the rendering itself that is watched: the objects are those of ``render(_:)``, and an override is told to
    /// have changed an object where it did.
    public func provenance(of target: TargetFacts) -> Provenance {
        let record = RenderTrace()
        var trace: RenderTrace? = record
        let rendering = render(target, tracing: &trace)
        let watched = trace ?? record
        let names = spec.overrides.map(\.name)
        return Provenance(
            rendering: rendering,
            objects: (rendering.set?.objects ?? []).compactMap { object in
                let end = watched.ends.first { $0.value.key == object.key && $0.value.kind == object.kind }
                return end.map { entry, draft in origins(of: object, entry: entry, draft, watched) }
            },
            overrides: spec.overrides.enumerated().map { index, override in
                OverrideAccount(override, at: index, for: target, watched, names: names)
            })
    }

    private func origins(
        of object: RenderedObject, entry: Int, _ draft: Draft, _ trace: RenderTrace
    ) -> Provenance.Object {
        var tree = OriginTree(template: spec.trafficTemplate[entry].object, at: TemplateStage.pointer(entry))
        for step in trace.steps where step.entry == entry && step.effect == .changed {
            let override = spec.overrides[step.override]
            switch override.change {
            case .omit: break
            case .mergePatch(let patch):
                tree.apply(
                    mergePatch: patch, of: override.name, at: OverrideStage.pointer(step.override, "mergePatch"))
            case .jsonPatch(let json):
                guard let patch = try? JSONPatch(json) else { continue }
                tree.apply(patch, of: override.name, at: OverrideStage.pointer(step.override, "jsonPatch"))
            }
        }
        return Provenance.Object(
            object: object, fields: tree.fields(of: object.body, draft: draft.body), removals: tree.removals)
    }
}
