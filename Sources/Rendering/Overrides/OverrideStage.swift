import AccessPointAPI
import JSONValue
import KubeModel
import TrafficModel

/// An override whose values are known, ready to change objects.
struct OverrideStage {
    /// The change with its variables replaced.
    private enum Change {
        case jsonPatch(JSONPatch)
        case mergePatch(JSONValue)
        case omit
    }

    /// What became of one object.
    enum Outcome {
        case unchanged
        case changed(JSONValue)
        case omitted
        case refused([RenderProblem])
    }

    /// What an override says that a place holds; of an object it speaks member by member.
    typealias Statement = (place: JSONPointer, value: JSONValue)

    private let override: Override
    private let index: Int
    private let change: Change

    /// The place of an override in the AccessPoint.
    static func pointer(_ index: Int, _ field: String...) -> [String] {
        ["spec", "overrides", String(index)] + field
    }

    /// Whether the values of an override depend on the target.
    static func hasVariables(_ override: Override) -> Bool {
        switch override.change {
        case .omit: false
        case .mergePatch(let patch): patch.containsText(where: Variables.concern)
        case .jsonPatch(let patch):
            (patch.arrayValue ?? []).contains { $0["value"]?.containsText(where: Variables.concern) ?? false }
        }
    }

    /// Prepares an override.
    /// - Parameters:
    ///   - override: the override.
    ///   - index: its place in the list.
    ///   - values: replaces the variables; nil for an override without any.
    /// - Throws: the problems of its values, none of which depends on the objects it will change.
    init(_ override: Override, at index: Int, _ values: Substitution?) throws(RenderProblems) {
        self.override = override
        self.index = index
        var problems: [RenderProblem] = []
        func replaced(_ value: JSONValue, operation: Int? = nil, at pointer: [String]) -> JSONValue {
            guard var values else { return value }
            let origin = RenderProblem.Origin(override: override.name, operation: operation)
            let result = values.replace(value, origin: origin, at: pointer)
            problems += values.problems
            return result
        }
        switch override.change {
        case .omit: change = .omit
        case .mergePatch(let patch): change = .mergePatch(replaced(patch, at: Self.pointer(index, "mergePatch")))
        case .jsonPatch(let json):
            let operations = json.arrayValue?.enumerated().map { number, operation in
                guard let value = operation["value"] else { return operation }
                var operation = operation
                operation["value"] = replaced(
                    value, operation: number, at: Self.pointer(index, "jsonPatch", String(number), "value"))
                return operation
            }
            do {
                change = .jsonPatch(try JSONPatch(operations.map { .array($0) } ?? json))
            } catch {
                throw RenderProblems([Self.problem(error, override, index, target: nil, template: nil)])
            }
        }
        guard problems.isEmpty else { throw RenderProblems(problems) }
    }

    /// Whether the override speaks of an object: it has no resources, or one of them fits in all its fields.
    func matches(_ draft: Draft) -> Bool {
        override.resources.isEmpty
            || override.resources.contains { selector in
                fits(selector.template, draft.template) && fits(selector.group, draft.kind.group)
                    && fits(selector.kind, draft.kind.kind) && fits(selector.name, draft.key.name)
            }
    }

    private func fits(_ wanted: String?, _ found: String) -> Bool {
        wanted.map { $0.utf8.elementsEqual(found.utf8) } ?? true
    }

    /// All that it says that places hold.
    var statements: [Statement] {
        switch change {
        case .omit: []
        case .mergePatch(let patch): [(JSONPointer(tokens: []), patch)]
        case .jsonPatch(let patch):
            patch.operations.compactMap { operation in
                guard operation.op != .test, let value = operation.value else { return nil }
                return (operation.path, value)
            }
        }
    }

    /// Changes one object, and checks what came of it: it must be the same object, and within the rules.
    func apply(to draft: Draft, of target: String, _ options: RenderOptions) -> Outcome {
        let body: JSONValue
        switch change {
        case .omit: return .omitted
        case .mergePatch(let patch): body = draft.body.mergePatched(with: patch)
        case .jsonPatch(let patch):
            let limits = JSONPatchLimits(maxDepth: RenderBudget.depth)
            do {
                body = try patch.applied(to: draft.body, limits: limits)
            } catch {
                return .refused([
                    Self.problem(error, override, index, target: target, template: draft.template)
                ])
            }
        }
        guard body != draft.body else { return .unchanged }
        let violations = identityViolations(body, of: draft) + ObjectRules.violations(body, kind: draft.kind, options)
        guard violations.isEmpty else {
            let origin = RenderProblem.Origin(template: draft.template, override: override.name)
            return .refused(
                violations.map { violation in
                    origin.problem(
                        violation.code, path: violation.pointer.fieldPath, target: target, violation.message,
                        violation.remedy)
                })
        }
        // A null that was put in is dropped again, so that it changed nothing.
        let before = Normalisation.normalised(draft.body, kind: draft.kind)
        return Normalisation.normalised(body, kind: draft.kind) == before ? .unchanged : .changed(body)
    }

    private func identityViolations(_ body: JSONValue, of draft: Draft) -> [Violation] {
        let fields: [([String], String)] = [
            (["apiVersion"], draft.apiVersion), (["kind"], draft.kind.kind), (["metadata", "name"], draft.key.name),
            (["metadata", "namespace"], draft.key.namespace ?? ""),
        ]
        return fields.compactMap { path, wanted in
            guard body.value(at: path) != .string(wanted) else { return nil }
            return Violation(
                .identityChanged, path, "an override may change what an object says, not what it is",
                "name the object in the template, with a variable where it differs between targets")
        }
    }

    private static func problem(
        _ error: JSONPatchError, _ override: Override, _ index: Int, target: String?, template: String?
    ) -> RenderProblem {
        let parts = error.message.split(separator: "; ", maxSplits: 1).map(String.init)
        let place = pointer(index, "jsonPatch") + (error.operationIndex.map { [String($0)] } ?? [])
        let act = [error.op, error.path.map { "\"\(Excerpt.of($0))\"" }].compactMap { $0 }.joined(separator: " ")
        return RenderProblem(
            .patchFailed, target: target, template: template, override: override.name,
            operation: error.operationIndex, path: JSONPointer(tokens: place).fieldPath,
            message: (act.isEmpty ? "" : "\(act): ") + (parts.first ?? "the patch cannot be used"),
            remedy: parts.dropFirst().first ?? "correct the operation")
    }
}

/// Several problems at once.
struct RenderProblems: Error {
    let problems: [RenderProblem]

    init(_ problems: [RenderProblem]) { self.problems = problems }
}
