import AccessPointAPI
import Foundation
import JSONValue
import Rendering
import Testing
import YAMLFormat

/// What each released version of the renderer makes of fixed inputs, for ever.
///
/// `REWRITE_FIXTURES=1 swift test --filter GoldenTests` writes the expectations of the present version anew; those of an
/// older version are never to be written again.
@Suite struct GoldenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/v\(Renderer.version)")
    private static let isRewriting = ProcessInfo.processInfo.environment["REWRITE_FIXTURES"] == "1"

    @Test("a fixed input is rendered to the same objects and hashes for ever", arguments: ["regions", "kinds"])
    func golden(name: String) throws {
        let input = try #require(
            try YAML.documents([UInt8](Data(contentsOf: Self.folder.appending(path: "\(name).input.yaml")))).first)
        let rendering = try Self.rendering(of: input)
        #expect(rendering.isAccepted, "\(rendering.problems)")
        let documents = rendering.sets.map { set -> JSONValue in
            ["target": .string(set.target), "hash": .string(set.hash), "objects": .array(set.objects.map(\.body))]
        }
        let file = Self.folder.appending(path: "\(name).rendered.yaml")
        if Self.isRewriting { try Data(YAML.text(documents: documents).utf8).write(to: file) }
        let expected = try YAML.documents([UInt8](Data(contentsOf: file)))
        #expect(documents.count == expected.count)
        for (document, wanted) in zip(documents, expected) {
            #expect(document["target"] == wanted["target"])
            #expect(document["hash"] == wanted["hash"])
            let (objects, others) = (document["objects"]?.arrayValue ?? [], wanted["objects"]?.arrayValue ?? [])
            #expect(objects.count == others.count)
            for (object, other) in zip(objects, others) { #expect(object == other) }
        }
    }

    @Test("the goldens speak of every kind")
    func everyKind() throws {
        let input = try #require(
            try YAML.documents([UInt8](Data(contentsOf: Self.folder.appending(path: "kinds.input.yaml")))).first)
        let kinds = try Self.rendering(of: input).sets.flatMap { $0.objects.map(\.kind) }
        #expect(kinds.count == 10)
        #expect(Set(kinds).count == 10)
    }

    private static func rendering(of input: JSONValue) throws -> Rendering {
        func text(_ path: String...) throws -> String { try #require(input.value(at: path)?.stringValue) }
        let identity = RenderIdentity(
            namespace: try text("identity", "namespace"), name: try text("identity", "name"),
            uid: try text("identity", "uid"), hub: try text("identity", "hub"))
        let options = RenderOptions(
            gatewayNamespaces: (input["gatewayNamespaces"]?.arrayValue ?? []).compactMap(\.stringValue))
        let targets = (input["targets"]?.arrayValue ?? []).map { target in
            TargetFacts(
                name: target["name"]?.stringValue ?? "", region: target["region"]?.stringValue ?? "",
                availabilityZone: target["availabilityZone"]?.stringValue ?? "",
                labels: target["labels"]?.objectValue ?? JSONObject())
        }
        let spec = try AccessPointSpec.decode(input["spec"] ?? .null)
        return Renderer(identity: identity, spec: spec, options: options).render(all: targets)
    }
}
