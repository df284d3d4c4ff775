import Rollout
import Testing

@Suite("Names of revisions")
struct RevisionNameTests {
    @Test("a name is a number, a dash and a hash, and reads back as it was written")
    func roundTrip() throws {
        let name = try #require(RevisionName("7-6c9f8d4b7"))
        #expect(name == RevisionName(number: 7, hash: "6c9f8d4b7"))
        #expect(name.description == "7-6c9f8d4b7")
    }

    @Test(
        "anything else is no name",
        arguments: ["", "7", "7-", "-abc", "0-abc", "-1-abc", "7-ABC", "7-a b", "x-abc", "99999999999999999999-a"])
    func refused(text: String) { #expect(RevisionName(text) == nil) }
}
