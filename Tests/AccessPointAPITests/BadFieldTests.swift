import JSONValue
import Testing

@testable import AccessPointAPI

/// One change to the fixture and the error that it must cause.
struct BadField: Sendable, CustomTestStringConvertible {
    var path: String
    var value: String?
    var error: String

    init(_ path: String, _ value: String?, _ error: String) {
        (self.path, self.value, self.error) = (path, value, error)
    }

    var testDescription: String { "\(path) = \(value ?? "absent")" }
}

@Suite("Bad fields of an AccessPoint")
struct BadFieldTests {
    static let types: [BadField] = [
        BadField("kind", "\"Gateway\"", "kind: must be AccessPoint, found \"Gateway\""),
        BadField(
            "apiVersion", "\"accesspoint.io/v2\"",
            "apiVersion: must be accesspoint.io/v1alpha1, found \"accesspoint.io/v2\""),
        BadField("metadata.name", nil, "metadata.name: must be set"),
        BadField(
            "metadata.name", "\"\(String(repeating: "a", count: 64))\"", "metadata.name must be at most 63 characters"),
        BadField("metadata.name", "\"a.b\"", "metadata.name may not contain dots"),
        BadField("spec", nil, "spec.trafficTemplate: must be set"),
        BadField("spec", "[]", "spec: must be an object, found a list"),
        BadField("spec.scope", "\"us\"", "spec.scope: must be an object, found a string"),
        BadField("spec.scope.regions", "\"us\"", "spec.scope.regions: must be a list, found a string"),
        BadField("spec.scope.regions.0", "7", "spec.scope.regions[0]: must be a string, found a number"),
        BadField(
            "spec.scope.level", "\"Zone\"", "spec.scope.level: must be one of AvailabilityZone, Cluster, found \"Zone\""
        ),
        BadField(
            "spec.policy.rollout.paused", "\"yes\"", "spec.policy.rollout.paused: must be true or false, found a string"
        ),
        BadField(
            "spec.policy.rollout.canary.count", "\"1\"",
            "spec.policy.rollout.canary.count: must be an integer, found a string"),
        BadField(
            "spec.policy.rollout.canary.count", "1.5",
            "spec.policy.rollout.canary.count: must be an integer, found a number"),
        BadField(
            "spec.policy.runtime.probe.tls", "\"yes\"",
            "spec.policy.runtime.probe.tls: must be true or false, found a string"),
        BadField(
            "spec.policy.runtime.probe.http.expectedStatuses", "200",
            "spec.policy.runtime.probe.http.expectedStatuses: must be a list, found a number"),
    ]

