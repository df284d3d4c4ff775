extension BadSpec {
    /// What the API server refuses by the schema of the CRD.
    static let atTheServer: [BadSpec] = [
        BadSpec(
            "a level that does not exist", .server, says: ["spec.scope.level", "\"AvailabilityZone\", \"Cluster\""],
            ("level: AvailabilityZone", "level: Zone")),
        BadSpec(
            "a list of regions without any", .server, says: ["spec.scope.regions", "at least 1 items"],
            ("[us-west, us-east, eu-central]", "[]")),
        BadSpec(
            "a region twice", .server, says: ["spec.scope.regions", "Duplicate value"],
            ("[us-west, us-east, eu-central]", "[us-west, us-west]")),
        BadSpec(
            "no template", .server, says: ["spec.trafficTemplate", "Required value"], ("trafficTemplate:", "template:")),
        BadSpec(
            "two template entries of one name", .server, says: ["spec.trafficTemplate[1]", "Duplicate value"],
            ("- name: route", "- name: vip")),
        BadSpec(
            "a template entry whose name is no label", .server, says: ["spec.trafficTemplate", "name", "should match"],
            ("- name: vip", "- name: VIP")),
        BadSpec(
            "an object without kind", .server, says: ["spec.trafficTemplate.object.kind", "Required value"],
            ("kind: Service", "sort: Service")),
        BadSpec(
            "an object without name", .server, says: ["spec.trafficTemplate.object.metadata.name", "Required value"],
            ("{name: NAME-SPACE-vip, namespace: istio-ingress}", "{namespace: istio-ingress}")),
        BadSpec(
            "a canary of nothing", .server, says: ["rollout.canary.count", "greater than or equal to 1"],
            ("count: 1", "count: 0")),
        BadSpec(
            "a gate that does not exist", .server, says: ["rollout.canary.gate", "\"Manual\", \"Automatic\""],
            ("gate: Manual", "gate: Auto")),
        BadSpec(
            "a soak of negative length", .server, says: ["canary.soakSeconds", "greater than or equal to 0"],
            ("soakSeconds: 0", "soakSeconds: -1")),
        BadSpec(
            "a number where a switch stands", .server, says: ["rollout.paused", "must be of type boolean"],
            ("progressDeadlineSeconds: 600", "paused: 1")),
        BadSpec(
            "a patch operation that does not exist", .server, says: ["jsonPatch.op", "\"add\", \"remove\""],
            ("op: add", "op: upsert")),
        BadSpec(
            "a drift policy that does not exist", .server, says: ["runtime.drift", "\"Correct\""],
            ("drift: Correct", "drift: Ignore")),
        BadSpec(
            "a percentage of nothing", .server, says: ["waves.maxConcurrency"],
            ("progressDeadlineSeconds: 600", "waves: [{name: rest, maxConcurrency: 0%}]")),
    ]

    /// What servers with CEL refuse by the rules of the CRD, and the operator in the same words everywhere.
    static let byRule: [BadSpec] = [
        BadSpec(
            "neither scope nor placement", .condition("Accepted", "Invalid"),
            says: ["spec: scope or policy.placement must be set"],
            ("scope: {level: AvailabilityZone, regions: [us-west, us-east, eu-central]}", "x: 1")),
        BadSpec(
            "an override that changes in two ways", .condition("Accepted", "Invalid"),
            says: ["spec.overrides[0]", "exactly one of jsonPatch, mergePatch or omit must be set"],
            ("jsonPatch:", "omit: true\n    jsonPatch:")),
        BadSpec(
            "an override that changes in no way", .condition("Accepted", "Invalid"),
            says: ["spec.overrides[0]", "exactly one of jsonPatch, mergePatch or omit must be set"],
            ("    jsonPatch: [{op: add, path: /spec/http/0/timeout, value: 9s}]\n", "")),
        BadSpec(
            "an add without a value", .condition("Accepted", "Invalid"),
            says: ["spec.overrides[0].jsonPatch[0]", "value must be set for op add", "use op remove"],
            (", value: 9s", "")),
        BadSpec(
            "a move without from", .condition("Accepted", "Invalid"),
            says: ["spec.overrides[0].jsonPatch[0]", "from must be set for op move or copy"],
            ("{op: add, path: /spec/http/0/timeout, value: 9s}", "{op: move, path: /spec/http/0/timeout}")),
        BadSpec(
            "a wave with a built-in name", .condition("Accepted", "Invalid"),
            says: ["spec.policy.rollout.waves[0].name", "must not be 'canary' or 'remove'"],
            ("progressDeadlineSeconds: 600", "waves: [{name: canary, targets: {regions: [us-east]}}]")),
        BadSpec(
            "a wave after one that takes all", .condition("Accepted", "Invalid"),
            says: ["spec.policy.rollout", "must be the last wave"],
            ("progressDeadlineSeconds: 600", "waves: [{name: all}, {name: east, targets: {regions: [us-east]}}]")),
        BadSpec(
            "a selector without a selector", .condition("Accepted", "Invalid"),
            says: ["spec.policy.placement", "clusterSelector must be set when type is Selector"],
            ("policy:", "policy:\n    placement: {type: Selector}")),
        BadSpec(
            "a requirement with values that it may not have", .condition("Accepted", "Invalid"),
            says: ["matchExpressions[0]", "values must be set for operator In or NotIn"],
            (
                "targets: {regions: [eu-central]}",
                "targets: {clusterSelector: {matchExpressions: [{key: network, operator: Exists, values: [a]}]}}"
            )),
        BadSpec(
            "a name that is no label value", .condition("Accepted", "Invalid"),
            says: ["metadata.name must be at most 63 characters"],
            ("{name: NAME, namespace: SPACE}", "{name: NAME\(String(repeating: "x", count: 60)), namespace: SPACE}")),
        BadSpec(
            "a name with a dot", .condition("Accepted", "Invalid"), says: ["metadata.name may not contain dots"],
            ("{name: NAME, namespace: SPACE}", "{name: NAME.x, namespace: SPACE}")),
    ]

    /// What only rendering, placement or a member can see.
    static let byRendering: [BadSpec] = [
        BadSpec(
            "a variable that does not exist", .condition("Accepted", "UnknownVariable"),
            says: ["spec.trafficTemplate", "route", "$(ZONE)", "$("], ("timeout: 1s", "timeout: $(ZONE)")),
        BadSpec(
            "a variable that does not end", .condition("Accepted", "UnclosedVariable"), says: ["route", "$$("],
            ("timeout: 1s", "timeout: $(ZONE")),
        BadSpec(
            "a label that a target lacks", .condition("Accepted", "LabelMissing"),
            says: ["tier", "us-west-az1-k1", "label"], ("timeout: 1s", "timeout: $(LABEL:tier)")),
        BadSpec(
            "a kind that is not allowed", .condition("Accepted", "KindNotAllowed"),
            says: ["EnvoyFilter", "VirtualService"], ("kind: VirtualService", "kind: EnvoyFilter")),
        BadSpec(
            "a version that is not known", .condition("Accepted", "KindNotAllowed"), says: ["networking.istio.io/v7"],
            ("apiVersion: networking.istio.io/v1", "apiVersion: networking.istio.io/v7")),
        BadSpec(
            "a route in the namespace of others", .condition("Accepted", "NamespaceNotAllowed"),
            says: ["VirtualService", "kube-system", "SPACE"],
            ("metadata: {name: NAME, labels", "metadata: {name: NAME, namespace: kube-system, labels")),
        BadSpec(
            "a Service in a namespace that is no gateway's", .condition("Accepted", "NamespaceNotAllowed"),
            says: ["Service", "kube-system", "istio-ingress"], ("namespace: istio-ingress", "namespace: kube-system")),
        BadSpec(
            "an address that takes traffic from others", .condition("Accepted", "FieldNotAllowed"),
            says: ["spec.externalIPs", "vip"], ("type: LoadBalancer", "type: LoadBalancer, externalIPs: [203.0.113.9]")),
        BadSpec(
            "a status in the template", .condition("Accepted", "FieldNotAllowed"), says: ["status", "route"],
            ("metadata: {name: NAME, labels: {team: shop}}", "metadata: {name: NAME}\n      status: {x: 1}")),
        BadSpec(
            "an owner reference in the template", .condition("Accepted", "FieldNotAllowed"),
            says: ["metadata.ownerReferences", "route"],
            (
                "labels: {team: shop}",
                "ownerReferences: [{apiVersion: v1, kind: Pod, name: x, uid: 00000000-0000-0000-0000-000000000000}]"
            )),
        BadSpec(
            "a field that Istio does not know", .condition("Accepted", "TrafficInvalid"),
            says: ["template route", "spec.http[0].rout", "did you mean route?", "IST0106"],
            ("route: [{dest", "rout: [{dest")),
        BadSpec(
            "a number where Istio takes a time", .condition("Accepted", "TrafficInvalid"),
            says: ["template route", "spec.http[0].timeout", "1.5s"], ("value: 9s", "value: 9")),
        BadSpec(
            "a Service port that is none", .condition("Accepted", "TrafficInvalid"),
            says: ["template vip", "spec.ports[0].port", "65535"], ("port: 443", "port: 70000")),
        BadSpec(
            "a label that is the operator's", .condition("Accepted", "ReservedName"),
            says: ["accesspoint.io/uid", "route"],
            ("{team: shop}", "{accesspoint.io/uid: mine}")),
        BadSpec(
            "a name that the members would refuse", .condition("Accepted", "InvalidName"),
            says: ["Shop_Route", "name"],
            ("metadata: {name: NAME, labels", "metadata: {name: Shop_Route, labels")),
        BadSpec(
            "an override that renames", .condition("Accepted", "IdentityChanged"),
            says: ["override timeout", "metadata.name", "name the object in the template"],
            ("path: /spec/http/0/timeout, value: 9s", "path: /metadata/name, value: other")),
        BadSpec(
            "two entries that render one object", .condition("Accepted", "DuplicateObject"), says: ["route", "again"],
            (
                "overrides:",
                """
                - name: again
                    object:
                      apiVersion: networking.istio.io/v1
                      kind: VirtualService
                      metadata: {name: NAME}
                      spec: {hosts: [NAME.example.com]}
                  overrides:
                """
            )),
        BadSpec(
            "a patch of a place that does not exist", .condition("Accepted", "PatchFailed"),
            says: ["spec.overrides[0].jsonPatch[0]", "/spec/http/7/timeout"],
            ("path: /spec/http/0/timeout", "path: /spec/http/7/timeout")),
        BadSpec(
            "a test of a patch that fails", .condition("Accepted", "PatchFailed"),
            says: ["spec.overrides[0].jsonPatch[0]", "test"], ("op: add", "op: test")),
        BadSpec(
            "an override that changes nothing", .condition("Accepted", "OverrideNoEffect"),
            says: ["spec.overrides[0]", "remove"], ("value: 9s", "value: 1s")),
        BadSpec(
            "a merge patch that changes nothing", .condition("Accepted", "OverrideNoEffect"),
            says: ["spec.overrides[0]", "jsonPatch", "remove"],
            (
                "jsonPatch: [{op: add, path: /spec/http/0/timeout, value: 9s}]",
                "mergePatch: {spec: {hosts: [NAME.example.com]}}"
            )),
        BadSpec(
            "a target of which nothing is left", .condition("Accepted", "NothingLeft"),
            says: ["eu-central-az1-k1", "spec.policy.placement.exclude"],
            (
                """
                resources: [{template: route}]
                    jsonPatch: [{op: add, path: /spec/http/0/timeout, value: 9s}]
                """, "omit: true"
            )),
        BadSpec(
            "a canary that matches nothing", .condition("Accepted", "CanaryEmpty"),
            says: ["spec.policy.rollout.canary.targets"], ("[us-west-az1]", "[mars-az1]")),
        BadSpec(
            "a field that only the member refuses", .condition("Accepted", "DryRunFailed"),
            says: ["spec.ports[0].appProtocol", "-az1-k1"], ("port: 443,", "port: 443, appProtocol: no name,")),
        BadSpec(
            "a region of which no cluster is registered", .condition("Placed", "RegionUnknown"),
            says: ["spec.scope.regions", "mars"], ("[us-west, us-east, eu-central]", "[us-west, mars]")),
        BadSpec(
            "a cluster that is not registered", .condition("Placed", "ClusterUnknown"),
            says: ["spec.scope.clusters", "us-west-az9-k9"],
            ("regions: [us-west, us-east, eu-central]", "clusters: [us-west-az9-k9]")),
        BadSpec(
            "a placement that leaves nothing", .condition("Placed", "PlacementEmpty"), says: ["spec.policy.placement"],
            (
                "policy:",
                "policy:\n    placement: {type: Selector, clusterSelector: {matchLabels: {network: nowhere}}}"
            )),
    ]
}
