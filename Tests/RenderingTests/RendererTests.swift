import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Testing
import TrafficModel

@Suite struct RendererTests {
    @Test("a rendered object carries who owns it, where it comes from and its hash")
    func labels() throws {
        var gateway = Samples.gateway
        gateway.set(["app": "checkout"], at: ["metadata", "labels"])
        let rendering = Samples.rendering([gateway])
        let object = try #require(rendering.sets.first?.objects.first)
        #expect(object.kind == .gateway)
        #expect(object.key == ObjectKey(namespace: "shop", name: "checkout"))
        #expect(
            object.body["metadata"] == [
                "name": "checkout", "namespace": "shop",
                "labels": [
                    "app": "checkout", "app.kubernetes.io/managed-by": "accesspoint-operator",
                    "accesspoint.io/accesspoint": "checkout", "accesspoint.io/namespace": "shop",
                    "accesspoint.io/hub": "hub-uid", "accesspoint.io/uid": "6c1f-uid",
                ],
                "annotations": ["accesspoint.io/template": "t0", "accesspoint.io/hash": .string(object.hash)],
            ])
        #expect(object.hash.utf8.count == 32)
    }

    @Test("objects come in apply order, and in the order of the template within a rank")
    func order() {
        func policy(_ name: String, _ kind: String) -> JSONValue {
            ["apiVersion": "security.istio.io/v1", "kind": .string(kind), "metadata": ["name": .string(name)]]
        }
        let objects = [
            Samples.route, Samples.gateway, policy("b", "PeerAuthentication"), policy("a", "AuthorizationPolicy"),
            Samples.vip,
        ]
        let set = Samples.rendering(objects).sets.first
        #expect(set?.objects.map(\.template) == ["t4", "t2", "t3", "t1", "t0"])
    }

    @Test(
        "hashes depend on what is rendered, not on the order of entries, on numbers' spelling or on the target's name")
    func hashes() throws {
        func set(_ objects: [JSONValue], names: [String]? = nil) throws -> RenderedSet {
            var spec = Samples.spec(objects)
            for (index, name) in (names ?? []).enumerated() { spec.trafficTemplate[index].name = name }
            let renderer = Renderer(identity: Samples.identity, spec: spec, options: Samples.options)
            return try #require(renderer.render(Samples.west).set)
        }
        let first = try set([Samples.gateway, Samples.vip], names: ["a", "b"])
        #expect(try set([Samples.vip, Samples.gateway], names: ["b", "a"]).hash == first.hash)
        var spelt = Samples.gateway
        spelt.set(
            [["port": ["number": 443.0, "name": "https", "protocol": "TLS"], "hosts": ["*"]]], at: ["spec", "servers"])
        #expect(try set([spelt, Samples.vip], names: ["a", "b"]).hash == first.hash)
        var other = Samples.gateway
        other.set(["istio": "other"], at: ["spec", "selector"])
        #expect(try set([other, Samples.vip], names: ["a", "b"]).hash != first.hash)
        var named = Samples.identity
        named.uid = "another"
        let spec = Samples.spec([Samples.gateway])
        let mine = Renderer(identity: Samples.identity, spec: spec, options: Samples.options).render(Samples.west).set
        let theirs = Renderer(identity: named, spec: spec, options: Samples.options).render(Samples.west).set
        #expect(mine?.hash != theirs?.hash)
        #expect(
            mine?.hash
                == Renderer(identity: Samples.identity, spec: spec, options: Samples.options).render(Samples.east).set?
                .hash)
    }

    @Test("the namespace is that of the AccessPoint unless a Service goes to a gateway namespace")
    func namespaces() throws {
        #expect(try Samples.body(Samples.gateway).value("metadata", "namespace") == "shop")
        #expect(try Samples.body(Samples.vip).value("metadata", "namespace") == "istio-ingress")
        var named = Samples.gateway
        named.set("shop", at: ["metadata", "namespace"])
        #expect(try Samples.body(named).value("metadata", "namespace") == "shop")
        for (object, namespace) in [
            (Samples.gateway, "istio-ingress"), (Samples.vip, "kube-system"), (Samples.route, "other"),
        ] {
            var object = object
            object.set(.string(namespace), at: ["metadata", "namespace"])
            #expect(
                Samples.rendering([object]).codes
                    == ["NamespaceNotAllowed spec.trafficTemplate[0].object.metadata.namespace"])
        }
    }

    @Test(
        "kinds that are not in the list are refused with the list",
        arguments: [
            ("v1", "Secret", "kind"), ("v1", "Pod", "kind"), ("apps/v1", "Deployment", "kind"),
            ("networking.istio.io/v1alpha3", "EnvoyFilter", "kind"), ("networking.istio.io/v1", "Service", "kind"),
            ("networking.istio.io/v2", "Gateway", "apiVersion"), ("accesspoint.io/v1alpha1", "AccessPoint", "kind"),
            ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "kind"), ("", "", "kind"),
        ])
    func kinds(apiVersion: String, kind: String, field: String) {
        let object: JSONValue = [
            "apiVersion": .string(apiVersion), "kind": .string(kind), "metadata": ["name": "x"], "spec": [:],
        ]
        #expect(Samples.rendering([object]).codes == ["KindNotAllowed spec.trafficTemplate[0].object.\(field)"])
    }

    /// What makes a template invalid: a path in the object, the value put there, and the problem.
    @Test(
        "what does not belong into a template is refused by name",
        arguments: [
            (["status"], ["x": 1], "FieldNotAllowed"), (["data"], ["x": "y"], "FieldNotAllowed"),
            (["metadata", "ownerReferences"], [["kind": "X"]], "FieldNotAllowed"),
            (["metadata", "finalizers"], ["x"], "FieldNotAllowed"), (["metadata", "uid"], "x", "FieldNotAllowed"),
            (["metadata", "managedFields"], [["x": 1]], "FieldNotAllowed"),
            (["metadata", "resourceVersion"], "1", "FieldNotAllowed"),
            (["metadata", "generateName"], "x-", "FieldNotAllowed"),
            (["metadata", "creationTimestamp"], "2026-01-01T00:00:00Z", "FieldNotAllowed"),
            (["metadata", "labels", "accesspoint.io/uid"], "x", "ReservedName"),
            (["metadata", "labels", "app.kubernetes.io/managed-by"], "Helm", "ReservedName"),
            (["metadata", "annotations", "accesspoint.io/hash"], "x", "ReservedName"),
            (["metadata", "labels", "a"], 1, "InvalidObject"), (["metadata", "labels", "a"], "a b", "InvalidName"),
            (["metadata", "labels", "a b"], "a", "InvalidName"),
            (["metadata", "annotations", "a"], true, "InvalidObject"),
            (["metadata", "labels"], ["x"], "InvalidObject"), (["metadata", "annotations"], "x", "InvalidObject"),
            (["metadata", "name"], "Checkout", "InvalidName"), (["metadata", "name"], "-x", "InvalidName"),
            (["metadata", "name"], 5, "InvalidName"), (["metadata", "name"], .null, "InvalidName"),
            (["metadata", "namespace"], 5, "NamespaceNotAllowed"), (["spec"], "x", "InvalidObject"),
            (["spec", "externalIPs"], ["1.1.1.1"], "FieldNotAllowed"),
            (["spec", "loadBalancerIP"], "1.1.1.1", "FieldNotAllowed"),
            (["spec", "type"], "ExternalName", "FieldNotAllowed"),
            (["spec", "externalName"], "example.com", "FieldNotAllowed"),
        ] as [([String], JSONValue, String)])
    func violations(path: [String], value: JSONValue, code: String) throws {
        var object = Samples.vip
        object.set(value, at: path)
        let rendering = Samples.rendering([object])
        let problem = try #require(rendering.problems.first)
        #expect(rendering.problems.count == 1)
        #expect(problem.code.rawValue == code)
        #expect(problem.path.hasPrefix("spec.trafficTemplate[0].object.\(path[0])"))
        #expect(problem.template == "t0")
        #expect(problem.target == nil)
        #expect(!problem.remedy.isEmpty)
        #expect(rendering.sets.isEmpty)
    }

    @Test(
        "a dangerous field of a Service is rendered where the operator allows it, and it alone",
        arguments: [
            (.externalIPs, "externalIPs", ["203.0.113.9"]), (.loadBalancerIP, "loadBalancerIP", "203.0.113.9"),
            (.externalName, "type", "ExternalName"), (.externalName, "externalName", "example.com"),
        ] as [(ServiceDanger, String, JSONValue)])
    func allowed(danger: ServiceDanger, field: String, value: JSONValue) throws {
        var object = Samples.vip
        object.set(value, at: ["spec", field])
        var merge = JSONObject()
        merge[field] = value
        let change = Override(name: "late", change: .mergePatch(["spec": .object(merge)]))
        func codes(_ allowed: Set<ServiceDanger>) -> [String] {
            let options = RenderOptions(
                gatewayNamespaces: Samples.options.gatewayNamespaces, allowedServiceFields: allowed)
            return [([object], []), ([Samples.vip], [change])].flatMap { objects, overrides -> [String] in
                let renderer = Renderer(
                    identity: Samples.identity, spec: Samples.spec(objects, overrides: overrides), options: options)
                let rendering = renderer.render(all: [Samples.west])
                let found = renderer.findings(in: rendering.sets, of: [Samples.west])
                return (rendering.problems + found).filter { $0.severity == .error }.map(\.code.rawValue)
            }
        }
        #expect(codes([danger]) == [])
        #expect(codes(Set(ServiceDanger.allCases).subtracting([danger])) == ["FieldNotAllowed", "FieldNotAllowed"])
    }

    @Test("the names of a Service and of a Gateway are stricter than others")
    func names() {
        func codes(_ object: JSONValue, _ name: String) -> [String] {
            var object = object
            object.set(.string(name), at: ["metadata", "name"])
            return Samples.rendering([object]).problems.map(\.code.rawValue)
        }
        #expect(codes(Samples.vip, "1a") == ["InvalidName"])
        #expect(codes(Samples.gateway, "1a").isEmpty)
        #expect(codes(Samples.gateway, "a.b") == ["InvalidName"])
        #expect(codes(Samples.route, "a.b").isEmpty)
        #expect(codes(Samples.vip, String(repeating: "a", count: 64)) == ["InvalidName"])
        #expect(codes(Samples.route, String(repeating: "a", count: 254)) == ["InvalidName"])
    }

    @Test("what generated manifests write without a meaning is dropped, not refused")
    func generated() throws {
        var object = Samples.vip
        object.set(["loadBalancer": [:]], at: ["status"])
        object.set(.null, at: ["metadata", "creationTimestamp"])
        object.set([], at: ["metadata", "finalizers"])
        let body = try Samples.body(object)
        #expect(body["status"] == nil)
        #expect(body.value("metadata", "creationTimestamp") == nil)
        #expect(body.value("metadata", "finalizers") == nil)
        #expect(body == (try Samples.body(Samples.vip)))
    }

    @Test("the same object from two entries is refused, also when a variable makes them the same")
    func duplicates() {
        var beta = Samples.gateway
        beta["apiVersion"] = "networking.istio.io/v1beta1"
        let twice = Samples.rendering([Samples.gateway, beta])
        #expect(twice.problems.map(\.code) == [.duplicateObject])
        #expect(twice.problems.first?.message.contains("from template t0") ?? false)
        var byRegion = Samples.gateway
        byRegion.set("$(REGION)", at: ["metadata", "name"])
        var fixed = Samples.gateway
        fixed.set("us-east", at: ["metadata", "name"])
        #expect(Samples.rendering([byRegion, fixed]).problems.map(\.target) == ["us-east-az1-k1"])
    }

    @Test("every problem is listed, not only the first, and what all targets have is listed once")
    func all() {
        var wrong = Samples.gateway
        wrong.set(["x": 1], at: ["status"])
        wrong.set("$(NOPE)", at: ["spec", "a"])
        wrong.set("$(NO", at: ["spec", "b"])
        var second = Samples.route
        second.set("UPPER", at: ["metadata", "name"])
        let rendering = Samples.rendering([wrong, second, ["kind": 5]])
        #expect(
            rendering.codes == [
                "UnknownVariable spec.trafficTemplate[0].object.spec.a",
                "UnclosedVariable spec.trafficTemplate[0].object.spec.b",
                "InvalidName spec.trafficTemplate[1].object.metadata.name",
                "KindNotAllowed spec.trafficTemplate[2].object.kind",
            ])
        #expect(rendering.problems.allSatisfy { $0.target == nil })
    }

    @Test("an error for one target leaves no target with a set")
    func oneBadTarget() {
        var gateway = Samples.gateway
        gateway.set("$(LABEL:only)", at: ["spec", "a"])
        var labelled = Samples.west
        labelled.labels["only"] = "here"
        #expect(Samples.rendering([gateway], targets: [labelled, Samples.east]).sets.isEmpty)
        let renderer = Renderer(identity: Samples.identity, spec: Samples.spec([gateway]), options: Samples.options)
        #expect(renderer.render(labelled).set != nil)
        #expect(renderer.render(Samples.east).set == nil)
    }

    @Test("objects and sets have a size that no template can exceed")
    func budgets() {
        func large(_ bytes: Int, name: String = "x") -> JSONValue {
            var object = Samples.route
            object.set(.string(name), at: ["metadata", "name"])
            object.set(.string(String(repeating: "a", count: bytes)), at: ["spec", "big"])
            return object
        }
        #expect(Samples.rendering([large(RenderBudget.objectBytes)]).problems.map(\.code) == [.objectTooLarge])
        // Within the first measure, but not with labels and quotes.
        #expect(Samples.rendering([large(RenderBudget.objectBytes - 200)]).problems.map(\.code) == [.objectTooLarge])
        #expect(Samples.rendering([large(RenderBudget.objectBytes - 2000)]).isAccepted)
        let many = (0..<5).map { large(250_000, name: "x\($0)") }
        #expect(Samples.rendering(many).problems.map(\.code) == [.setTooLarge])
        #expect(Samples.rendering(Array(many.prefix(4))).isAccepted)
        var deep: JSONValue = "x"
        for _ in 0..<(RenderBudget.depth - 2) { deep = [deep] }
        var object = Samples.route
        object.set(deep, at: ["spec", "deep"])
        #expect(Samples.rendering([object]).isAccepted)
        object.set([deep], at: ["spec", "deep"])
        #expect(Samples.rendering([object]).problems.map(\.code) == [.objectTooLarge])
        // A variable cannot make an object grow past the limit either.
        var growing = Samples.route
        growing.set(.string(String(repeating: "$(CLUSTER)", count: 20_000)), at: ["spec", "x"])
        let grown = Samples.rendering([growing]).problems
        #expect(grown.map(\.code) == [.objectTooLarge])
    }

    @Test("an identity that cannot be a label is refused before anything is written")
    func identity() {
        var identity = Samples.identity
        identity.hub = "not a label"
        identity.uid = ""
        let rendering = Renderer(identity: identity, spec: Samples.spec([Samples.gateway]), options: Samples.options)
            .render(all: [Samples.west])
        #expect(rendering.problems.map(\.path) == ["metadata.uid", "--hub-id"])
        #expect(rendering.sets.isEmpty)
    }

    @Test("a flood of problems is cut, with a word about the rest")
    func flood() {
        let objects = (0..<64).map { index -> JSONValue in
            var object = Samples.route
            object.set(["a": .integer(Int64(index)), "b": 2], at: ["status"])
            object.set("UPPER", at: ["metadata", "name"])
            return object
        }
        let rendering = Samples.rendering(objects)
        #expect(rendering.problems.count == RenderBudget.problems + 1)
        #expect(rendering.problems.last?.code == .furtherProblems)
    }

    @Test("too many labels read are refused")
    func labels64() {
        var gateway = Samples.gateway
        var target = Samples.west
        var text = ""
        for index in 0...RenderBudget.labels {
            target.labels["l\(index)"] = "v"
            text += "$(LABEL:l\(index))"
        }
        gateway.set(.string(text), at: ["spec", "a"])
        #expect(Samples.rendering([gateway], targets: [target]).problems.map(\.code) == [.tooManyLabels])
    }

    @Test("a problem reads as one sentence that names what, where and how to mend it")
    func description() {
        let problem = RenderProblem(
            .patchFailed, target: "eu-1", template: "route", override: "eu-timeout", operation: 2,
            path: "spec.overrides[0].jsonPatch[2]", message: "wrong", remedy: "mend it")
        #expect(
            problem.description == "override eu-timeout operation 2, template route, target eu-1: "
                + "spec.overrides[0].jsonPatch[2]: wrong; mend it")
    }

    @Test("another cluster of a zone gets only the entries for every cluster, a target of the level all of them")
    func everyCluster() throws {
        var spec = Samples.spec([Samples.vip, Samples.gateway, Samples.route])
        spec.trafficTemplate[2].placement = .everyCluster
        var other = Samples.east
        other.placement = .everyCluster
        let rendering = Renderer(identity: Samples.identity, spec: spec, options: Samples.options)
            .render(all: [Samples.west, other])
        #expect(rendering.sets.map { $0.objects.map(\.template) } == [["t0", "t1", "t2"], ["t2"]])
        #expect(rendering.problems.isEmpty)
    }

    @Test("what goes only to gateway clusters hinders no other cluster of a zone")
    func notConcerned() {
        var gateway = Samples.gateway
        gateway.set("$(LABEL:rack)", at: ["metadata", "labels"])
        gateway.set(["rack": "$(LABEL:rack)"], at: ["metadata", "labels"])
        var spec = Samples.spec([gateway, Samples.route])
        spec.trafficTemplate[1].placement = .everyCluster
        var other = Samples.east
        other.placement = .everyCluster
        let renderer = Renderer(identity: Samples.identity, spec: spec, options: Samples.options)
        #expect(renderer.render(other).problems.isEmpty)
        #expect(renderer.render(Samples.east).problems.map(\.code) == [.labelMissing])
    }

    @Test("overrides that omit all that another cluster of a zone gets are refused as for any target")
    func nothingLeft() {
        var spec = Samples.spec([Samples.gateway, Samples.route])
        spec.trafficTemplate[1].placement = .everyCluster
        spec.overrides = [Override(name: "none", resources: [ResourceSelector(template: "t1")], change: .omit)]
        var other = Samples.east
        other.placement = .everyCluster
        let renderer = Renderer(identity: Samples.identity, spec: spec, options: Samples.options)
        #expect(renderer.render(other).problems.map(\.code) == [.nothingLeft])
        #expect(renderer.render(Samples.east).set?.objects.map(\.template) == ["t0"])
    }
}
