import JSONValue
import Testing

@testable import TrafficModel

extension Integration {
    @Suite("Schemas beside a real server")
    struct ServerSchemaTests {
        /// Fields of one side alone, each with the reason.
        private static let known: [String: String] = [
            "internalTrafficPolicy string": "came with Kubernetes 1.21",
            "loadBalancerClass string": "came with Kubernetes 1.21",
            "trafficDistribution string": "came with Kubernetes 1.30",
            "topologyKeys list": "an alpha field of 1.20, gone in 1.22",
            "topologyKeys[] string": "an alpha field of 1.20, gone in 1.22",
        ]

        @Test("a Service has the fields of the server's own definition, but for what other versions have")
        func service() async throws {
            let site = try await Site.unoperated()
            let document = try JSONValue(parsing: try await site.member(Site.canary)("get", "--raw", "/openapi/v2"))
            let definitions = try #require(document["definitions"])
            let theirs = Set(Self.fields(of: "io.k8s.api.core.v1.ServiceSpec", in: definitions))
            let ours = Set(Self.fields(of: TrafficKind.service.schema))
            try #require(theirs.contains("ports[].targetPort string or integer"))
            let difference = theirs.symmetricDifference(ours)
            #expect(difference.subtracting(Self.known.keys).sorted() == [])
            #expect(Set(Self.known.keys).subtracting(difference).sorted() == [], "no difference any more")
        }

        /// `path type` of each field of a definition.
        private static func fields(of name: String, in definitions: JSONValue, path: String = "") -> [String] {
            let properties = definitions[name]?["properties"]?.objectValue ?? [:]
            return properties.flatMap { property -> [String] in
                field(path + property.key, property.value, definitions)
            }
        }

        private static func field(_ path: String, _ schema: JSONValue, _ definitions: JSONValue) -> [String] {
            if let reference = schema["$ref"]?.stringValue {
                let name = String(reference.split(separator: "/").last ?? "")
                guard definitions[name]?["format"] != "int-or-string" else { return ["\(path) string or integer"] }
                return ["\(path) object"] + fields(of: name, in: definitions, path: path + ".")
            }
            if let items = schema["items"] { return ["\(path) list"] + field(path + "[]", items, definitions) }
            if let values = schema["additionalProperties"] {
                return ["\(path) map"] + field(path + "{}", values, definitions)
            }
            return ["\(path) \(schema["type"]?.stringValue ?? "nothing")"]
        }

        /// The same of a message of ours.
        private static func fields(of message: Message, path: String = "") -> [String] {
            message.fields.flatMap { field(path + $0.name, $0.shape) }
        }

        private static func field(_ path: String, _ shape: Shape) -> [String] {
            switch shape {
            case .text, .choice, .time, .bytes: ["\(path) string"]
            case .flag: ["\(path) boolean"]
            case .integer: ["\(path) integer"]
            case .decimal: ["\(path) number"]
            case .portOrName: ["\(path) string or integer"]
            case .list(let element, _): ["\(path) list"] + field(path + "[]", element)
            case .map(let element, _): ["\(path) map"] + field(path + "{}", element)
            case .message(let message): ["\(path) object"] + fields(of: message, path: path + ".")
            }
        }
    }
}
