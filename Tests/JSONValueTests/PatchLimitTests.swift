import JSONValue
import Testing

@Suite struct PatchLimitTests {
    private func reason(_ patch: JSONPatch, _ document: JSONValue, _ limits: JSONPatchLimits = .default)
        -> JSONPatchError.Reason?
    {
        do {
            _ = try patch.applied(to: document, limits: limits)
            return nil
        } catch {
            return error.reason
        }
    }

    private func nested(_ depth: Int) throws -> JSONValue {
        try JSONValue(parsing: String(repeating: #"{"a":"#, count: depth) + "0" + String(repeating: "}", count: depth))
    }

    @Test("more operations than the limit are refused as a whole")
    func operations() {
        let test = JSONPatch.Operation(op: .test, path: JSONPointer(tokens: []), value: 0)
        #expect(reason(JSONPatch(operations: Array(repeating: test, count: 200)), 0) == nil)
        #expect(
            reason(JSONPatch(operations: Array(repeating: test, count: 201)), 0) == .tooManyOperations(201, limit: 200))
    }

    @Test("copies that double the document each time are refused at the growth limit", .timeLimit(.minutes(1)))
    func copyBomb() throws {
        let double = JSONPatch.Operation(op: .copy, path: JSONPointer(tokens: ["-"]), from: JSONPointer(tokens: []))
        let patch = JSONPatch(operations: Array(repeating: double, count: 200))
        let error = #expect(throws: JSONPatchError.self) { try patch.applied(to: ["0123456789"]) }
        #expect(error?.reason == .tooLarge(limit: 1 << 20))
        #expect(error?.operationIndex == 16)
    }

    @Test("what add, replace and copy put in counts together, what is moved or removed does not")
    func growth() throws {
        let limits = JSONPatchLimits(maxGrowthBytes: 30)
        let ten = "01234567"
        let add: JSONValue = ["op": "add", "path": "/-", "value": .string(ten)]
        let replace: JSONValue = ["op": "replace", "path": "/0", "value": .string(ten)]
        let copy: JSONValue = ["op": "copy", "path": "/-", "from": "/0"]
        let move: JSONValue = ["op": "move", "path": "/-", "from": "/0"]
        let remove: JSONValue = ["op": "remove", "path": "/0"]
        let accepted = try JSONPatch([
            add, move, remove, replace, move, .object(["op": "test", "path": "/0", "value": .string(ten)]),
        ])
        #expect(reason(accepted, [.string(ten)], limits) == nil)
        let refused = try JSONPatch([add, replace, copy])
        #expect(reason(refused, [.string(ten)], JSONPatchLimits(maxGrowthBytes: 32)) == .tooLarge(limit: 32))
        #expect(reason(refused, [.string(ten)], JSONPatchLimits(maxGrowthBytes: 33)) == nil)
    }

    @Test("a long key counts as growth")
    func keyGrowth() throws {
        let key = String(repeating: "k", count: 40)
        let patch = try JSONPatch([["op": "add", "path": .string("/" + key), "value": 1]])
        #expect(reason(patch, [:], JSONPatchLimits(maxGrowthBytes: 40)) == .tooLarge(limit: 40))
        #expect(reason(patch, [:], JSONPatchLimits(maxGrowthBytes: 41)) == nil)
    }

    @Test("no operation makes the result nest deeper than the limit", arguments: ["add", "replace", "copy", "move"])
    func depth(_ op: String) throws {
        for (deep, expected) in [(3, nil as JSONPatchError.Reason?), (4, .tooDeep(limit: 5))] {
            let document: JSONValue = ["at": ["x": ["y": 0]], "deep": try nested(deep)]
            let patch = try JSONPatch([["op": .string(op), "path": "/at/x", "from": "/deep", "value": nested(deep)]])
            #expect(reason(patch, document, JSONPatchLimits(maxDepth: 5)) == expected)
        }
    }

    @Test("no limit allows more than 512 levels")
    func hardDepth() throws {
        let patch = try JSONPatch([["op": "add", "path": "/a", "value": try nested(512)]])
        #expect(reason(patch, [:], JSONPatchLimits(maxDepth: .max)) == .tooDeep(limit: 512))
        let fitting = try JSONPatch([["op": "add", "path": "/a", "value": try nested(511)]])
        #expect(reason(fitting, [:], JSONPatchLimits(maxDepth: .max)) == nil)
    }

    @Test("moving a value up is never too deep")
    func moveUp() throws {
        let patch = try JSONPatch([["op": "move", "path": "/b", "from": "/a/a"]])
        #expect(reason(patch, try nested(512)) == nil)
    }
}
