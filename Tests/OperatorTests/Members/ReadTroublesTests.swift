import JSONValue
import KubeModel
import KubeRuntime
import Testing
import TrafficModel

@testable import Operator

@Suite("Reads of a member that fail")
struct ReadTroublesTests {
    private static let kind = ReadTroubles.Subject.objects(.gateway)

    private static func at(_ seconds: Int) -> Moment { Moment(.seconds(seconds)) }

    @Test("what was seen before stands for half a minute of failures, and does not count after it")
    func grace() {
        var troubles = ReadTroubles()
        let news1 = troubles.failed(Self.kind, "403", now: Self.at(100))
        #expect(!news1)
        let news2 = troubles.failed(Self.kind, "403", now: Self.at(129))
        #expect(!news2)
        #expect(troubles.text == nil)
        let news3 = troubles.failed(Self.kind, "403 again", now: Self.at(130))
        #expect(news3)
        #expect(troubles.text == "403 again")
        let news4 = troubles.failed(Self.kind, "403", now: Self.at(140))
        #expect(!news4, "it is told once")
    }

    @Test("an answer ends a series, so that failures now and then are no trouble")
    func answered() {
        var troubles = ReadTroubles()
        for second in stride(from: 0, to: 600, by: 20) {
            let news5 = troubles.failed(Self.kind, "reset", now: Self.at(second))
            #expect(!news5)
            let news6 = troubles.answered(Self.kind)
            #expect(!news6)
        }
        _ = troubles.failed(Self.kind, "reset", now: Self.at(600))
        _ = troubles.failed(Self.kind, "reset", now: Self.at(640))
        #expect(troubles.text == "reset")
        let news7 = troubles.answered(Self.kind)
        #expect(news7)
        #expect(troubles.text == nil)
    }

    @Test("an answer about one kind says nothing about another")
    func subjects() {
        var troubles = ReadTroubles()
        for second in [0, 31] {
            _ = troubles.failed(Self.kind, "403", now: Self.at(second))
            _ = troubles.failed(.discovery, "500", now: Self.at(second))
        }
        let news8 = troubles.answered(.objects(.service))
        #expect(!news8)
        let news9 = troubles.answered(.discovery)
        #expect(!news9)
        #expect(troubles.text == "403")
    }

    @Test("a member that was away has the grace anew when it answers")
    func forgiven() {
        var troubles = ReadTroubles()
        _ = troubles.failed(Self.kind, "refused", now: Self.at(0))
        _ = troubles.failed(Self.kind, "refused", now: Self.at(50))
        troubles.forgive()
        #expect(troubles.text == nil)
        let news10 = troubles.failed(Self.kind, "refused", now: Self.at(51))
        #expect(!news10)
    }

    @Test("a cache whose lists can no longer be read is not complete, until they can or the kind is gone")
    func cache() {
        let cache = MemberCache()
        cache.discovered([.gateway: "v1"])
        cache.stores[.gateway]?.apply(.replace([], resourceVersion: "7", isRebase: false))
        #expect(cache.isComplete)
        #expect(!cache.noted("403", of: Self.kind, now: Self.at(0)))
        #expect(cache.isComplete)
        #expect(cache.noted("403", of: Self.kind, now: Self.at(30)))
        #expect(!cache.isComplete)
        #expect(cache.trouble == "403")
        #expect(cache.noted(nil, of: Self.kind, now: Self.at(31)))
        #expect(cache.isComplete)
        for second in [40, 80] { _ = cache.noted("404", of: Self.kind, now: Self.at(second)) }
        #expect(!cache.isComplete)
        cache.discovered([:])
        cache.discovered([:])
        #expect(cache.noted("404", of: Self.kind, now: Self.at(90)), "a kind that is not served is not missed")
        #expect(cache.trouble == nil)
    }

    @Test("of the status of an object of Istio only what it says of the object is kept, of a Service all")
    func reduction() {
        let cache = MemberCache()
        let key = ObjectKey(namespace: "shop", name: "web")
        for kind in [TrafficKind.service, .virtualService] {
            var object = KubeObject(GroupVersionKind(group: kind.group, version: "v1", kind: kind.kind), key)
            object.status = ["observedGeneration": "3", "loadBalancer": ["ingress": [["ip": "198.51.100.10"]]]]
            object.resourceVersion = "8"
            cache.stores[kind]?.apply(.replace([], resourceVersion: "7", isRebase: false))
            cache.observe(kind, object)
        }
        #expect(cache.object(.service, key)?.status?["loadBalancer"] != nil)
        #expect(cache.object(.virtualService, key)?.status == ["observedGeneration": 3])
    }
}
