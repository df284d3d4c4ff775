import JSONValue
import KubeModel
import Testing

@Suite struct LabelSelectorTests {
    static let expressions: JSONValue = [
        "matchLabels": ["app": "web"],
        "matchExpressions": [
            ["key": "tier", "operator": "In", "values": ["b", "a"]],
            ["key": "env", "operator": "NotIn", "values": ["dev"]],
            ["key": "zone", "operator": "Exists"],
            ["key": "old", "operator": "DoesNotExist"],
        ],
    ]

    @Test(
        "a selector matches when all its requirements hold",
        arguments: [
            (["app": "web", "tier": "a", "zone": "1"], true),
            (["app": "web", "tier": "b", "zone": "", "env": "prod"], true),
            (["app": "api", "tier": "a", "zone": "1"], false),
            (["tier": "a", "zone": "1"], false),
            (["app": "web", "tier": "c", "zone": "1"], false),
            (["app": "web", "tier": "a", "zone": "1", "env": "dev"], false),
            (["app": "web", "tier": "a"], false),
            (["app": "web", "tier": "a", "zone": "1", "old": ""], false),
            (["app": 1, "tier": "a", "zone": "1"], false),
        ] as [(JSONObject, Bool)])
    func matches(labels: JSONObject, expected: Bool) throws {
        #expect(try LabelSelector(Self.expressions).matches(labels) == expected)
    }

    @Test(
        "an empty selector matches everything",
        arguments: [.null, [:], ["matchLabels": [:], "matchExpressions": .null]] as [JSONValue])
    func empty(json: JSONValue) throws {
        let selector = try LabelSelector(json)
        #expect(selector.matches([:]))
        #expect(selector.matches(["a": "b"]))
        #expect(selector.queryString == "")
    }

    @Test("the query form is the one that API servers parse")
    func queryString() throws {
        #expect(
            try LabelSelector(Self.expressions).queryString == "app=web,tier in (a,b),env!=dev,zone,!old")
        #expect(LabelSelector(matchLabels: ["b": "", "a": "1"]).queryString == "a=1,b=")
        let set = LabelSelector(requirements: [.init(key: "k", comparison: .noneOf, values: ["b", "a"])])
        #expect(set.queryString == "k notin (a,b)")
    }

    @Test(
        "an error names the field",
        arguments: [
            ("text", "s", "object"),
            (["matchLabel": ["a": "b"]], "s.matchLabel", "unknown field"),
            (["matchLabels": []], "s.matchLabels", "object"),
            (["matchLabels": ["a": true]], "s.matchLabels[\"a\"]", "quote it"),
            (["matchLabels": ["a": "-"]], "s.matchLabels[\"a\"]", "label value"),
            (["matchLabels": ["a b": "c"]], "s.matchLabels[\"a b\"]", "label key"),
            (["matchExpressions": [:]], "s.matchExpressions", "array"),
            (["matchExpressions": ["x"]], "s.matchExpressions[0]", "object"),
            (["matchExpressions": [["operator": "Exists"]]], "s.matchExpressions[0].key", "string"),
            (["matchExpressions": [["key": "", "operator": "Exists"]]], "s.matchExpressions[0].key", "label key"),
            (["matchExpressions": [["key": "a", "operator": "in"]]], "s.matchExpressions[0].operator", "NotIn"),
            (["matchExpressions": [["key": "a"]]], "s.matchExpressions[0].operator", "one of"),
            (["matchExpressions": [["key": "a", "operator": "In"]]], "s.matchExpressions[0].values", "at least one"),
            (
                ["matchExpressions": [["key": "a", "operator": "Exists", "values": ["b"]]]],
                "s.matchExpressions[0].values", "takes no values"
            ),
            (
                ["matchExpressions": [["key": "a", "operator": "In", "values": "b"]]],
                "s.matchExpressions[0].values", "array"
            ),
            (
                ["matchExpressions": [["key": "a", "operator": "In", "values": ["b", 1]]]],
                "s.matchExpressions[0].values[1]", "quote it"
            ),
            (["matchExpressions": [["key": "a", "operator": "Exists", "x": 1]]], "s.matchExpressions[0].x", "unknown"),
        ] as [(JSONValue, String, String)])
    func errors(json: JSONValue, path: String, part: String) {
        let error = #expect(throws: KubeModelError.self) { try LabelSelector(json, at: "s") }
        #expect(error?.path == path)
        #expect(error?.description.contains(part) == true, "\(String(describing: error))")
    }

    @Test("a selector reads back from what it writes")
    func roundTrip() throws {
        let selector = try LabelSelector(Self.expressions)
        #expect(try LabelSelector(selector.json) == selector)
        #expect(selector.json["matchLabels"] == ["app": "web"])
        // The same key twice cannot stand in matchLabels.
        let twice = LabelSelector(requirements: ["a", "b"].map { .init(key: "k", comparison: .oneOf, values: [$0]) })
        #expect(try LabelSelector(twice.json).matches(["k": "a"]) == false)
        #expect(try LabelSelector(twice.json) == twice)
    }
}