    static let limits: [BadField] = [
        BadField(
            "spec.trafficTemplate", "[]", "spec.trafficTemplate: must not be an empty list: leave the field out instead"
        ),
        BadField(
            "spec.scope.regions", "[]", "spec.scope.regions: must not be an empty list: leave the field out instead"),
        BadField("spec.scope.regions.0", "\"\"", "spec.scope.regions[0]: must not be empty"),
        BadField(
            "spec.policy.runtime.probe.intervalSeconds", "0",
            "spec.policy.runtime.probe.intervalSeconds: must be between 1 and 3600, found 0"),
        BadField(
            "spec.policy.runtime.probe.timeoutSeconds", "61",
            "spec.policy.runtime.probe.timeoutSeconds: must be between 1 and 60, found 61"),
        BadField(
            "spec.policy.runtime.probe.failureThreshold", "11",
            "spec.policy.runtime.probe.failureThreshold: must be between 1 and 10, found 11"),
        BadField(
            "spec.policy.runtime.probe.http.path", "\"healthz\"",
            "spec.policy.runtime.probe.http.path: must begin with '/' and hold no blank, '#' or character outside"
                + " ASCII, found \"healthz\""),
        BadField(
            "spec.policy.runtime.probe.http.path", "\"/a b#c\"",
            "spec.policy.runtime.probe.http.path: must begin with '/' and hold no blank, '#' or character outside"
                + " ASCII, found \"/a b#c\""),
        BadField(
            "spec.policy.runtime.probe.http.hosts", "[\"*.example.com\"]",
            "spec.policy.runtime.probe.http.hosts[0]: must be a DNS name in lower case and without a wildcard, found"
                + " \"*.example.com\""),
        BadField(
            "spec.policy.runtime.probe.http.expectedStatuses", "[100]",
            "spec.policy.runtime.probe.http.expectedStatuses[0]: must be between 200 and 599, found 100"),
        BadField(
            "spec.policy.runtime.probe.http.expectedHeader", "{\"name\": \"a b\", \"value\": \"\"}",
            "spec.policy.runtime.probe.http.expectedHeader.name: must consist of letters, digits and '-', found"
                + " \"a b\""),
        BadField(
            "spec.overrides.0.targets", "{}",
            "spec.overrides[0].targets: must set at least one field: leave it out instead"),
        BadField(
            "spec.overrides.0.resources.0", "{}",
            "spec.overrides[0].resources[0]: must set at least one field: leave it out instead"),
        BadField(
            "spec.overrides.0.resources.0", #"{"template": null, "kind": null}"#,
            "spec.overrides[0].resources[0]: must set at least one field: leave it out instead"),
        BadField(
            "spec.policy.placement.clusterSelector", "{}",
            "spec.policy.placement.clusterSelector: must set at least one field: leave it out instead"),
        BadField(
            "spec.policy.placement.clusterSelector", #"{"matchLabels": {}, "matchExpressions": null}"#,
            "spec.policy.placement.clusterSelector: must set at least one field: leave it out instead"),
        BadField(
            "spec.policy.rollout.canary.count", "0",
            "spec.policy.rollout.canary.count: must be between 1 and 16, found 0"),
        BadField(
            "spec.policy.rollout.canary.soakSeconds", "604801",
            "spec.policy.rollout.canary.soakSeconds: must be between 0 and 604800, found 604801"),
        BadField(
            "spec.policy.rollout.progressDeadlineSeconds", "0",
            "spec.policy.rollout.progressDeadlineSeconds: must be between 1 and 86400, found 0"),
        BadField(
            "spec.policy.rollout.waves.0.maxConcurrency", "0",
            "spec.policy.rollout.waves[0].maxConcurrency: must be between 1 and 512, found 0"),
        BadField(
            "spec.policy.rollout.waves.0.maxConcurrency", "\"0%\"",
            "spec.policy.rollout.waves[0].maxConcurrency: must be a number or a percentage from 1% to 100%, found \"0%\""
        ),
        BadField(
            "spec.policy.rollout.waves.0.maxConcurrency", "\"3\"",
            "spec.policy.rollout.waves[0].maxConcurrency: must be a number or a percentage from 1% to 100%, found \"3\""
        ),
        BadField(
            "spec.policy.rollout.waves.0.maxConcurrency", "true",
            "spec.policy.rollout.waves[0].maxConcurrency: must be a number or a percentage such as 25%, found a boolean"
        ),
        BadField(
            "spec.policy.rollout.maxFailures", "-1",
            "spec.policy.rollout.maxFailures: must be between 0 and 512, found -1"),
        BadField(
            "spec.policy.rollout.maxFailures", "\"101%\"",
            "spec.policy.rollout.maxFailures: must be a number or a percentage from 0% to 100%, found \"101%\""),
        BadField(
            "spec.policy.rollout.failurePolicy", "\"Ignore\"",
            "spec.policy.rollout.failurePolicy: must be one of Pause, Rollback, Continue, found \"Ignore\""),
        BadField(
            "spec.policy.rollout.onNewRevision", "\"Later\"",
            "spec.policy.rollout.onNewRevision: must be one of Restart, Queue, found \"Later\""),
        BadField(
            "spec.policy.runtime.minAvailable", "-1",
            "spec.policy.runtime.minAvailable: must be between 0 and 512, found -1"),
        BadField(
            "spec.policy.runtime.minAvailable", "\"101%\"",
            "spec.policy.runtime.minAvailable: must be a number or a percentage from 0% to 100%, found \"101%\""),
        BadField(
            "spec.policy.runtime.conflictResolution", "\"Steal\"",
            "spec.policy.runtime.conflictResolution: must be one of Abort, Adopt, Overwrite, found \"Steal\""),
        BadField(
            "spec.policy.runtime.deletion.policy", "\"Keep\"",
            "spec.policy.runtime.deletion.policy: must be one of Delete, Orphan, found \"Keep\""),
        BadField(
            "spec.policy.runtime.deletion.unreachableTimeoutSeconds", "604801",
            "spec.policy.runtime.deletion.unreachableTimeoutSeconds: must be between 0 and 604800, found 604801"),
        BadField(
            "spec.trafficTemplate.0.placement", "\"Everywhere\"",
            "spec.trafficTemplate[0].placement: must be EveryCluster, found \"Everywhere\""),
        BadField(
            "spec.overrides.0.name", "\"Patch\"",
            "spec.overrides[0].name: must consist of lower case letters, digits and '-', and begin and end with a letter or digit, found \"Patch\""
        ),
        BadField(
            "spec.trafficTemplate.0.name", "\"\(String(repeating: "a", count: 64))\"",
            "spec.trafficTemplate[0].name: must be at most 63 characters, found 64"),
    ]

