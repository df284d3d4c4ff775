import JSONValue
import KubeModel
import Testing
import YAMLFormat

@testable import AccessPointAPI

@Suite("The CRDs")
struct SchemaTests {
    static func crd(_ resource: String) throws -> JSONValue {
        let documents = try YAML.documents(Array(try Repository.text(Repository.crdPath(resource)).utf8))
        try #require(documents.count == 1)
        return documents[0]
    }

    static func schema(_ resource: String) throws -> JSONValue {
        try #require(crd(resource)["spec"]?["versions"]?[0]?["schema"]?["openAPIV3Schema"])
    }

    static func tables(_ resource: String) -> (kind: String, spec: FieldTable, status: FieldTable, rules: [String]) {
        switch resource {
        case "accesspoints":
            (
                Names.accessPoint.kind, FieldTable(of: AccessPointSpec.self), FieldTable(of: AccessPointStatus.self),
                [ResourceMetadata.nameIsTooLong, ResourceMetadata.nameHasDots]
            )
        case "memberclusters":
            (
                Names.memberCluster.kind, FieldTable(of: MemberClusterSpec.self),
                FieldTable(of: MemberClusterStatus.self), [ResourceMetadata.nameIsTooLong]
            )
        case "nameservices":
            (
                Names.nameService.kind, FieldTable(of: NameServiceSpec.self), FieldTable(of: NameServiceStatus.self),
                [ResourceMetadata.nameIsTooLong]
            )
        default:
            (
                Names.accessPointTarget.kind, FieldTable(of: AccessPointTargetSpec.self),
                FieldTable(of: AccessPointTargetStatus.self), []
            )
        }
    }

    @Test("hold what the types hold: names, limits, words, defaults and rules", arguments: Repository.resources)
    func agreement(_ resource: String) throws {
        let (schema, tables) = (try Self.schema(resource), Self.tables(resource))
        var comparison = SchemaComparison()
        comparison.compare(tables.spec, schema.value("properties", "spec") ?? .null, at: "spec")
        comparison.compare(tables.status, schema.value("properties", "status") ?? .null, at: "status")
        #expect(comparison.differences == [])
        let rules = (schema["x-kubernetes-validations"]?.arrayValue ?? []).compactMap { $0["message"]?.stringValue }
        #expect(rules == tables.rules)
        #expect(schema["required"] == ["spec"])
    }

    @Test("are compared in earnest: a changed limit, word, default, rule or field is found")
    func comparisonFinds() throws {
        let whole = try #require(try Self.schema("accesspoints").value("properties", "spec"))
        let changes: [([String], JSONValue?)] = [
            (["properties", "overrides", "maxItems"], 65),
            (["properties", "scope", "properties", "level", "enum"], ["Cluster"]),
            (["properties", "scope", "properties", "level", "default"], "Cluster"),
            (["properties", "scope", "properties", "regions", "items", "maxLength"], 64),
            (["properties", "scope", "properties", "later"], ["type": "string", "description": "x"]),
            (["properties", "scope", "properties", "regions"], .none),
            (["required"], .none),
            (["x-kubernetes-validations"], []),
            (["properties", "trafficTemplate", "x-kubernetes-list-map-keys"], ["object"]),
            (["properties", "policy", "description"], .none),
            (["properties", "policy", "additionalProperties"], true),
        ]
        for (path, value) in changes {
            var changed = whole
            changed.set(value, at: path)
            var comparison = SchemaComparison()
            comparison.compare(FieldTable(of: AccessPointSpec.self), changed, at: "spec")
            #expect(!comparison.differences.isEmpty, "\(path)")
        }
    }

    @Test("have the names that the code uses", arguments: Repository.resources)
    func names(_ resource: String) throws {
        let crd = try Self.crd(resource)
        let kind = Self.tables(resource).kind
        #expect(crd.value("metadata", "name") == .string("\(resource).\(Names.group)"))
        #expect(crd.value("spec", "group") == .string(Names.group))
        #expect(crd.value("spec", "names", "kind") == .string(kind))
        #expect(crd.value("spec", "names", "plural") == .string(resource))
        #expect(crd.value("spec", "names", "categories") == [.string(Names.category)])
        let version = try #require(crd.value("spec", "versions")?[0])
        #expect(version["name"] == .string(Names.version))
        #expect(version["subresources"] == ["status": [:]])
    }

    @Test("have columns that name fields of the schema", arguments: Repository.resources)
    func columns(_ resource: String) throws {
        let version = try #require(try Self.crd(resource).value("spec", "versions")?[0])
        let schema = try Self.schema(resource)
        let columns = try #require(version["additionalPrinterColumns"]?.arrayValue)
        #expect(columns.last?["name"] == "Age")
        for column in columns {
            let path = try #require(column["jsonPath"]?.stringValue)
            if path.hasPrefix(".metadata.") { continue }
            var place: JSONValue? = schema
            for name in path.prefix(while: { $0 != "[" }).split(separator: ".") {
                place = place?["properties"]?[String(name)]
            }
            #expect(place != nil, "\(path)")
        }
    }

    @Test(
        "demand nothing that the newest Kubernetes refuses or the oldest does not know", arguments: Repository.resources
    )
    func text(_ resource: String) throws {
        var check = SchemaTextCheck()
        check.visit(try Self.schema(resource), at: "", isRoot: true)
        #expect(check.findings == [])
    }

    @Test("are checked in earnest: what is unbounded is found")
    func textFinds() {
        let bad: [JSONValue] = [
            ["type": "string"],
            ["type": "array", "items": ["type": "boolean"], "x-kubernetes-list-type": "atomic"],
            ["type": "array", "maxItems": 3, "items": ["type": "boolean"]],
            [
                "type": "array", "maxItems": 3, "x-kubernetes-list-type": "set",
                "items": ["type": "boolean", "default": true],
            ],
            ["type": "object", "additionalProperties": ["type": "boolean"]],
            ["type": "integer"],
            ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
            ["type": "object", "x-kubernetes-embedded-resource": true],
            [
                "type": "boolean",
                "x-kubernetes-validations": [["rule": "self", "message": "m", "reason": "FieldValueInvalid"]],
            ],
            ["type": "boolean", "x-kubernetes-validations": [["rule": "self"]]],
        ]
        for schema in bad {
            var check = SchemaTextCheck()
            check.visit(["type": "object", "properties": ["a": schema]], at: "", isRoot: false)
            #expect(!check.findings.isEmpty, "\(schema.text())")
        }
    }
}
