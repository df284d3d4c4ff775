import JSONValue
import Testing

@Suite struct AccessTests {
    let value: JSONValue = [
        "flag": true, "count": 3, "ratio": 2.5, "name": "x", "list": [1, ["k": "v"]], "map": ["a": ["b": 1]],
        "none": .null,
    ]

    @Test("an accessor gives the value of its kind and nil for any other")
    func accessors() {
        #expect(value["flag"]?.boolValue == true)
        #expect(value["flag"]?.integerValue == nil)
        #expect(value["count"]?.integerValue == 3)
        #expect(value["count"]?.doubleValue == 3)
        #expect(value["count"]?.boolValue == nil)
        #expect(value["ratio"]?.doubleValue == 2.5)
        #expect(value["ratio"]?.integerValue == nil)
        #expect(value["name"]?.stringValue == "x")
        #expect(value["name"]?.doubleValue == nil)
        #expect(value["list"]?.arrayValue?.count == 2)
        #expect(value["list"]?.objectValue == nil)
        #expect(value["map"]?.objectValue?.count == 1)
        #expect(value["map"]?.arrayValue == nil)
        #expect(value["map"]?.stringValue == nil)
        #expect(value["none"]?.isNull == true)
        #expect(value["list"]?.isNull == false)
        #expect(value["absent"] == nil)
    }

    @Test("an index outside the array gives nil")
    func indices() {
        #expect(value["list"]?[0] == 1)
        #expect(value["list"]?[1]?["k"] == "v")
        #expect(value["list"]?[2] == nil)
        #expect(value["list"]?[-1] == nil)
        #expect(value["map"]?[0] == nil)
    }

    @Test("a path of keys leads through objects only")
    func paths() {
        #expect(value.value("map", "a", "b") == 1)
        #expect(value.value(at: []) == value)
        #expect(value.value("map", "x", "b") == nil)
        #expect(value.value("list", "0") == nil)
        #expect(value.value("count", "a") == nil)
    }

    @Test("the subscript sets members of objects and of null only")
    func subscriptSetting() {
        var null = JSONValue.null
        null["a"] = nil
        #expect(null == .null)
        null["a"] = 1
        #expect(null == ["a": 1])
        null["a"] = nil
        #expect(null == [:])
        var array: JSONValue = [1]
        array["a"] = 1
        #expect(array == [1])
    }

    static let settings: [(JSONValue, JSONValue?, [String], JSONValue)] = [
        (.null, 1, ["a", "b"], ["a": ["b": 1]]), ([:], 1, ["a"], ["a": 1]),
        (["a": .null], 1, ["a", "b"], ["a": ["b": 1]]),
        (["a": ["b": 1, "c": 2]], nil, ["a", "b"], ["a": ["c": 2]]),
        (["a": ["b": 1]], nil, ["a", "x", "y"], ["a": ["b": 1]]),
        (["a": .null], nil, ["a", "b"], ["a": .null]), (["a": 1], 2, ["a", "b"], ["a": 1]), ([1], 2, ["a"], [1]),
        (["a": [1]], 2, ["a", "0"], ["a": [1]]), (["a": 1], 2, [], 2), (["a": 1], nil, [], .null),
        (.null, nil, ["a"], .null), (["a": 1], nil, ["b", "c"], ["a": 1]), (["a": 1], nil, ["a"], [:]),
        ([:], .null, ["a"], ["a": .null]),
    ]

    @Test("setting at a path makes the objects that are missing, removing makes none", arguments: settings)
    func setAtPath(_ start: JSONValue, _ new: JSONValue?, _ path: [String], _ expected: JSONValue) {
        var value = start
        value.set(new, at: path)
        #expect(value == expected)
    }

    @Test("a path of more than 512 keys sets nothing")
    func longPath() {
        var value = JSONValue.null
        value.set(1, at: Array(repeating: "a", count: 513))
        #expect(value == .null)
        value.set(1, at: Array(repeating: "a", count: 512))
        #expect(value.value(at: Array(repeating: "a", count: 512)) == 1)
    }
}
