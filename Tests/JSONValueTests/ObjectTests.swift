import JSONValue
import Testing

@Suite struct ObjectTests {
    static let composed = "\u{E9}"
    static let decomposed = "e\u{301}"

    @Test("composed and decomposed letters are different keys and different strings")
    func canonicalEquivalents() throws {
        let object: JSONObject = [Self.composed: 1, Self.decomposed: 2]
        #expect(object.count == 2)
        #expect(object[Self.composed] == 1)
        #expect(object[Self.decomposed] == 2)
        #expect(JSONValue.string(Self.composed) != JSONValue.string(Self.decomposed))
        #expect(JSONValue.string("\u{212B}") != JSONValue.string("A\u{30A}"))
        let parsed = try JSONValue(parsing: "{\"\(Self.composed)\":1,\"\(Self.decomposed)\":2}")
        #expect(parsed == .object(object))
        #expect(parsed != ["\(Self.composed)": 2, "\(Self.decomposed)": 1])
        #expect(JSONObject.Member(key: Self.composed, value: 1) != JSONObject.Member(key: Self.decomposed, value: 1))
    }

    @Test("a literal and a list of pairs keep the last of equal keys, in byte order")
    func lastWins() {
        let object: JSONObject = ["b": 1, "a": 2, "b": 3, "c": 4, "a": 5]
        #expect(object == JSONObject([("a", 5), ("b", 3), ("c", 4)]))
        #expect(object.keys == ["a", "b", "c"])
        #expect((["x": 1, "x": 2] as JSONValue) == ["x": 2])
        #expect(JSONObject([("a", 1), ("a", 2)]) == ["a": 2])
    }

    @Test("setting inserts in order, replaces, and removes with nil")
    func setting() {
        var object = JSONObject()
        for key in ["m", "c", "z", "", "c", "a"] { object[key] = .string(key) }
        #expect(object.keys == ["", "a", "c", "m", "z"])
        object["c"] = 3
        object["m"] = nil
        object["absent"] = nil
        #expect(object == ["": "", "a": "a", "c": 3, "z": "z"])
        #expect(object.removeValue(forKey: "a") == "a")
        #expect(object.removeValue(forKey: "a") == nil)
        #expect(object.map(\.key) == ["", "c", "z"])
        #expect(object["c"] == 3)
        #expect(object["b"] == nil)
        object["n"] = .some(.null)
        #expect(object["n"] == .some(.null))
        #expect(object.removeValue(forKey: "n") == .some(.null))
        #expect(object.first?.key == "")
        #expect(object[1] == JSONObject.Member(key: "c", value: 3))
    }

    @Test("a copy does not see later changes")
    func valueSemantics() {
        var value: JSONValue = ["a": ["b": 1]]
        let copy = value
        value.set(2, at: ["a", "b"])
        value["c"] = 3
        #expect(copy == ["a": ["b": 1]])
        #expect(value == ["a": ["b": 2], "c": 3])
    }

    @Test("objects with the same members are equal and hash alike whatever their order was")
    func equality() throws {
        let one = try JSONValue(parsing: #"{"a":1,"b":{"c":1.0}}"#)
        let other = try JSONValue(parsing: #"{"b":{"c":1},"a":1e0}"#)
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(one != ["a": 1])
        #expect(one != ["a": 1, "b": ["d": 1]])
    }

    @Test("values of different kinds are different")
    func kinds() {
        let values: [JSONValue] = [.null, false, true, 0, 1, "", "0", "null", [], [.null], [:], ["": .null], 0.5]
        #expect(Set(values).count == values.count)
        for (left, one) in values.enumerated() {
            for (right, other) in values.enumerated() { #expect((one == other) == (left == right)) }
        }
    }
}
