public import JSONValue
public import KubeModel

/// What Istio itself says of the stored spec of one of its objects, in `.status`.
///
/// istiod writes it only where its analysis is enabled (`PILOT_ENABLE_ANALYSIS`), and then only into objects that have,
/// or had, findings: silence tells neither good nor bad. A message carries a code and a level, and no text
/// (`istio.io/api`: `meta/v1alpha1/status.proto`, `analysis/v1alpha1/message.proto`).
public struct IstioStatus: Sendable, Hashable {
    /// How grave a message is; what is only worth knowing is not read.
    public enum Level: String, Sendable, Hashable, CaseIterable {
        /// Traffic does not go where the object says.
        case error = "ERROR"
        /// The object is taken, but hardly as it was meant.
        case warning = "WARNING"

        /// Reads the enumeration `AnalysisMessageBase.Level`, by name or by number.
        init?(_ json: JSONValue?) {
            switch json {
            case .integer(3)?: self = .error
            case .integer(8)?: self = .warning
            default: self.init(rawValue: json?.stringValue ?? "")
            }
        }
    }

    /// A message of Istio's analysis.
    public struct Message: Sendable, Hashable {
        /// `IST0101`.
        public let code: String
        /// Its name, such as `ReferencedResourceNotFound`; empty where Istio does not say it and we do not know it.
        public let name: String
        /// How grave it is.
        public let level: Level
        /// What it means, as far as that is known; else empty.
        public let meaning: String
        /// The page that explains it; empty if Istio names none.
        public let documentation: String
    }

    /// The errors, then the warnings, in Istio's order.
    public let messages: [Message]
    /// Whether Istio has looked at the whole spec and handed it on, as far as it says so.
    public let isSettled: Bool

    /// The most messages, and conditions, that are looked at.
    private static let limit = 16

    /// Reads what is said of the generation that is stored; nil: nothing is.
    ///
    /// Two things are warnings, whatever level they have: a condition that is False of a proxy that does not take the
    /// object (Istio's own analysis warns of it, IST0171, and it may be no matter for the other proxies), and a subset
    /// that selects no pods (IST0173), for Istio looks for them in one cluster alone and knows no WorkloadEntries there.
    public init?(of object: KubeObject) {
        guard let generation = object.generation, let status = object.status else { return nil }
        let isCurrent = Self.generation(status["observedGeneration"]) == generation
        let conditions = Self.conditions(status).filter { condition in
            condition["observedGeneration"].map { Self.generation($0) == generation } ?? isCurrent
        }
        guard isCurrent || !conditions.isEmpty else { return nil }
        messages = (isCurrent ? Self.messages(status) : []) + conditions.compactMap(Self.warning)
        isSettled = isCurrent && !conditions.contains { $0["type"] == "Reconciled" && $0["status"] != "True" }
    }

    /// The errors among the messages.
    public var errors: [Message] { messages.filter { $0.level == .error } }

    /// The warnings among the messages.
    public var warnings: [Message] { messages.filter { $0.level == .warning } }

    /// Whether all that is wrong is that something it refers to is not in this cluster, the only one that Istio's
    /// analysis looks at.
    public var missesReferencesAlone: Bool { !errors.isEmpty && errors.allSatisfy { $0.code == "IST0101" } }

    /// What of the `.status` of an object is read here and by ``WorkloadHealth``, in the same form; nil: nothing is.
    ///
    /// Everything else (times of probes, addresses) changes without telling anything, and is not kept.
    public static func reduced(_ status: JSONValue, of kind: TrafficKind) -> JSONValue? {
        var members = JSONObject()
        members["observedGeneration"] = generation(status["observedGeneration"]).map { .integer($0) }
        let messages = (status["validationMessages"]?.arrayValue ?? []).filter { Level($0["level"]) != nil }
        let sorted = Level.allCases.flatMap { level in messages.filter { Level($0["level"]) == level } }
        if !sorted.isEmpty {
            members["validationMessages"] = .array(
                sorted.prefix(limit).map { message in
                    var kept = reduced(message, to: ["level", "documentationUrl"])
                    kept["type"] = message["type"].map { .object(reduced($0, to: ["code", "name"])) }
                    return .object(kept)
                })
        }
        var conditions = conditions(status).map { condition -> JSONValue in
            var kept = reduced(condition, to: ["type", "status", "reason", "message"])
            // One that cannot be read is not the same as none.
            kept["observedGeneration"] = condition["observedGeneration"].map { .integer(generation($0) ?? -1) }
            return .object(kept)
        }
        if kind == .workloadEntry, let health = WorkloadHealth.condition(status) {
            conditions.append(.object(reduced(health, to: ["type", "status", "reason"])))
        }
        if !conditions.isEmpty { members["conditions"] = .array(conditions) }
        return members.isEmpty ? nil : .object(members)
    }

    private static func reduced(_ json: JSONValue, to names: [String]) -> JSONObject {
        var kept = JSONObject()
        for name in names {
            switch json[name] {
            case .string(let text)?: kept[name] = .string(text.utf8.count > 160 ? excerpt(text, limit: 160) : text)
            case .integer(let number)?: kept[name] = .integer(number)
            default: continue
            }
        }
        return kept
    }

