import JSONValue
import KubeModel
import Testing

@Suite struct KubeObjectTests {
    static let service: JSONValue = [
        "apiVersion": "v1", "kind": "Service",
        "metadata": [
            "name": "web", "namespace": "shop", "uid": "u-1", "resourceVersion": "42", "generation": 3,
            "creationTimestamp": "2026-01-31T08:00:00Z", "deletionTimestamp": "2026-01-31T09:00:00Z",
            "labels": ["app": "web"], "annotations": ["note": "x"], "finalizers": ["a.io/x", "b.io/y"],
            "ownerReferences": [
                ["apiVersion": "apps/v1", "kind": "Deployment", "name": "d", "uid": "u-2", "controller": true],
                ["kind": "Incomplete"],
            ],
            "managedFields": [["manager": "kubectl"]],
        ],
        "spec": ["type": "ClusterIP"],
    ]

    @Test(
        "of managedFields only what others wrote into labels, annotations and spec is kept, and tells who wrote a place"
    )
    func writers() {
        func entry(_ manager: String, _ fields: JSONValue, _ time: String = "2026-01-01T00:00:00Z") -> JSONValue {
            ["manager": .string(manager), "time": .string(time), "fieldsV1": fields]
        }
        var object = KubeObject(
            lenient: [
                "metadata": [
                    "managedFields": [
                        entry("ours", ["f:spec": ["f:hosts": [:], "f:http": [:]]]),
                        entry("cloud", ["f:status": ["f:loadBalancer": [:]]]),
                        entry("edit", ["f:spec": ["f:hosts": [:], "f:ports": ["k:{\"port\":80}": ["f:port": [:]]]]]),
                        entry("late", ["f:spec": ["f:hosts": [:]]], "2026-02-01T00:00:00Z"),
                        entry("label", ["f:metadata": ["f:labels": [".": [:], "f:a/b": [:]]]]),
                    ]
                ]
            ])
        let whole = object
        object.reduceManagedFields(besides: "ours", limit: 4096)
        #expect(
            object.json.value("metadata", "managedFields")?.arrayValue?.map { $0["manager"] } == [
                "edit", "late", "label",
            ])
        func writer(_ tokens: String...) -> String? { object.writer(of: JSONPointer(tokens: tokens)) }
        #expect(writer("spec", "hosts", "0") == "late")
        #expect(writer("spec", "ports", "0", "port") == "edit")
        #expect(writer("metadata", "labels", "a/b") == "label")
        #expect(writer("metadata", "labels", "c") == nil && writer("spec", "http") == nil && writer("spec") == nil)
        object = whole
        object.reduceManagedFields(besides: "ours", limit: 50)
        #expect(object.metadata["managedFields"] == nil)
    }

    @Test("every member of the metadata is readable")
    func reads() throws {
        let object = try KubeObject(Self.service)
        #expect(object.gvk == GroupVersionKind(group: "", version: "v1", kind: "Service"))
        #expect(object.key == ObjectKey(namespace: "shop", name: "web"))
        #expect(object.uid == "u-1")
        #expect(object.resourceVersion == "42")
        #expect(object.generation == 3)
        #expect(object.creationTimestamp?.secondsSince1970 == 1_769_846_400)
        #expect(object.deletionTimestamp?.rfc3339 == "2026-01-31T09:00:00Z")
        #expect(object.isBeingDeleted)
        #expect(object.label("app") == "web")
        #expect(object.label("missing") == nil)
        #expect(object.annotation("note") == "x")
        #expect(object.finalizers == ["a.io/x", "b.io/y"])
        #expect(object.ownerReferences.map(\.uid) == ["u-2"])
        #expect(object.ownerReferences.first?.isController == true)
        #expect(object.spec?["type"] == "ClusterIP")
        #expect(object.status == nil)
        #expect(object.description == "Service shop/web")
    }

    @Test(
        "a lenient view of anything reads as empty and never traps",
        arguments: [
            .null, true, 1, 1.5, "text", [], [:], ["metadata": "text"], ["metadata": .null], ["metadata": []],
            ["metadata": ["name": 1, "labels": [], "finalizers": "x", "creationTimestamp": "yesterday"]],
        ] as [JSONValue])
    func lenient(json: JSONValue) {
        let object = KubeObject(lenient: json)
        #expect(object.apiVersion == "")
        #expect(object.kind == "")
        #expect(object.name == "")
        #expect(object.namespace == nil)
        #expect(object.uid == nil)
        #expect(object.resourceVersion == nil)
        #expect(object.generation == nil)
        #expect(object.creationTimestamp == nil)
        #expect(object.labels.isEmpty)
        #expect(object.annotations.isEmpty)
        #expect(object.finalizers.isEmpty)
        #expect(object.ownerReferences.isEmpty)
        #expect(!object.isBeingDeleted)
        #expect(object.spec == nil)
    }

    @Test(
        "the checked view names the member that is wrong",
        arguments: [
            (.null, ""), ([], ""), (["kind": "Service"], "apiVersion"), (["apiVersion": "v1"], "kind"),
            (["apiVersion": "", "kind": "A"], "apiVersion"), (["apiVersion": "v1", "kind": 1], "kind"),
            (["apiVersion": "v1", "kind": "A", "metadata": "x"], "metadata"),
        ] as [(JSONValue, String)])
    func checked(json: JSONValue, path: String) {
        let error = #expect(throws: KubeModelError.self) { try KubeObject(json) }
        #expect(error?.path == path)
    }

    @Test("an object made of its names has nothing else")
    func made() {
        let kind = GroupVersionKind(group: "apps", version: "v1", kind: "Deployment")
        #expect(
            KubeObject(kind, ObjectKey(namespace: "a", name: "b")).json
                == ["apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "b", "namespace": "a"]])
        #expect(KubeObject(kind, ObjectKey(namespace: nil, name: "b")).json["metadata"] == ["name": "b"])
    }

    @Test("setters change one member and leave the others")
    func setters() throws {
        var object = try KubeObject(Self.service)
        object.setLabel("tier", to: "front")
        object.setLabel("app", to: nil)
        object.setAnnotation("note", to: nil)
        object.finalizers.removeAll { $0 == "a.io/x" }
        object.dropManagedFields()
        object.resourceVersion = nil
        object.status = ["ready": true]
        #expect(object.labels == ["tier": "front"])
        #expect(object.metadata["annotations"] == nil)
        #expect(object.finalizers == ["b.io/y"])
        #expect(object.metadata["managedFields"] == nil)
        #expect(object.resourceVersion == nil)
        #expect(object.status == ["ready": true])
        #expect(object.uid == "u-1")
        object.finalizers = []
        object.ownerReferences = []
        #expect(object.metadata["finalizers"] == nil)
        #expect(object.metadata["ownerReferences"] == nil)
    }

    @Test("removing what is not there changes nothing")
    func removingNothing() {
        var object = KubeObject(lenient: ["kind": "A"])
        object.setLabel("x", to: nil)
        object.dropManagedFields()
        object.finalizers = []
        #expect(object.json == ["kind": "A"])
        object.setLabel("x", to: "y")
        #expect(object.json == ["kind": "A", "metadata": ["labels": ["x": "y"]]])
    }

    @Test("an owner reference reads back from what it writes")
    func owner() {
        let owner = OwnerReference(
            apiVersion: "v1", kind: "A", name: "b", uid: "c", isController: true, blocksOwnerDeletion: true)
        #expect(OwnerReference(owner.json) == owner)
        let plain = OwnerReference(apiVersion: "v1", kind: "A", name: "b", uid: "c")
        #expect(OwnerReference(plain.json) == plain)
    }
}
