import JSONValue
import SeededRandom
import Testing
import TrafficModel

@Suite struct NormalisationTests {
    @Test("a port gets the protocol without which an apply fails, and its target port")
    func ports() {
        let service: JSONValue = [
            "spec": [
                "ports": [
                    ["port": 443], ["port": 53, "protocol": "UDP", "targetPort": "dns"], ["port": 80, "protocol": ""],
                ]
            ]
        ]
        #expect(
            Normalisation.normalised(service, kind: .service) == [
                "spec": [
                    "ports": [
                        ["port": 443, "protocol": "TCP", "targetPort": 443],
                        ["port": 53, "protocol": "UDP", "targetPort": "dns"],
                        ["port": 80, "protocol": "TCP", "targetPort": 80],
                    ]
                ]
            ])
    }

    @Test("what a Service leaves to the server is not sent")
    func openFields() {
        let service: JSONValue = [
            "metadata": ["name": "vip", "labels": [:], "annotations": .null, "creationTimestamp": .null],
            "spec": [
                "type": "", "clusterIP": "", "externalIPs": [], "selector": [:], "healthCheckNodePort": 0,
                "sessionAffinityConfig": ["clientIP": [:]], "ports": [["port": 80, "nodePort": 0, "name": ""]],
                "publishNotReadyAddresses": false, "loadBalancerSourceRanges": ["10.0.0.0/8"],
            ],
            "status": ["loadBalancer": [:]],
        ]
        #expect(
            Normalisation.normalised(service, kind: .service) == [
                "metadata": ["name": "vip"],
                "spec": [
                    "ports": [["port": 80, "protocol": "TCP", "targetPort": 80]], "publishNotReadyAddresses": false,
                    "loadBalancerSourceRanges": ["10.0.0.0/8"],
                ],
            ])
    }

    @Test("an empty map of an Istio object stays, for it has a meaning; a null has none")
    func istio() {
        let rule: JSONValue = [
            "metadata": ["name": "a", "labels": [:]],
            "spec": [
                "host": "a", "trafficPolicy": ["tls": [:], "loadBalancer": .null], "subsets": [], "exportTo": [.null],
            ],
            "status": [:],
        ]
        #expect(
            Normalisation.normalised(rule, kind: .destinationRule) == [
                "metadata": ["name": "a"],
                "spec": ["host": "a", "trafficPolicy": ["tls": [:]], "subsets": [], "exportTo": [.null]],
            ])
    }

    @Test(
        "a shape that is no object passes through, for others to refuse",
        arguments: [.null, 5, "x", [], ["spec": 5], ["spec": ["ports": "x"]], ["spec": ["ports": [5, .null, "x"]]]]
            as [JSONValue])
    func shapes(object: JSONValue) {
        #expect(Normalisation.normalised(object, kind: .service) == object)
    }

    @Test("to normalise twice changes nothing, and the result compares equal to what it came from")
    func idempotent() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let object = JSONValue.object(["spec": .random(depth: 4, using: &random)])
            for kind in [TrafficKind.service, .gateway] {
                let once = Normalisation.normalised(object, kind: kind)
                #expect(Normalisation.normalised(once, kind: kind) == once, "seed \(seed): \(object)")
                let differences = LiveComparison.differences(rendered: once, live: once, kind: kind)
                #expect(differences.isEmpty, "seed \(seed): \(object)")
            }
        }
    }
}

extension JSONValue {
    /// A value with the members and the shapes that matter here, and some that make no sense.
    static func random(depth: Int, using random: inout SplitMix64) -> JSONValue {
        let names = ["ports", "port", "name", "selector", "type", "protocol", "hosts", "clusterIP", "é", ""]
        let leaves: [JSONValue] = [.null, true, false, 0, 1, 443, "", "TCP", "a.example.com", [], [:], 1.5]
        guard depth > 0 else { return leaves.randomElement(using: &random) ?? .null }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return leaves.randomElement(using: &random) ?? .null
        case 1:
            return .array(
                (0..<Int.random(in: 0..<3, using: &random)).map { _ in self.random(depth: depth - 1, using: &random) })
        default:
            return .object(
                JSONObject(
                    (0..<Int.random(in: 0..<4, using: &random)).map { _ in
                        (names.randomElement(using: &random) ?? "", self.random(depth: depth - 1, using: &random))
                    }))
        }
    }
}
