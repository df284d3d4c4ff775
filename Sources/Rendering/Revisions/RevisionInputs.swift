public import AccessPointAPI
public import JSONValue

/// Everything that a revision freezes: with the facts of a target it yields that target's objects for ever.
public struct RevisionInputs: Sendable, Hashable {
    /// The version of the rules by which it is rendered.
    public let rendererVersion: String
    /// The spec: scope, placement, template, overrides and rollout policy. Names, the runtime policy and whether the
    /// rollout is paused hold at once and are not part of it.
    public let spec: AccessPointSpec
    /// The plan: the steps with their targets in order, as the rollout writes it.
    public let plan: JSONValue

    /// Freezes a spec together with its plan.
    public init(spec: AccessPointSpec, plan: JSONValue, rendererVersion: String = Renderer.version) {
        var frozen = spec
        frozen.dns = nil
        frozen.policy.rollout.paused = false
        frozen.policy.runtime = AccessPointSpec.Policy().runtime
        self.spec = frozen
        self.plan = plan
        self.rendererVersion = rendererVersion
    }

    /// The inputs as the data of a ControllerRevision.
    public var json: JSONValue {
        var spec = spec.json
        spec.set(nil, at: ["policy", "runtime"])
        spec.set(nil, at: ["policy", "rollout", "paused"])
        return ["rendererVersion": .string(rendererVersion), "spec": spec, "plan": plan]
    }

    /// Reads inputs that ``json`` has written.
    public static func read(_ json: JSONValue) throws(RevisionError) -> RevisionInputs {
        guard let version = json["rendererVersion"]?.stringValue else {
            throw RevisionError("data.rendererVersion", "must be a string")
        }
        guard version == Renderer.version else {
            throw RevisionError(
                "data.rendererVersion",
                "is \(Excerpt.of(version)), which this operator cannot render (it knows \(Renderer.version)); "
                    + "run the operator that made the revision, or change the AccessPoint to make a new one")
        }
        guard let plan = json["plan"], plan.objectValue != nil else {
            throw RevisionError("data.plan", "must be an object")
        }
        do throws(FieldErrors) {
            let spec = try AccessPointSpec.decode(json["spec"] ?? .null, at: "data.spec")
            return RevisionInputs(spec: spec, plan: plan, rendererVersion: version)
        } catch {
            throw RevisionError("data.spec", error.description)
        }
    }
}

/// Why a stored revision cannot be used.
public struct RevisionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The field of the ControllerRevision.
    public let path: String
    /// What is wrong and what to do.
    public let message: String

    init(_ path: String, _ message: String) {
        self.path = path
        self.message = message
    }

    /// `path: message`.
    public var description: String { "\(path): \(message)" }
}
