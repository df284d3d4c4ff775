import Foundation
import Testing

@Suite("The chart's copy of the CRDs")
struct ChartCopyTests {
    /// Makes the chart's template of a CRD file: the same lines, a switch around them, labels and an annotation, and
    /// around each block of rules a switch for servers that do not know it.
    static func template(_ crd: String) -> String {
        var lines = ["{{- if .Values.crds.enabled }}", "{{- $rules := include \"accesspoint-operator.crdRules\" . }}"]
        var blockIndent: Int?
        for line in crd.split(separator: "\n", omittingEmptySubsequences: true) where !line.hasPrefix("#") {
            let indent = line.prefix { $0 == " " }.count
            let content = line.dropFirst(indent)
            if let start = blockIndent, indent < start || (indent == start && !content.hasPrefix("- ")) {
                lines.append(String(repeating: " ", count: start) + "{{- end }}")
                blockIndent = nil
            }
            if content == "x-kubernetes-validations:" {
                lines.append(String(repeating: " ", count: indent) + "{{- if $rules }}")
                blockIndent = indent
            }
            lines.append(String(line))
            if line.hasPrefix("  name: ") {
                lines += [
                    "  labels:", "    {{- include \"accesspoint-operator.labels\" . | nindent 4 }}",
                    "  {{- if .Values.crds.keep }}", "  annotations:", "    helm.sh/resource-policy: keep",
                    "  {{- end }}",
                ]
            }
        }
        if let blockIndent { lines.append(String(repeating: " ", count: blockIndent) + "{{- end }}") }
        return (lines + ["{{- end }}"]).joined(separator: "\n") + "\n"
    }

    @Test(
        "equals crds/ (to write it anew: ACCESSPOINT_WRITE_CHART_CRDS=1 swift test --filter ChartCopyTests)",
        arguments: Repository.resources)
    func copies(_ resource: String) throws {
        let path = "charts/accesspoint-operator/templates/crd-\(resource).yaml"
        let crd = try Repository.text(Repository.crdPath(resource))
        try #require(!crd.contains("{{"))
        let expected = Self.template(crd)
        if ProcessInfo.processInfo.environment["ACCESSPOINT_WRITE_CHART_CRDS"] == "1" {
            try Repository.write(expected, to: path)
        }
        #expect(try Repository.text(path) == expected)
    }

    @Test("every block of rules stands behind the switch for old servers, alone")
    func switches() {
        let template = Self.template(
            "# comment\nmetadata:\n  name: x\na:\n  x-kubernetes-validations:\n  - rule: r\n    message: m\n  b: c\n")
        #expect(
            template.hasSuffix(
                "a:\n  {{- if $rules }}\n  x-kubernetes-validations:\n  - rule: r\n    message: m\n  {{- end }}\n  b: c\n{{- end }}\n"
            ))
        #expect(!template.contains("comment"))
    }
}
