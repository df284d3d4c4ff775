import KubeModel
import Testing

@testable import Operator

@Suite("What several targets refuse")
struct RefusalDigestTests {
    func failure(_ name: String, _ message: String) -> ObjectFailure {
        ObjectFailure(
            template: "t0", kind: "Service", key: ObjectKey(namespace: "shop", name: name), reason: .dryRunFailed,
            message: message)
    }

    @Test("the same words of several targets are said once, whatever cluster they name")
    func collapsed() {
        let messages = RefusalDigest.messages(
            ["eu-1", "eu-2", "us-1"].map { ($0, failure("web", "cannot apply on cluster \($0): 422 Invalid")) })
        #expect(messages == ["eu-1 and 2 more: Service shop/web cannot apply on cluster eu-1: 422 Invalid"])
    }

    @Test("one target is named alone, and other words are told apart, in the order of their first target")
    func apart() {
        let messages = RefusalDigest.messages([
            ("eu-1", failure("web", "a")), ("eu-1", failure("api", "a")), ("eu-2", failure("web", "b")),
            ("us-1", failure("web", "a")),
        ])
        #expect(
            messages == ["eu-1 and 1 more: Service shop/web a", "eu-1: Service shop/api a", "eu-2: Service shop/web b"])
    }

    @Test("nothing refused is nothing said")
    func none() { #expect(RefusalDigest.messages([]).isEmpty) }
}
