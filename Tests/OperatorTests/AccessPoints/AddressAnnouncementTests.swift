import JSONValue
import Testing

@testable import Operator

@Suite("What is said of addresses")
struct AddressAnnouncementTests {
    func status(
        _ addresses: [String], reason: String = "", service: String = "vip", phase: String = "Available",
        lost: [String] = [], truncated: Bool = false
    ) -> JSONValue {
        func entries(_ values: [String]) -> JSONValue {
            .array(values.map { .object(["value": .string($0), "service": .string(service)]) })
        }
        let row: JSONValue = [
            "name": "a", "phase": .string(phase), "reason": .string(reason), "addresses": entries(addresses),
            "lostAddresses": entries(lost),
        ]
        return ["clusters": [["name": "b"], row], "summary": ["truncated": .bool(truncated)]]
    }

    func said(_ old: JSONValue?, _ new: JSONValue?) -> [String] { Announcement.addresses(old, new).map(\.note) }

    @Test("another address is told with both, as a warning of its own")
    func changed() throws {
        let said = Announcement.addresses(status(["192.0.2.1"]), status(["192.0.2.2", "192.0.2.3"]))
        let only = try #require(said.first)
        #expect(said.count == 1 && only.reason == "AddressChanged" && only.isWarning)
        #expect(only.note == "a: Service vip had address 192.0.2.1 and has 192.0.2.2, 192.0.2.3 now")
    }

    @Test("an address that is gone is told where the target says that it has none")
    func lost() {
        for reason in ["AddressPending", "AddressRefused", "ObjectMissing"] {
            #expect(
                said(status(["192.0.2.1"]), status([], reason: reason))
                    == ["a: Service vip has lost its address 192.0.2.1"])
        }
        // What is lost later is another loss, not the first once more.
        let losses = ["192.0.2.1", "192.0.2.2"].flatMap {
            Announcement.addresses(status([$0]), status([], reason: "AddressPending")).map(\.variant)
        }
        #expect(Set(losses).count == 2)
    }

    @Test("what a Service has after it had lost its address is told with the one that it had, and its loss once")
    func found() throws {
        let waiting = status([], reason: "AddressPending", phase: "Verifying", lost: ["192.0.2.1"])
        #expect(said(waiting, waiting).isEmpty)
        #expect(said(status([], reason: "ObjectMissing", lost: ["192.0.2.1"]), waiting).isEmpty)
        let other = Announcement.addresses(waiting, status(["192.0.2.9"]))
        #expect(other.map(\.note) == ["a: Service vip had address 192.0.2.1 and has 192.0.2.9 now"])
        #expect(other.first?.isWarning == true)
        let same = Announcement.addresses(waiting, status(["192.0.2.1"]))
        #expect(same.map(\.note) == ["a: Service vip has its address 192.0.2.1 again"])
        #expect(same.first?.isWarning == false)
        // What is lost of another Service is no address of this one.
        #expect(said(status([], service: "old", lost: ["192.0.2.1"]), status(["192.0.2.9"])).isEmpty)
    }

    @Test(
        "a Service that a revision no longer has did not lose its address",
        arguments: [("Available", "Applying"), ("Applying", "Verifying")])
    func renamed(_ before: String, _ after: String) {
        let now = status([], reason: "AddressPending", phase: after)
        #expect(said(status(["192.0.2.1"], phase: before), now).isEmpty)
        #expect(
            !said(status(["192.0.2.1"], phase: "Soaking"), status([], reason: "AddressPending", phase: "Verifying"))
                .isEmpty)
    }

    @Test("an address that was changed while its cluster was away is told when it is back")
    func away() {
        let away = status(["192.0.2.1"], reason: "ClusterUnreachable", phase: "Unreachable")
        #expect(said(status(["192.0.2.1"]), away).isEmpty && said(away, status(["192.0.2.1"])).isEmpty)
        #expect(said(away, status(["192.0.2.9"])) == ["a: Service vip had address 192.0.2.1 and has 192.0.2.9 now"])
        #expect(said(away, status([], reason: "AddressPending")) == ["a: Service vip has lost its address 192.0.2.1"])
        // Its row may have been cut to the first of them, and the status fits again.
        #expect(said(away, status(["192.0.2.1", "192.0.2.2"])).isEmpty)
        let pending = status(["192.0.2.1"], reason: "ObservationPending")
        #expect(said(pending, status(["192.0.2.1", "192.0.2.2"])).isEmpty)
        for phase in ["Available", "Failed"] {
            #expect(said(status(["192.0.2.1"], phase: phase), status(["192.0.2.1", "192.0.2.2"])).count == 1)
        }
    }

    @Test("of very many addresses that change at once the first are told, and how many others there are")
    func many() {
        func fleet(_ network: String, _ count: Int) -> JSONValue {
            let rows = (0..<count).map { index in
                JSONValue.object([
                    "name": .string("c\(index)"), "phase": "Available",
                    "addresses": [["value": .string("\(network).\(index)"), "service": "vip"]],
                ])
            }
            return ["clusters": .array(rows)]
        }
        #expect(said(fleet("192.0.2", 5), fleet("198.51.100", 5)).count == 5)
        let many = said(fleet("192.0.2", 200), fleet("198.51.100", 200))
        #expect(many.count == 5)
        #expect(
            many.last == "c4: Service vip had address 192.0.2.4 and has 198.51.100.4 now"
                + ", and 195 more Services have another address")
    }

    @Test("the first address, another order, what cannot be seen and what was cut are no change")
    func silence() {
        let one = status(["192.0.2.1"])
        #expect(said(nil, one).isEmpty)
        #expect(said(status([], reason: "AddressPending"), one).isEmpty)
        #expect(said(one, one).isEmpty)
        #expect(said(status(["192.0.2.1", "192.0.2.2"]), status(["192.0.2.2", "192.0.2.1"])).isEmpty)
        #expect(said(one, status([], reason: "ClusterUnreachable")).isEmpty)
        #expect(said(one, status(["192.0.2.9"], service: "other")).isEmpty)
        #expect(said(one, ["clusters": [["name": "b"]]]).isEmpty)
        #expect(said(status(["192.0.2.1", "192.0.2.2"]), status(["192.0.2.1"], truncated: true)).isEmpty)
        // Of a status that was cut elsewhere an address that is another one is told.
        #expect(said(one, status(["192.0.2.9"], truncated: true)).count == 1)
        #expect(said(status(["192.0.2.1"], truncated: true), status(["192.0.2.1", "192.0.2.2"])).isEmpty)
        #expect(said(one, status([], reason: "AddressPending", truncated: true)).count == 1)
    }
}
