import JSONValue
import KubeClient
import KubeModel

/// The kinds of one application: five objects, each with one number that an edit changes.
enum Part: String, CaseIterable {
    case virtualService = "VirtualService"
    case destinationRule = "DestinationRule"
    case serviceEntry = "ServiceEntry"
    case workloadEntry = "WorkloadEntry"
    case authorizationPolicy = "AuthorizationPolicy"

    var resource: GroupVersionResource {
        switch self {
        case .virtualService: .init(group: "networking.istio.io", version: "v1", resource: "virtualservices")
        case .destinationRule: .init(group: "networking.istio.io", version: "v1", resource: "destinationrules")
        case .serviceEntry: .init(group: "networking.istio.io", version: "v1", resource: "serviceentries")
        case .workloadEntry: .init(group: "networking.istio.io", version: "v1", resource: "workloadentries")
        case .authorizationPolicy:
            .init(group: "security.istio.io", version: "v1", resource: "authorizationpolicies")
        }
    }

    /// Where the number stands.
    var pointer: String {
        switch self {
        case .virtualService: "/spec/http/0/timeout"
        case .destinationRule: "/spec/trafficPolicy/connectionPool/http/http2MaxRequests"
        case .serviceEntry: "/spec/endpoints/0/weight"
        case .workloadEntry: "/spec/weight"
        case .authorizationPolicy: "/spec/rules/0/to/0/operation/ports/0"
        }
    }

    /// The number as the field holds it.
    func value(_ number: Int) -> JSONValue {
        switch self {
        case .virtualService: .string("\(number)s")
        case .authorizationPolicy: .string("\(number)")
        default: .integer(Int64(number))
        }
    }

    /// Whether an object holds the number.
    func holds(_ number: Int, _ object: KubeObject) throws -> Bool {
        object.json.value(at: try JSONPointer(pointer)) == value(number)
    }

    /// The same object with another number.
    func body(_ object: JSONValue, number: Int) throws -> JSONValue {
        try JSONPatch([["op": "replace", "path": .string(pointer), "value": value(number)]]).applied(to: object)
    }

    fileprivate func template(_ name: String, _ number: Int) throws -> JSONValue {
        let host = "\(name).example.internal"
        let spec =
            switch self {
            case .virtualService:
                #"{"hosts":["\#(host)"],"http":[{"timeout":"1s","route":[{"destination":{"host":"\#(host)"}}]}]}"#
            case .destinationRule:
                #"{"host":"\#(host)","trafficPolicy":{"connectionPool":{"http":{"http2MaxRequests":1}}}}"#
            case .serviceEntry:
                #"{"hosts":["\#(host)"],"location":"MESH_INTERNAL","resolution":"STATIC","#
                    + #""ports":[{"number":8080,"name":"http","protocol":"HTTP"}],"#
                    + #""endpoints":[{"address":"192.0.2.1","weight":1}]}"#
            case .workloadEntry: #"{"address":"192.0.2.10","weight":1,"labels":{"app":"\#(name)"}}"#
            case .authorizationPolicy:
                #"{"selector":{"matchLabels":{"app":"\#(name)"}},"rules":[{"to":[{"operation":{"ports":["1"]}}]}]}"#
            }
        let object: JSONValue = [
            "apiVersion": .string(resource.apiVersion), "kind": .string(rawValue), "metadata": ["name": .string(name)],
            "spec": try JSONValue(parsing: spec),
        ]
        return try body(object, number: number)
    }
}

/// One AccessPoint whose gates are all open.
struct Application {
    static let resource = GroupVersionResource(group: "accesspoint.io", version: "v1alpha1", resource: "accesspoints")
    static let namespace = "bench"

    var index: Int
    /// How many targets the last wave writes at a time.
    var width: JSONValue

    var name: String { "app-\(index)" }
    var key: ObjectKey { ObjectKey(namespace: Self.namespace, name: name) }

    /// The AccessPoint whose first parts hold `number`, the others `rest`.
    func accessPoint(_ number: Int, changed: Int = Part.allCases.count, rest: Int = 0) throws -> JSONValue {
        var template: [JSONValue] = []
        for (position, part) in Part.allCases.enumerated() {
            template.append([
                "name": .string(part.rawValue.lowercased()),
                "object": try part.template(name, position < changed ? number : rest),
            ])
        }
        return [
            "apiVersion": .string(Self.resource.apiVersion), "kind": "AccessPoint",
            "metadata": ["name": .string(name), "namespace": .string(Self.namespace)],
            "spec": [
                "scope": ["regions": ["us-west", "us-east", "eu-central"]], "trafficTemplate": .array(template),
                "policy": [
                    "rollout": [
                        "canary": ["gate": "Automatic", "soakSeconds": 0],
                        "waves": [["name": "rest", "maxConcurrency": width]],
                    ]
                ],
            ],
        ]
    }
}