    static let templates: [BadField] = [
        BadField("spec.trafficTemplate.0.object", nil, "spec.trafficTemplate[0].object: must be set"),
        BadField("spec.trafficTemplate.0.object.kind", nil, "spec.trafficTemplate[0].object.kind: must be set"),
        BadField(
            "spec.trafficTemplate.0.object.apiVersion", "\"\"",
            "spec.trafficTemplate[0].object.apiVersion: must not be empty"),
        BadField(
            "spec.trafficTemplate.0.object.metadata", "{}", "spec.trafficTemplate[0].object.metadata.name: must be set"),
        BadField(
            "spec.trafficTemplate.1",
            "{\"name\": \"vip\", \"object\": {\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\"name\": \"x\"}}}",
            "spec.trafficTemplate[1]: duplicate entry: name \"vip\" is already in the list"),
    ]

    static let unknown: [BadField] = [
        BadField("specs", "{}", "specs: unknown field; did you mean spec?"),
        BadField("spec.trafficTemplates", "[]", "spec.trafficTemplates: unknown field; did you mean trafficTemplate?"),
        BadField(
            "spec.scope.availabilityzones", "[]",
            "spec.scope.availabilityzones: unknown field; did you mean availabilityZones?"),
        BadField(
            "spec.policy.rollout.canary.soakSecond", "1",
            "spec.policy.rollout.canary.soakSecond: unknown field; did you mean soakSeconds?"),
        BadField(
            "spec.upstreams", "[]",
            "spec.upstreams: unknown field; known here: dns, overrides, policy, scope, trafficTemplate"),
        BadField(
            "spec.trafficTemplate.0.placements", "\"EveryCluster\"",
            "spec.trafficTemplate[0].placements: unknown field; did you mean placement?"),
        BadField(
            "spec.policy.runtime.regionExit", "[]",
            "spec.policy.runtime.regionExit: unknown field; known here: certificateWarningSeconds, conflictResolution, deletion, drift, minAvailable, probe"
        ),
        BadField(
            "spec.overrides.0.jsonPatch.0.pathh", "\"/a\"",
            "spec.overrides[0].jsonPatch[0].pathh: unknown field; did you mean path?"),
    ]

