import JSONValue
import SeededRandom
import Testing
import YAMLFormat

@Suite struct YAMLMutationTests {
    static let manifest = """
        %YAML 1.1
        ---
        # comment
        apiVersion: &v networking.istio.io/v1
        metadata: {name: "we\\x62", 'labels': {app: web, "é": ~}}
        spec:
          servers:
          - port: {number: 443, name: https}
            hosts: ["*.example.com", !!str 12, *v]
          - - |2-
                literal
              text
            - >+
              folded

          ? long key
          : 0x1F
        ---
        [1.50, -3, true, null]
        ...
        """

    @Test(
        "a file with any bytes changed is read or refused, and what is read survives writing",
        arguments: (1...4).map { UInt64($0) })
    func mutated(seed: UInt64) throws {
        let original = [UInt8](Self.manifest.utf8)
        #expect(try YAML.documents(original).count == 2)
        let marks = [UInt8](" \n\t-:?,[]{}#&*!|>'\"%@`0179.~\\\0".utf8) + [0x80, 0xC3, 0xFF]
        var random = SplitMix64(seed: seed)
        var accepted = 0
        for _ in 0..<1000 {
            var bytes = original
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let mark = marks[Int.random(in: 0..<marks.count, using: &random)]
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(mark, at: place)
                case 2: bytes.removeSubrange(place..<min(place + 9, bytes.count))
                default: bytes[place] = mark
                }
            }
            guard let documents = try? YAML.documents(bytes) else { continue }
            accepted += 1
            let text = YAML.text(documents: documents)
            guard (try? YAML.documents([UInt8](text.utf8))) == documents else {
                Issue.record("seed \(seed): \(String(decoding: bytes, as: UTF8.self))\nis written as\n\(text)")
                continue
            }
        }
        #expect(accepted > 100, "seed \(seed): the test has become empty")
    }
}
