import AccessPointAPI
import JSONValue
import KubeModel
import Testing

@testable import Operator
@testable import Rollout
@testable import TrafficModel

@Suite("Status: the size of a large fleet")
struct StatusSizeTests {
    /// 500 targets with names of a real length.
    private func fleet(_ change: (Int, inout StatusScene, inout TargetInput) -> Void = { _, _, _ in }) -> StatusScene {
        var scene = StatusScene.done()
        (scene.input.targets, scene.state.rows, scene.shown) = ([], [:], [:])
        for index in 0..<500 {
            let name = "us-west-az\(index % 3)-k\(index)"
            scene.state.rows[name] = TargetRow(revision: StatusScene.new)
            scene.shown[name] = RolloutView.Target(phase: .available, isUpdated: true, reason: nil)
            var target = TargetInput(
                TargetFacts(name: name, region: "us-west", availabilityZone: "us-west-az\(index % 3)"))
            (target.reachability, target.evidence) = (.reachable, StatusScene.evidence(index))
            change(index, &scene, &target)
            scene.input.targets.append(target)
        }
        return scene
    }

    @Test("500 healthy targets fit, and nothing is cut")
    func healthy() throws {
        let json = fleet().json()
        #expect(json.bytes().count <= AccessPointStatus.maxBytes)
        #expect(json["clusters"]?.arrayValue?.count == 500)
        #expect(json.value("summary", "truncated") == nil)
    }

    private static func long(_ index: Int) -> ObjectFailure {
        var failure = RowTests.failure
        failure.message = "\(index) " + String(repeating: "no ", count: 200)
        return failure
    }

    @Test("first the failed objects are left out, then the words of the healthy, and it is said")
    func failedResources() throws {
        let scene = fleet { index, _, target in
            target.failures = (0..<5).map { _ in Self.long(index) }
        }
        let json = scene.json()
        #expect(json.bytes().count <= AccessPointStatus.maxBytes)
        #expect(json.value("summary", "truncated") == true)
        let status = try AccessPointStatus.decode(json)
        #expect(status.clusters.count == 500)
        #expect(status.clusters.allSatisfy { $0.failedResources.isEmpty && $0.reason == "ApplyFailed" })
    }

    @Test("messages of targets that are not well stand as long as leaving out others is enough")
    func unwellKeepTheirWords() throws {
        let scene = fleet { index, scene, target in
            target.failures = [Self.long(index)]
            if index < 50 { scene.shown[target.facts.name]?.phase = .failed }
        }
        let status = try scene.status()
        #expect(status.summary.truncated == true)
        for row in status.clusters {
            #expect(row.message.isEmpty == (row.phase != .failed), "\(row.name) \(row.phase)")
        }
    }

    @Test("further addresses are the last to go, as records of names are made of them")
    func addresses() throws {
        let scene = fleet { index, _, target in
            target.evidence?.addresses[0].values.append(Address(kind: .ipAddress, value: "2001:db8::\(index)"))
            target.failures = [Self.long(index)]
        }
        let status = try scene.status()
        #expect(status.summary.truncated == true)
        #expect(status.clusters.allSatisfy { $0.addresses.count == 2 })
    }

    @Test("a fleet that has gone away with all its addresses fits, and keeps the first of each target")
    func away() throws {
        var scene = fleet { index, _, target in
            target.evidence?.addresses[0].values += (0..<15).map {
                Address(kind: .hostname, value: "\($0)-\(index)." + String(repeating: "a", count: 60) + ".example.com")
            }
        }
        try scene.store()
        for index in scene.input.targets.indices {
            scene.input.targets[index].reachability = .unreachable(lastSeen: StatusScene.now)
        }
        let json = scene.json()
        #expect(json.bytes().count <= AccessPointStatus.maxBytes)
        let status = try AccessPointStatus.decode(json)
        #expect(status.clusters.count == 500)
        #expect(status.clusters.allSatisfy { $0.phase == .unreachable && !$0.addresses.isEmpty })
    }

    @Test("in the worst case every word goes, and what the rollout remembers is whole")
    func worst() throws {
        let scene = fleet { index, scene, target in
            let name = target.facts.name
            target.failures = (0..<5).map { _ in Self.long(index) }
            scene.shown[name]?.phase = .failed
            scene.state.rows[name]?.waitingTime = StatusScene.now
            scene.state.inFlight[name] = JournalEntry(
                goal: .revision(StatusScene.new), purpose: .update, stamp: WriteStamp(epoch: 7, sequence: Int64(index)))
        }
        let json = scene.json()
        #expect(json.bytes().count <= AccessPointStatus.maxBytes)
        #expect(try RolloutState(status: json) == scene.state)
        #expect(json.value("summary", "truncated") == true)
    }

    @Test("beyond the rows that the schema takes, those go of which nothing is remembered")
    func rows() throws {
        var scene = fleet()
        for index in 0..<40 {
            var target = TargetInput(TargetFacts(name: "aa-new-\(index)", region: "r", availabilityZone: "z"))
            target.reachability = .reachable
            scene.input.targets.append(target)
        }
        let json = scene.json()
        #expect(json["clusters"]?.arrayValue?.count == 512)
        #expect(try RolloutState(status: json) == scene.state)
        #expect(json.value("summary", "truncated") == true)
    }

    @Test("more host names than the schema takes are cut, and it is said")
    func hosts() throws {
        var scene = StatusScene.done()
        scene.input.targets[0].evidence?.hosts = (0..<70).map {
            HostEvidence(hostname: "h\($0).example.com", verdict: nil)
        }
        let status = try scene.status()
        #expect(status.fqdns.count == 64)
        #expect(status.summary.truncated == true)
    }
}