    static let broken: [BadField] = [
        BadField(
            "spec.overrides.1.omit", "true",
            "spec.overrides[1]: exactly one of jsonPatch, mergePatch or omit must be set"),
        BadField(
            "spec.overrides.1.mergePatch", nil,
            "spec.overrides[1]: exactly one of jsonPatch, mergePatch or omit must be set"),
        BadField(
            "spec.overrides.1", "{\"name\": \"x\", \"omit\": false}",
            "spec.overrides[1].omit: must be true, found false"),
        BadField(
            "spec.overrides.1.mergePatch", "{}",
            "spec.overrides[1].mergePatch: must have at least 1 field; null values are dropped by kubectl apply"),
        BadField(
            "spec.overrides.1.name", "\"patch\"",
            "spec.overrides[1]: duplicate entry: name \"patch\" is already in the list"),
        BadField(
            "spec.overrides.0.jsonPatch.0.op", "\"move\"",
            "spec.overrides[0].jsonPatch[0]: from must be set for op move or copy, and may not be set otherwise"),
        BadField(
            "spec.overrides.0.jsonPatch.1.from", "\"/x\"",
            "spec.overrides[0].jsonPatch[1]: from must be set for op move or copy, and may not be set otherwise"),
        BadField(
            "spec.overrides.0.jsonPatch.0.value", nil,
            "spec.overrides[0].jsonPatch[0]: value must be set for op add: if it was null, kubectl apply dropped it; use op remove to remove a field"
        ),
        BadField(
            "spec.overrides.0.jsonPatch.0.path", "\"spec\"",
            "spec.overrides[0].jsonPatch[0].path: must be a JSON pointer that begins with '/', found \"spec\""),
        BadField(
            "spec.overrides.0.jsonPatch.0.path", "\"/a~2\"",
            "spec.overrides[0].jsonPatch[0].path: must be a JSON pointer: '~' may only stand in ~0 and ~1"),
        BadField(
            "spec.overrides.0.jsonPatch.0.op", "\"set\"",
            "spec.overrides[0].jsonPatch[0].op: must be one of add, remove, replace, move, copy, test, found \"set\""),
        BadField(
            "spec.overrides.0.targets.clusterSelector.matchExpressions.0.values", nil,
            "spec.overrides[0].targets.clusterSelector.matchExpressions[0]: values must be set for operator In or NotIn, and may not be set otherwise"
        ),
        BadField(
            "spec.overrides.0.targets.clusterSelector.matchExpressions.0.operator", "\"Exists\"",
            "spec.overrides[0].targets.clusterSelector.matchExpressions[0]: values must be set for operator In or NotIn, and may not be set otherwise"
        ),
        BadField(
            "spec.overrides.0.targets.clusterSelector.matchExpressions.0.key", "\"a b\"",
            "spec.overrides[0].targets.clusterSelector.matchExpressions[0].key: must be a label key, with its prefix"),
        BadField(
            "spec.policy.placement.clusterSelector.matchLabels.network", "1",
            "spec.policy.placement.clusterSelector.matchLabels[\"network\"]: must be a string, found a number; quote it"
        ),
        BadField(
            "spec.policy.placement.clusterSelector", nil,
            "spec.policy.placement: clusterSelector must be set when type is Selector, and may not be set otherwise"),
        BadField(
            "spec.policy.placement.type", "\"All\"",
            "spec.policy.placement: clusterSelector must be set when type is Selector, and may not be set otherwise"),
        BadField(
            "spec.policy.rollout.waves.0.name", "\"canary\"",
            "spec.policy.rollout.waves[0].name: must not be 'canary' or 'remove': both name built-in steps"),
        BadField(
            "spec.policy.rollout.waves.1.name", "\"remove\"",
            "spec.policy.rollout.waves[1].name: must not be 'canary' or 'remove': both name built-in steps"),
        BadField(
            "spec.policy.rollout.waves.1.name", "\"us\"",
            "spec.policy.rollout.waves[1]: duplicate entry: name \"us\" is already in the list"),
        BadField(
            "spec.policy.rollout.waves.1.targets", "{\"regions\": [\"eu\"]}",
            "spec.policy.rollout.waves[1]: targets may not be set for wave rest: it takes all that remain"),
        BadField(
            "spec.policy.rollout.waves.0.targets", nil,
            "spec.policy.rollout.waves: wave us has no targets and so takes all that remain: it must be the last wave"),
        BadField(
            "spec.scope.regions", "[\"us\", \"us\"]",
            "spec.scope.regions[1]: duplicate entry: \"us\" is already in the list"),
    ]

