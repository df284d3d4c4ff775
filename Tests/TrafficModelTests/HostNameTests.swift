import KubeModel
import Testing
import TrafficModel

@Suite struct HostNameTests {
    /// The examples of Istio's `pkg/config/host/name.go`, and its edge cases.
    @Test(
        "two hosts overlap as in Istio",
        arguments: [
            ("foo.com", "foo.com", true), ("foo.com", "bar.com", false), ("*.com", "foo.com", true),
            ("bar.com", "*.com", true), ("*.foo.com", "foo.com", false), ("*", "foo.com", true), ("*", "*.com", true),
            ("*.com", "*.foo.com", true), ("*.foo.com", "*.bar.com", false), ("*-web.foo.com", "a-web.foo.com", true),
            ("*-web.foo.com", "web.foo.com", false), ("*", "*", true), ("", "", true), ("", "*", true),
            ("foo.com", "FOO.com", false), ("e\u{301}.com", "\u{e9}.com", false),
        ])
    func overlap(one: String, other: String, expected: Bool) {
        #expect(HostName(one).overlaps(HostName(other)) == expected)
        #expect(HostName(other).overlaps(HostName(one)) == expected)
    }

    @Test(
        "covering goes one way only",
        arguments: [
            ("foo.com", "*.com", true), ("*.com", "foo.com", false), ("*.foo.com", "*.com", true),
            ("*.com", "*.foo.com", false), ("*", "*", true), ("*.com", "*", true), ("*", "*.com", false),
        ])
    func covered(name: String, by other: String, expected: Bool) {
        #expect(HostName(name).isCovered(by: HostName(other)) == expected)
    }

    @Test(
        "only a name without a dot is short",
        arguments: [
            ("reviews", "reviews.shop.svc.cluster.local"), ("reviews.prod", "reviews.prod"),
            ("reviews.prod.svc.cluster.local", "reviews.prod.svc.cluster.local"), ("example.com", "example.com"),
            ("*", "*"), ("*.com", "*.com"), ("", ""), ("10.0.0.1", "10.0.0.1"), ("::1", "::1"),
            ("1", "1.shop.svc.cluster.local"),
        ])
    func shortNames(text: String, expected: String) {
        let host = HostName.resolving(text, namespace: "shop", clusterDomain: "cluster.local")
        #expect(host.text == expected)
    }

    @Test("a name of the cluster's domain stands for a Service")
    func services() {
        let domain = "corp.internal"
        let reviews = HostName("reviews.shop.svc.corp.internal").service(clusterDomain: domain)
        #expect(reviews == ObjectKey(namespace: "shop", name: "reviews"))
        for text in [
            "reviews.shop.svc.cluster.local", "shop.svc.corp.internal", "a.b.c.svc.corp.internal",
            ".shop.svc.corp.internal", "reviews.shop", "svc.corp.internal", "",
        ] {
            #expect(HostName(text).service(clusterDomain: domain) == nil, "\(text)")
        }
    }
}
