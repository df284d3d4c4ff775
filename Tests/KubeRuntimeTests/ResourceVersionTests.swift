import KubeRuntime
import Testing

@Suite("Resource versions")
struct ResourceVersionTests {
    @Test(
        "integers are compared as integers of any size, anything else only for equality",
        arguments: [
            ("9", "10", .older), ("10", "9", .newer), ("10", "10", .same), ("abc", "abc", .same), ("", "", .same),
            ("184467440737095516150", "184467440737095516149", .newer), ("abc", "5", nil), ("5", "", nil),
            ("007", "8", nil), ("0", "1", nil), ("-1", "1", nil), ("1.0", "2", nil), ("\u{662}", "3", nil),
        ] as [(String, String, ResourceVersion.Order?)])
    func compares(_ left: String, _ right: String, _ order: ResourceVersion.Order?) {
        #expect(ResourceVersion.compare(left, right) == order)
    }

    @Test("of two versions without an order the later told counts")
    func newer() {
        #expect(ResourceVersion.newer("10", "9") == "10")
        #expect(ResourceVersion.newer("9", "10") == "10")
        #expect(ResourceVersion.newer("x", "9") == "9")
    }
}