    @Test("the fixture itself is right")
    func fixture() throws { #expect(Fixture.errors(try Fixture.accessPoint()) == []) }

    @Test("a wrong field is named with its path and with what would be right", arguments: types + limits + templates)
    func values(_ bad: BadField) throws {
        #expect(Fixture.errors(try Fixture.changed(bad.path, to: bad.value)) == [bad.error])
    }

    @Test("an unknown field is an error with the nearest known name, never passed over", arguments: unknown)
    func unknownFields(_ bad: BadField) throws {
        #expect(Fixture.errors(try Fixture.changed(bad.path, to: bad.value)).contains(bad.error))
    }

    @Test("the rules of the CRD hold in code too, with the same words", arguments: broken)
    func rules(_ bad: BadField) throws {
        #expect(Fixture.errors(try Fixture.changed(bad.path, to: bad.value)) == [bad.error])
    }

    @Test("scope or placement must be set")
    func noPlace() throws {
        var json = try Fixture.changed("spec.scope", to: nil)
        #expect(Fixture.errors(json) == [])
        json.set(nil, at: ["spec", "policy", "placement"])
        #expect(Fixture.errors(json) == ["spec: scope or policy.placement must be set"])
    }

    @Test("an entry for every cluster of a zone needs the level of zones")
    func everyCluster() throws {
        let zones = try Fixture.changed("spec.trafficTemplate.0.placement", to: "\"EveryCluster\"")
        #expect(try AccessPoint.decode(zones).spec.trafficTemplate.first?.placement == .everyCluster)
        var clusters = zones
        clusters.set("Cluster", at: ["spec", "scope", "level"])
        #expect(
            Fixture.errors(clusters) == [
                "spec: placement EveryCluster needs scope.level AvailabilityZone: with level Cluster every cluster is a target"
            ])
    }

    @Test("the level may not change, and an absent scope is a scope of zones")
    func level() throws {
        let zones = try AccessPoint.decode(try Fixture.accessPoint()).spec
        var clusters = zones
        clusters.scope = Scope(level: .cluster)
        var open = zones
        open.scope = nil
        #expect(open.validate(replacing: zones) == [])
        #expect(clusters.validate(replacing: open).map(\.description) == ["spec: scope.level is immutable"])
    }

    @Test("every error is reported, in the order of the schema")
    func allErrors() throws {
        var json = try Fixture.changed("spec.overrides.0.jsonPatch.0.op", to: "\"set\"")
        json.set("x", at: ["spec", "policy", "rollout", "paused"])
        json.set("Both", at: ["spec", "scope", "level"])
        #expect(
            Fixture.errors(json).map { String($0.prefix { $0 != ":" }) }
                == ["spec.scope.level", "spec.overrides[0].jsonPatch[0].op", "spec.policy.rollout.paused"])
    }

    @Test("a long list of errors is cut in the description, and the count says so")
    func description() {
        let errors = FieldErrors((1...20).map { FieldError(path: "f\($0)", message: "must be set") })
        #expect(errors?.description.hasSuffix("f8: must be set; and 12 more") == true)
        #expect(FieldErrors([]) == nil)
    }

    @Test("limits on numbers of entries hold")
    func counts() throws {
        let operation = try Fixture.json("{\"op\": \"remove\", \"path\": \"/a\"}")
        var json = try Fixture.accessPoint()
        let entries = (0..<65).map { number -> JSONValue in
            [
                "name": .string("e\(number)"),
                "object": ["apiVersion": "v1", "kind": "Service", "metadata": ["name": "x"]],
            ]
        }
        json.set(.array(entries), at: ["spec", "trafficTemplate"])
        let patch: JSONValue = ["name": "big", "jsonPatch": .array(Array(repeating: operation, count: 201))]
        json.set(.array([patch]), at: ["spec", "overrides"])
        #expect(
            Fixture.errors(json) == [
                "spec.trafficTemplate: must have at most 64 entries, found 65",
                "spec.overrides[0].jsonPatch: must have at most 200 entries, found 201",
            ])
    }

    @Test("a patch of more than 64 KiB is refused", arguments: ["jsonPatch", "mergePatch"])
    func bigPatch(_ field: String) throws {
        let text = JSONValue.string(String(repeating: "x", count: 64 * 1024))
        let change: JSONValue = field == "mergePatch" ? ["a": text] : [["op": "add", "path": "/a", "value": text]]
        var json = try Fixture.accessPoint()
        var entry: JSONObject = ["name": "big"]
        entry[field] = change
        json.set(.array([.object(entry)]), at: ["spec", "overrides"])
        #expect(Fixture.errors(json) == ["spec.overrides[0].\(field): must be at most 64 KiB of JSON"])
    }

    @Test("a hostile key is cut and cleaned before it becomes part of a message")
    func hostileKey() throws {
        var json = try Fixture.accessPoint()
        let key = "x\n" + String(repeating: "y", count: 100_000)
        json.set(1, at: ["spec", key])
        let errors = Fixture.errors(json)
        #expect(errors.count == 1)
        #expect(errors.allSatisfy { $0.count < 300 && !$0.contains("\n") })
    }
}
