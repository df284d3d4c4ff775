import Testing

@testable import CurlTransport

@Suite("Requests that wait for a connection to share")
struct AdmissionGateTests {
    @Test("one request a server goes through at a time, in the order of arrival")
    func order() {
        var gate = AdmissionGate()
        let admitted = [gate.enter(1, "a"), gate.enter(2, "a"), gate.enter(3, "a"), gate.enter(4, "b")]
        #expect(admitted == [true, false, false, true])
        let next = [gate.leave(1, "a"), gate.leave(2, "a"), gate.leave(3, "a")]
        #expect(next == [2, 3, nil])
        let again = gate.enter(5, "a")
        #expect(again)
    }

    @Test("a request that gives up while it waits is passed over; one that is through already changes nothing")
    func givingUp() {
        var gate = AdmissionGate()
        let admitted = [gate.enter(1, "a"), gate.enter(2, "a"), gate.enter(3, "a")]
        #expect(admitted == [true, false, false])
        let next = [gate.leave(2, "a"), gate.leave(1, "a"), gate.leave(1, "a")]
        #expect(next == [nil, 3, nil])
        let late = gate.enter(4, "a")
        #expect(!late)
        let last = [gate.leave(3, "a"), gate.leave(9, "nowhere")]
        #expect(last == [4, nil])
    }
}
