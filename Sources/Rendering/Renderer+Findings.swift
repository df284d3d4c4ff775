public import AccessPointAPI
import TrafficModel

extension Renderer {
    /// What Istio and Kubernetes would refuse, ignore or take otherwise than it reads, in sets that were rendered.
    ///
    /// Each object is judged strictly by itself, and each set whose objects have no errors by whether they fit together. This is apart from
    /// rendering: it says whether sets may become a new revision, and never whether a revision that there is can be
    /// rendered, for rules may come after it.
    /// - Parameters:
    ///   - sets: the sets of all targets.
    ///   - targets: the facts of the targets, which say what is in one zone.
    /// - Returns: errors, then warnings; what is the same for all targets is listed once, without a target.
    public func findings(in sets: [RenderedSet], of targets: [TargetFacts]) -> [RenderProblem] {
        var problems: [RenderProblem] = []
        // Most targets get the same objects.
        var judged: [String: [Finding]] = [:]
        for set in sets {
            var own: [RenderProblem] = []
            var isSound = true
            for object in set.objects {
                let findings =
                    judged[object.hash]
                    ?? TrafficCheck.findings(object.traffic, allowing: options.allowedServiceFields)
                judged[object.hash] = findings
                if findings.contains(where: { $0.severity == .error }) { isSound = false }
                own += findings.compactMap { RenderProblem($0, .trafficInvalid, template: object.template) }
            }
            // Objects that are refused by themselves, and are of any size, say nothing about how they fit together.
            if isSound {
                let together =
                    judged[set.hash]
                    ?? SetCheck.findings(set.objects.map(\.traffic), gatewayNamespaces: options.gatewayNamespaces)
                judged[set.hash] = together
                own += together.compactMap { finding in
                    let object = set.objects.first { $0.kind == finding.kind && $0.key == finding.key }
                    return RenderProblem(finding, .trafficBroken, template: object?.template)
                }
            }
            problems += own.map { problem in
                var problem = problem
                problem.target = set.target
                return problem
            }
        }
        problems += Self.differences(sets, targets)
        problems = Self.folded(problems, targets: sets.count)
        return Self.bounded(
            problems.filter { $0.severity == .error } + problems.filter { $0.severity == .warning })
    }
}

extension Renderer {
    private struct Zone: Hashable {
        let region: String
        let name: String
    }

    /// What differs between the clusters of a zone.
    private static func differences(_ sets: [RenderedSet], _ targets: [TargetFacts]) -> [RenderProblem] {
        let zones = Dictionary(
            targets.map { ($0.name, Zone(region: $0.region, name: $0.availabilityZone)) },
            uniquingKeysWith: { first, _ in first })
        let groups = Dictionary(grouping: sets.filter { zones[$0.target] != nil }) { zones[$0.target] }
        let zoned = groups.values.filter { $0.count > 1 }.map { $0.sorted { $0.target < $1.target } }
            .sorted { $0[0].target < $1[0].target }
        return zoned.flatMap { sets in
            ZoneCheck.findings(sets.map { (cluster: $0.target, objects: $0.objects.map(\.traffic)) }).compactMap {
                cluster, finding in
                let object = sets.first { $0.target == cluster }?.objects.first {
                    $0.kind == finding.kind && $0.key == finding.key
                }
                var problem = RenderProblem(finding, .trafficBroken, template: object?.template)
                problem?.target = cluster
                return problem
            }
        }
    }
}

extension RenderProblem {
    /// The problem that a finding comes to; nil if it is only worth knowing.
    fileprivate init?(_ finding: Finding, _ code: Code, template: String?) {
        let severity: Severity
        switch finding.severity {
        case .error: severity = .error
        case .warning: severity = .warning
        case .info: return nil
        }
        self.init(
            severity == .error ? code : .trafficDoubtful, severity: severity, template: template,
            path: finding.pointer.fieldPath, message: "\(finding.message) \(finding.label)", remedy: finding.remedy)
    }

    /// The same, for somebody whom it does not hinder.
    public var asWarning: RenderProblem {
        var warning = self
        warning.severity = .warning
        return warning
    }
}
