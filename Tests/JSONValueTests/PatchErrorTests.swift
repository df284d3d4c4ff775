import JSONValue
import Testing

@Suite struct PatchErrorTests {
    typealias Reason = JSONPatchError.Reason

    static func at(_ tokens: String...) -> JSONPointer { JSONPointer(tokens: tokens) }

    static let malformed: [(String, Int?, Reason)] = [
        (#"{"op":"add"}"#, nil, .notAnArray(found: "an object")), ("null", nil, .notAnArray(found: "null")),
        ("[1]", 0, .operationNotAnObject(found: "a number")),
        (#"[{"op":"remove","path":"/a"},[]]"#, 1, .operationNotAnObject(found: "an array")),
        (#"[{"path":"/a"}]"#, 0, .memberMissing("op")), (#"[{"op":"add","value":1}]"#, 0, .memberMissing("path")),
        (#"[{"op":7,"path":""}]"#, 0, .memberNotAString("op", found: "a number")),
        (#"[{"op":"remove","path":null}]"#, 0, .memberNotAString("path", found: "null")),
        (#"[{"op":"ADD","path":"","value":1}]"#, 0, .unknownOperation("ADD")),
        (#"[{"op":"spam","path":"/a"}]"#, 0, .unknownOperation("spam")),
        (#"[{"op":"add","path":"/a"}]"#, 0, .memberMissing("value")),
        (#"[{"op":"replace","path":"/a"}]"#, 0, .memberMissing("value")),
        (#"[{"op":"test","path":"/a"}]"#, 0, .memberMissing("value")),
        (#"[{"op":"move","path":"/a"}]"#, 0, .memberMissing("from")),
        (#"[{"op":"copy","path":"/a"}]"#, 0, .memberMissing("from")),
        (#"[{"op":"copy","path":"/a","from":[]}]"#, 0, .memberNotAString("from", found: "an array")),
    ]

    @Test("a malformed patch is refused before anything is applied", arguments: malformed)
    func refusesMalformed(_ text: String, _ index: Int?, _ reason: Reason) throws {
        let json = try JSONValue(parsing: text)
        let error = #expect(throws: JSONPatchError.self) { try JSONPatch(json) }
        #expect(error?.operationIndex == index)
        #expect(error?.reason == reason)
    }

    @Test("a malformed pointer names the member that holds it", arguments: ["path", "from"])
    func refusesMalformedPointer(_ member: String) throws {
        let json: JSONValue = [["op": "move", "path": "/a", "from": "/b", "\(member)": "x~"]]
        let error = #expect(throws: JSONPatchError.self) { try JSONPatch(json) }
        guard case .invalidPointer(member, let cause)? = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(cause.reason == .missingSlash)
    }

    static let document = #"{"a":{"b":[10,{"c":"d"}]},"n":1,"s":"text"}"#

    static let failing: [(String, Reason)] = [
        (#"{"op":"test","path":"/s","value":"other"}"#, .testFailed(found: #""text""#)),
        (#"{"op":"test","path":"/n","value":"1"}"#, .testFailed(found: "1")),
        (#"{"op":"test","path":"/a","value":{}}"#, .testFailed(found: #"{"b":[10,{"c":"d"}]}"#)),
        (#"{"op":"test","path":"/s","value":null}"#, .testFailed(found: #""text""#)),
        (#"{"op":"test","path":"/x","value":null}"#, .nothingAt(at("x"))),
        (#"{"op":"add","path":"/x/y","value":1}"#, .nothingAt(at("x"))),
        (#"{"op":"add","path":"/a/x/y","value":1}"#, .nothingAt(at("a", "x"))),
        (#"{"op":"add","path":"/s/x","value":1}"#, .notAContainer(at("s"), found: "a string")),
        (#"{"op":"add","path":"/n/x/y","value":1}"#, .notAContainer(at("n"), found: "a number")),
        (#"{"op":"add","path":"/a/b/3","value":1}"#, .indexOutOfRange(3, count: 2, at("a", "b"))),
        (#"{"op":"add","path":"/a/b/x","value":1}"#, .invalidIndex("x", at("a", "b"))),
        (#"{"op":"add","path":"/a/b/01","value":1}"#, .invalidIndex("01", at("a", "b"))),
        (#"{"op":"add","path":"/a/b/-/x","value":1}"#, .invalidIndex("-", at("a", "b"))),
        (#"{"op":"add","path":"/a/b/2/x","value":1}"#, .indexOutOfRange(2, count: 2, at("a", "b"))),
        (#"{"op":"remove","path":""}"#, .removesDocument), (#"{"op":"remove","path":"/x"}"#, .nothingAt(at("x"))),
        (#"{"op":"remove","path":"/a/b/2"}"#, .indexOutOfRange(2, count: 2, at("a", "b"))),
        (#"{"op":"remove","path":"/a/b/-"}"#, .invalidIndex("-", at("a", "b"))),
        (#"{"op":"remove","path":"/s/t"}"#, .notAContainer(at("s"), found: "a string")),
        (#"{"op":"replace","path":"/x","value":1}"#, .nothingAt(at("x"))),
        (#"{"op":"replace","path":"/a/b/-","value":1}"#, .invalidIndex("-", at("a", "b"))),
        (#"{"op":"replace","path":"/a/b/2","value":1}"#, .indexOutOfRange(2, count: 2, at("a", "b"))),
        (#"{"op":"move","from":"/a","path":"/a/b/0"}"#, .movesIntoItself),
        (#"{"op":"move","from":"","path":"/a"}"#, .movesIntoItself),
        (#"{"op":"move","from":"/x","path":"/y"}"#, .nothingAt(at("x"))),
        (#"{"op":"move","from":"/x","path":"/x"}"#, .nothingAt(at("x"))),
        (#"{"op":"move","from":"/a/b/0","path":"/a/b/2"}"#, .indexOutOfRange(2, count: 1, at("a", "b"))),
        (#"{"op":"copy","from":"/a/b/-","path":"/y"}"#, .invalidIndex("-", at("a", "b"))),
        (#"{"op":"copy","from":"/x","path":"/y"}"#, .nothingAt(at("x"))),
        (#"{"op":"copy","from":"/n","path":"/x/y"}"#, .nothingAt(at("x"))),
    ]

    @Test("an operation that cannot be done is refused, and the document stays as it was", arguments: failing)
    func refusesFailing(_ operation: String, _ reason: Reason) throws {
        let document = try JSONValue(parsing: Self.document)
        let first = #"{"op":"add","path":"/a/b/1","value":0},{"op":"remove","path":"/a/b/1"}"#
        let patch = try JSONPatch(try JSONValue(parsing: "[\(first),\(operation)]"))
        let error = #expect(throws: JSONPatchError.self) { try patch.applied(to: document) }
        #expect(error?.operationIndex == 2)
        #expect(error?.op == patch.operations[2].op.rawValue)
        #expect(error?.path == patch.operations[2].path.description)
        #expect(error?.reason == reason)
        #expect(document.text() == Self.document)
    }

    @Test("operations made in code without an operand are refused", arguments: JSONPatch.Operation.Kind.allCases)
    func missingOperand(_ kind: JSONPatch.Operation.Kind) {
        guard kind != .remove else { return }
        let patch = JSONPatch(operations: [.init(op: kind, path: JSONPointer(tokens: ["a"]))])
        let member = [.move, .copy].contains(kind) ? "from" : "value"
        let error = #expect(throws: JSONPatchError.self) { try patch.applied(to: ["a": 1]) }
        #expect(error?.reason == .memberMissing(member))
    }

    static let messages: [(String, String)] = [
        (
            #"[{"op":"add","path":"/a"}]"#,
            #"cannot use JSON Patch operation 0 (add "/a"): the member "value" is missing (kubectl apply drops a null); give a value, or use op "remove""#
        ),
        (
            #"[{"op":"test","path":"/n","value":2}]"#,
            #"cannot use JSON Patch operation 0 (test "/n"): the value there is 1, which differs from the one demanded"#
        ),
        (
            #"[{"op":"remove","path":"/a/x"}]"#,
            #"cannot use JSON Patch operation 0 (remove "/a/x"): there is nothing at "/a/x"; correct the pointer or add it first"#
        ),
        ("7", "cannot use the JSON Patch: a JSON Patch is an array of operations, not a number"),
        (
            "[7]",
            #"cannot use JSON Patch operation 0: an operation is an object with "op" and "path", not a number"#
        ),
    ]

    @Test("a message names the operation, what is wrong and what to do", arguments: messages)
    func message(_ patch: String, _ expected: String) throws {
        let document = try JSONValue(parsing: Self.document)
        let json = try JSONValue(parsing: patch)
        let error = #expect(throws: JSONPatchError.self) { try JSONPatch(json).applied(to: document) }
        #expect(error?.description == expected)
    }

    @Test("the message of a failed test does not repeat a long value")
    func longValue() throws {
        let document: JSONValue = ["a": .string(String(repeating: "x", count: 1000))]
        let patch = try JSONPatch([["op": "test", "path": "/a", "value": 1]])
        let error = #expect(throws: JSONPatchError.self) { try patch.applied(to: document) }
        #expect(error?.reason == .testFailed(found: "a string"))
    }
}
