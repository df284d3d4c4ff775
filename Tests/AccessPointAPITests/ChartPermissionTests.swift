import JSONValue
import Testing
import YAMLFormat

/// The RBAC rules of a chart template, as far as they can be read without rendering it.
private enum ChartRules {
    static let folder = "charts/accesspoint-operator/templates"

    /// The objects of a template: lines that are only an action are left out, values that are filled in read `x`.
    static func objects(_ template: String) throws -> [JSONValue] {
        let lines = template.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).filter { line in
            let text = line.trimmingPrefix { $0 == " " }
            return !(text.hasPrefix("{{") && text.hasSuffix("}}"))
        }
        let filled = lines.joined(separator: "\n").replacing(#/{{[^}]*}}/#, with: "x")
        return try YAML.documents(Array(filled.utf8)).filter { !$0.isNull }
    }

    /// What no role of the chart may grant.
    static func faults(_ object: JSONValue) -> [String] {
        let kind = object["kind"]?.stringValue ?? "?"
        return (object["rules"]?.arrayValue ?? []).flatMap { rule -> [String] in
            let all = ["apiGroups", "resources", "resourceNames", "verbs", "nonResourceURLs"].flatMap { key in
                (rule[key]?.arrayValue ?? []).compactMap(\.stringValue)
            }
            var faults = all.filter { $0.contains("*") }.map { "\(kind) grants \($0)" }
            for verb in ["escalate", "bind", "impersonate"] where all.contains(verb) {
                faults.append("\(kind) grants \(verb)")
            }
            if kind != "Role", all.contains(where: { $0.hasPrefix("secrets") }) {
                faults.append("\(kind) reads Secrets everywhere")
            }
            return faults
        }
    }
}

@Suite("The chart's permissions")
struct ChartPermissionTests {
    @Test("no role of the chart has a wildcard, and Secrets are read only where a Role says so")
    func leastPrivilege() throws {
        var roles: [String: Int] = [:]
        for name in try Repository.names(in: ChartRules.folder) {
            let template = try Repository.text("\(ChartRules.folder)/\(name)")
            guard template.contains("apiVersion: rbac.authorization.k8s.io/") else { continue }
            for object in try ChartRules.objects(template) where object["rules"]?.arrayValue?.isEmpty == false {
                roles[name, default: 0] += 1
                #expect(ChartRules.faults(object) == [], "\(name)")
            }
        }
        #expect(roles == ["rbac.yaml": 3, "member-rbac.yaml": 2, "clusterroles-users.yaml": 3])
    }

    @Test(
        "a permission that is too wide is found",
        arguments: [
            ("ClusterRole", "verbs: ['*']"), ("Role", "resources: [\"*\"]"), ("Role", "apiGroups:\n  - '*'"),
            ("ClusterRole", "resources: [services, secrets]"), ("ClusterRole", "resources: [secrets/status]"),
            ("Role", "nonResourceURLs: [/metrics/*]"), ("Role", "verbs: [get, impersonate]"),
        ])
    func tooWide(kind: String, rule: String) throws {
        let template =
            "{{- if .Values.x }}\nkind: \(kind)\nmetadata:\n  name: {{ .Values.y }}-z\nrules:\n- \(rule)\n{{- end }}\n"
        #expect(try ChartRules.objects(template).flatMap(ChartRules.faults).count == 1)
        #expect(ChartRules.faults(["kind": "Role", "rules": [["resources": ["secrets"], "verbs": ["get"]]]]) == [])
    }
}