    /// An int64 as Istio's CRDs have it: protobuf's JSON writes it as a string.
    private static func generation(_ json: JSONValue?) -> Int64? {
        json?.integerValue ?? json?.stringValue.flatMap { Int64($0) }
    }

    private static func messages(_ status: JSONValue) -> [Message] {
        let all = (status["validationMessages"]?.arrayValue ?? []).compactMap { json -> Message? in
            guard let level = Level(json["level"]) else { return nil }
            let code = excerpt(json.value("type", "code")?.stringValue ?? "")
            let name = json.value("type", "name")?.stringValue ?? ""
            let page = json["documentationUrl"]?.stringValue ?? ""
            return Message(
                code: code, name: name.isEmpty ? known[code]?.name ?? "" : excerpt(name),
                level: code == "IST0173" ? .warning : level, meaning: known[code]?.meaning ?? "",
                documentation: page.utf8.starts(with: "https://".utf8) ? excerpt(page, limit: 160) : "")
        }
        return Array(Level.allCases.flatMap { level in all.filter { $0.level == level } }.prefix(limit))
    }

    /// The conditions by which Istio, or a proxy, says whether it has taken the object.
    private static func conditions(_ status: JSONValue) -> [JSONValue] {
        let all = (status["conditions"]?.arrayValue ?? []).filter { condition in
            let type = condition["type"]?.stringValue ?? ""
            return sameBytes(type, "Reconciled") || type.utf8.reversed().starts(with: "Accepted".utf8.reversed())
        }
        return Array(all.prefix(limit))
    }

    private static func warning(_ condition: JSONValue) -> Message? {
        guard condition["status"] == "False", let type = condition["type"]?.stringValue, type != "Reconciled" else {
            return nil
        }
        let why = ["reason", "message"].compactMap { condition[$0]?.stringValue }.filter { !$0.isEmpty }
        return Message(
            code: "IST0171", name: "NegativeConditionStatus", level: .warning,
            meaning: (["\(excerpt(type)) is False"] + why.map { excerpt($0, limit: 160) }).joined(separator: ": "),
            documentation: "")
    }
}

extension IstioStatus.Message: CustomStringConvertible {
    /// `IST0101 ReferencedResourceNotFound: what it means; see PAGE`.
    public var description: String {
        [
            name.isEmpty ? code : "\(code) \(name)", meaning.isEmpty ? "" : ": \(meaning)",
            documentation.isEmpty ? "" : "; see \(documentation)",
        ].joined()
    }
}

extension IstioStatus {
    /// The warnings, as findings in an object.
    public func findings(in kind: TrafficKind, _ key: ObjectKey) -> [Finding] {
        warnings.map { warning in
            Finding(
                rule: warning.name.isEmpty ? "Istio" : warning.name, code: warning.code, severity: .warning, kind: kind,
                key: key, pointer: JSONPointer(tokens: []),
                message: warning.meaning.isEmpty ? "Istio warns" : "Istio warns that \(warning.meaning)",
                remedy: "see \(warning.documentation.isEmpty ? "its status in that cluster" : warning.documentation)",
                source: "status of the object")
        }
    }

    /// The errors, and the usual warnings, of Istio's `pkg/config/analysis/msg/messages.yaml` that an object of a
    /// traffic template can have.
    fileprivate static let known: [String: (name: String, meaning: String)] = [
        "IST0101": ("ReferencedResourceNotFound", "something that it refers to is not in this cluster"),
        "IST0106": ("SchemaValidationError", "a field breaks a rule"),
        "IST0109": ("ConflictingMeshGatewayVirtualServiceHosts", "another VirtualService of the mesh has a host of it"),
        "IST0110": ("ConflictingSidecarWorkloadSelectors", "another Sidecar selects the same pods"),
        "IST0111": ("MultipleSidecarsWithoutWorkloadSelectors", "another Sidecar of the namespace has no selector"),
        "IST0112": ("VirtualServiceDestinationPortSelectorRequired", "a destination must say which port it means"),
        "IST0130": ("VirtualServiceUnreachableRule", "a rule is never reached"),
        "IST0132": ("VirtualServiceHostNotFoundInGateway", "a host of it is none of its Gateway's"),
        "IST0138": ("GatewayDuplicateCertificate", "several Gateways of the same pods have its certificate"),
        "IST0145": ("ConflictingGateways", "another Gateway of the same pods has the same port and host"),
        "IST0149": ("JwtClaimBasedRoutingWithoutRequestAuthN", "it routes by claims that nothing checks"),
        "IST0161": ("InvalidGatewayCredential", "the Secret of the Gateway cannot be used"),
        "IST0162": ("GatewayPortNotDefinedOnService", "a port of it is none of the gateway's Service"),
        "IST0173": ("DestinationRuleSubsetNotSelectPods", "a subset selects no pods of this cluster"),
        "IST0174": ("UnknownDestinationRuleHost", "its host is not known"),
    ]
}
