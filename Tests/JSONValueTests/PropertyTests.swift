import JSONValue
import Testing

@Suite struct PropertyTests {
    /// Fixed seeds repeat; the last one is new in each run. A failure prints its seed as the argument of the test.
    static let seeds: [UInt64] = [1, 2, 3, 0xACCE_5501, UInt64.random(in: .min ... .max)]

    @Test("what is written parses to the same value, and is written the same again", arguments: seeds)
    func roundTrip(_ seed: UInt64) throws {
        var random = RandomJSON(seed: seed)
        for _ in 0..<200 {
            let value = random.value()
            let bytes = value.bytes()
            let parsed = try JSONValue(parsing: bytes)
            #expect(parsed == value)
            #expect(parsed.hashValue == value.hashValue)
            #expect(parsed.bytes() == bytes)
        }
    }

    @Test("the order of members, space and escapes of a text make no difference", arguments: seeds)
    func anyText(_ seed: UInt64) throws {
        var random = RandomJSON(seed: seed)
        for _ in 0..<200 {
            let value = random.value()
            #expect(try JSONValue(parsing: random.text(value)).bytes() == value.bytes())
        }
    }

    @Test("canonical bytes are idempotent and equal for exactly the equal values", arguments: seeds)
    func canonical(_ seed: UInt64) throws {
        var random = RandomJSON(seed: seed)
        for _ in 0..<200 {
            let (one, other) = (random.value(depth: 1), random.value(depth: 1))
            let canonical = one.canonicalBytes()
            let parsed = try JSONValue(parsing: canonical)
            #expect(parsed == one)
            #expect(parsed.canonicalBytes() == canonical)
            #expect((one == other) == (canonical == other.canonicalBytes()))
            #expect(one != other || one.hashValue == other.hashValue)
        }
    }

    @Test("a patch is applied as a whole or not at all", arguments: seeds)
    func patchAtomicity(_ seed: UInt64) throws {
        var random = RandomJSON(seed: seed)
        for _ in 0..<200 {
            let document = random.value()
            let before = document.bytes()
            let (patch, expected) = steps(&random, document)
            let result = try? patch.applied(to: document)
            #expect(result?.bytes() == expected?.bytes())
            #expect(document.bytes() == before)
            if let result { #expect(try JSONValue(parsing: result.bytes()) == result) }
        }
    }

    /// A random patch, and the result of its operations one by one.
    private func steps(_ random: inout RandomJSON, _ document: JSONValue) -> (JSONPatch, JSONValue?) {
        var patch = JSONPatch(operations: [])
        var current: JSONValue? = document
        for _ in 0...random.below(4) {
            let operation = random.operation(on: current ?? document)
            patch.operations.append(operation)
            current = current.flatMap { try? JSONPatch(operations: [operation]).applied(to: $0) }
        }
        return (patch, current)
    }

    @Test("an operation does what its definition in terms of others says", arguments: seeds)
    func patchEquivalences(_ seed: UInt64) throws {
        var random = RandomJSON(seed: seed)
        for _ in 0..<200 {
            let document = random.value()
            let (from, path) = (random.pointer(in: document), random.pointer(in: document))
            func result(_ operations: JSONPatch.Operation...) -> JSONValue? {
                try? JSONPatch(operations: operations).applied(to: document)
            }
            guard let found = document.value(at: from) else {
                #expect(result(.init(op: .copy, path: path, from: from)) == nil)
                #expect(result(.init(op: .remove, path: from)) == nil)
                continue
            }
            #expect(result(.init(op: .test, path: from, value: found)) == document)
            #expect(
                result(.init(op: .copy, path: path, from: from)) == result(.init(op: .add, path: path, value: found)))
            if !from.tokens.isEmpty, !Array(path.tokens.prefix(from.tokens.count)).elementsEqual(from.tokens) {
                #expect(
                    result(.init(op: .move, path: path, from: from))
                        == result(.init(op: .remove, path: from), .init(op: .add, path: path, value: found)))
            }
        }
    }

    @Test("a merge patch that was merged once changes nothing more, and leaves members in order", arguments: seeds)
    func mergePatch(_ seed: UInt64) throws {
        var random = RandomJSON(seed: seed)
        for _ in 0..<200 {
            let (target, patch) = (random.value(), random.value())
            let merged = target.mergePatched(with: patch)
            #expect(merged.mergePatched(with: patch) == merged)
            #expect(try JSONValue(parsing: merged.bytes()).bytes() == merged.bytes())
            #expect(target.mergePatched(with: [:]) == (target.objectValue == nil ? [:] : target))
        }
    }

    @Test("setting and removing members keeps the order and touches nothing else", arguments: seeds)
    func objectModel(_ seed: UInt64) throws {
        var random = RandomJSON(seed: seed)
        var object = JSONObject()
        var model: [[UInt8]: JSONValue] = [:]
        for _ in 0..<200 {
            let key = random.string()
            let value: JSONValue? = random.below(3) == 0 ? nil : random.value(depth: 1)
            object[key] = value
            model[Array(key.utf8)] = value
            let expected = model.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            #expect(object.map { Array($0.key.utf8) } == expected.map(\.key))
            #expect(object.map(\.value) == expected.map(\.value))
        }
    }

    @Test("no bytes make the parser trap, and what it accepts it accepts again", arguments: seeds)
    func anyBytes(_ seed: UInt64) throws {
        var random = RandomJSON(seed: seed)
        for round in 0..<1000 {
            var bytes = random.text(random.value(depth: 3)).utf8.map { $0 }
            if round % 3 == 0 { bytes = random.bytes(count: random.below(40)) }
            for _ in 0..<random.below(4) where !bytes.isEmpty {
                bytes[random.below(bytes.count)] = random.bytes(count: 1)[0]
            }
            do {
                let value = try JSONValue(parsing: bytes)
                #expect(try JSONValue(parsing: value.bytes()) == value)
            } catch {
                #expect((0...bytes.count).contains(error.offset))
            }
        }
    }
}
