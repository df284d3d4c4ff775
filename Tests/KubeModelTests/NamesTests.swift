import KubeModel
import Testing

@Suite struct NamesTests {
    @Test(
        "an apiVersion splits into group and version and joins again",
        arguments: [
            ("v1", "", "v1"), ("networking.istio.io/v1", "networking.istio.io", "v1"), ("", "", ""),
            ("a/b/c", "a", "b/c"),
        ])
    func apiVersion(text: String, group: String, version: String) {
        let kind = GroupVersionKind(apiVersion: text, kind: "Thing")
        #expect(kind.group == group)
        #expect(kind.version == version)
        #expect(kind.apiVersion == text)
    }

    @Test(
        "a path names exactly one place",
        arguments: [
            ("", "v1", "services", "a", "web", nil, "/api/v1/namespaces/a/services/web"),
            ("", "v1", "services", nil, nil, nil, "/api/v1/services"),
            ("", "v1", "services", "", nil, nil, "/api/v1/services"),
            ("", "v1", "namespaces", nil, "kube-system", nil, "/api/v1/namespaces/kube-system"),
            ("apps", "v1", "deployments", "a", "b", "status", "/apis/apps/v1/namespaces/a/deployments/b/status"),
            ("apps", "v1", "deployments", "a", nil, "status", "/apis/apps/v1/namespaces/a/deployments"),
            (
                "", "v1", "services", "a", "system:x y/é?", nil,
                "/api/v1/namespaces/a/services/system%3Ax%20y%2F%C3%A9%3F"
            ),
            ("", "v1", "services", "a", "..", nil, "/api/v1/namespaces/a/services/%2E%2E"),
            ("", "v1", "services", "..", "x", nil, "/api/v1/namespaces/%2E%2E/services/x"),
            ("", "v1", "services", "a", "v1.2", nil, "/api/v1/namespaces/a/services/v1.2"),
        ] as [(String, String, String, String?, String?, String?, String)])
    func path(
        group: String, version: String, resource: String, namespace: String?, name: String?, subresource: String?,
        path: String
    ) {
        let collection = GroupVersionResource(group: group, version: version, resource: resource)
        #expect(collection.path(namespace: namespace, name: name, subresource: subresource) == path)
    }

    @Test("an empty name never widens a path to the collection")
    func emptyName() {
        let services = GroupVersionResource(group: "", version: "v1", resource: "services")
        #expect(services.path(ObjectKey(namespace: "a", name: "")) == "/api/v1/namespaces/a/services/%00")
    }

    @Test("names are equal only byte for byte")
    func bytes() {
        let (composed, decomposed) = ("\u{E9}", "e\u{301}")
        #expect(composed == decomposed)
        #expect(ObjectKey(namespace: nil, name: composed) != ObjectKey(namespace: nil, name: decomposed))
        #expect(ObjectKey(namespace: composed, name: "a") != ObjectKey(namespace: decomposed, name: "a"))
        #expect(
            GroupVersionKind(group: "", version: "v1", kind: composed)
                != GroupVersionKind(group: "", version: "v1", kind: decomposed))
        #expect(
            GroupVersionResource(group: composed, version: "v1", resource: "a")
                != GroupVersionResource(group: decomposed, version: "v1", resource: "a"))
    }

    @Test("keys sort by namespace, cluster-scoped first, then by name")
    func order() {
        let sorted = [
            ObjectKey(namespace: nil, name: "z"), ObjectKey(namespace: "a", name: "b"),
            ObjectKey(namespace: "a", name: "c"), ObjectKey(namespace: "b", name: "a"),
        ]
        #expect(sorted.reversed().sorted() == sorted)
        #expect(sorted.map(\.description) == ["z", "a/b", "a/c", "b/a"])
        #expect(ObjectKey(namespace: "", name: "a") == ObjectKey(namespace: nil, name: "a"))
    }

    @Test("kinds and collections sort by group, then version, then the last part")
    func orderOfKinds() {
        let kinds = ["v1/A", "v1/B", "v2/A"].map { GroupVersionKind(apiVersion: $0, kind: "K") }
        #expect(kinds.reversed().sorted() == kinds)
        let collections = ["a", "b"].map { GroupVersionResource(group: "g", version: "v1", resource: $0) }
        #expect(collections.reversed().sorted() == collections)
        #expect(Set(collections + collections).count == 2)
    }

    @Test("descriptions are what a person would type")
    func descriptions() {
        let gateways = GroupVersionResource(group: "networking.istio.io", version: "v1", resource: "gateways")
        #expect(gateways.description == "gateways.v1.networking.istio.io")
        #expect(GroupVersionResource(group: "", version: "v1", resource: "services").description == "services.v1")
        #expect(
            GroupVersionKind(group: "networking.istio.io", version: "v1", kind: "Gateway").description
                == "networking.istio.io/v1 Gateway")
    }
}
