import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Rollout
import Testing
import TrafficModel

@testable import Operator

@Suite("Objects that are not the AccessPoint's own")
struct TakeoverTests {
    /// Whose marks a live object carries.
    struct Marks: Sendable, CustomTestStringConvertible {
        var name: String
        var uid: String
        var hub = "h"

        var testDescription: String { "\(name) uid \(uid) hub \(hub)" }

        static let own = Marks(name: "checkout", uid: "u1")
        static let restored = Marks(name: "checkout", uid: "u0")
        static let other = Marks(name: "cart", uid: "u2")
        static let remade = Marks(name: "cart", uid: "u3")
        static let gone = Marks(name: "basket", uid: "u4")
        static let elsewhere = Marks(name: "checkout", uid: "u5", hub: "h2")
        static let stolen = Marks(name: "checkout", uid: "u2")
    }

    /// What is on this host: shop/checkout is u1, shop/cart is u2.
    static func owner(_ uid: String, _ key: ObjectKey) -> ObjectKey? {
        let host = ["u1": "checkout", "u2": "cart"]
        let name = host[uid] ?? host.values.first { $0 == key.name }
        return name.map { ObjectKey(namespace: "shop", name: $0) }
    }

    func rights(_ resolution: RuntimePolicy.ConflictResolution) -> TakeoverRights {
        TakeoverRights(resolution: resolution, owner: Self.owner)
    }

    func decide(_ marks: Marks?, _ resolution: RuntimePolicy.ConflictResolution, timeout: String = "3s") throws
        -> WriteDecision
    {
        let rendered = try Rendered.set([Rendered.route()]).objects[0]
        var live = Rendered.stored(try Rendered.set([Rendered.route(timeout)]).objects[0])
        for key in Names.Annotation.marks { live.setAnnotation(key, to: nil) }
        for key in Names.Label.marks { live.setLabel(key, to: nil) }
        if let marks {
            live.setLabel(Names.Label.managedBy, to: Names.managedBy)
            live.setLabel(Names.Label.namespace, to: "shop")
            live.setLabel(Names.Label.accessPoint, to: marks.name)
            live.setLabel(Names.Label.uid, to: marks.uid)
            live.setLabel(Names.Label.hub, to: marks.hub)
        }
        return WriteDecision.decide(rendered: rendered, live: live, rights: rights(resolution))
    }

    func refusal(_ decision: WriteDecision) -> ObjectFailure? {
        guard case .refuse(let failure) = decision else { return nil }
        return failure
    }

    static let update = WriteDecision.update(uid: "9f", resourceVersion: "41", removal: nil)
    static let taking = WriteDecision.update(uid: "9f", resourceVersion: "41", removal: nil, takes: true)

    @Test(
        "what another AccessPoint of this host has is never taken", arguments: RuntimePolicy.ConflictResolution.allCases
    )
    func owned(_ resolution: RuntimePolicy.ConflictResolution) throws {
        for marks in [Marks.other, .remade, .stolen] {
            let failure = refusal(try decide(marks, resolution))
            #expect(failure?.reason == .objectOwned, "\(marks)")
            #expect(failure?.message.contains("belongs to AccessPoint shop/cart") == true, "\(marks)")
        }
    }

    @Test(
        "after a restore of the host the objects of the same AccessPoint are its own, whatever the policy",
        arguments: RuntimePolicy.ConflictResolution.allCases)
    func restored(_ resolution: RuntimePolicy.ConflictResolution) throws {
        #expect(try decide(.restored, resolution, timeout: "5s") == Self.update)
        #expect(try decide(.restored, resolution) == Self.update)
    }

    @Test("a foreign object is left alone by Abort, which says how it could be taken over", arguments: ["3s", "5s"])
    func abort(_ timeout: String) throws {
        for marks in [nil, Marks.gone, .elsewhere] {
            let failure = refusal(try decide(marks, .abort, timeout: timeout))
            #expect(failure?.reason == (marks == nil ? .objectExists : .objectOwned))
            let remedy = timeout == "3s" ? "conflictResolution: Adopt" : "conflictResolution: Overwrite"
            #expect(failure?.message.contains(remedy) == true)
        }
    }

    @Test("Adopt takes over what equals the rendering, our marks aside, and nothing else")
    func adopt() throws {
        for marks in [nil, Marks.gone, .elsewhere] {
            #expect(try decide(marks, .adopt) == Self.taking)
            let failure = refusal(try decide(marks, .adopt, timeout: "5s"))
            #expect(failure?.message.contains("differs from the rendering at /spec/http/0/timeout") == true)
            #expect(failure?.mayPass == false)
        }
    }

    @Test("Overwrite takes over anything that no AccessPoint of this host has")
    func overwrite() throws {
        for marks in [nil, Marks.gone, .elsewhere] {
            #expect(try decide(marks, .overwrite, timeout: "5s") == Self.taking)
        }
    }

    @Test("a message never names the AccessPoint itself as the owner")
    func noSelf() throws {
        for marks in [Marks.own, .restored] {
            for resolution in RuntimePolicy.ConflictResolution.allCases {
                #expect(refusal(try decide(marks, resolution, timeout: "5s")) == nil)
            }
        }
        let elsewhere = refusal(try decide(.elsewhere, .abort))
        #expect(elsewhere?.message.contains("AccessPoint shop/checkout of another host") == true)
    }

    @Test("where the host cannot be asked, what the labels say is believed")
    func believed() throws {
        let rendered = try Rendered.set([Rendered.route()]).objects[0]
        var live = Rendered.stored(rendered)
        live.setLabel(Names.Label.uid, to: "u0")
        #expect(WriteDecision.decide(rendered: rendered, live: live) == Self.update)
        live.setLabel(Names.Label.accessPoint, to: "cart")
        #expect(refusal(WriteDecision.decide(rendered: rendered, live: live))?.reason == .objectOwned)
    }

    @Test("an object that is taken over says with which revision, and keeps saying so")
    func mark() async throws {
        let set = try Rendered.set([Rendered.route()])
        var foreign = Rendered.stored(set.objects[0])
        for key in Names.Label.marks { foreign.setLabel(key, to: nil) }
        let member = ScriptedMember([(200, foreign.json), (200, foreign.json)])
        var writer = try member.writer()
        writer.rights = rights(.adopt)
        writer.revisions.written = .init("4-0123456789")
        #expect(await writer.apply(set) == nil)
        #expect(
            member.lines == ["GET \(MemberWriterTests.route)", "PATCH \(MemberWriterTests.route) force=true"])
        let path = ["metadata", "annotations", Names.Annotation.adopted]
        #expect(member.body(1)?.value(at: path) == "4-0123456789")
        #expect(member.body(1)?.value("metadata", "uid") == "9f")
        #expect(member.body(1)?.value("metadata", "resourceVersion") == "41")

        var ours = Rendered.stored(set.objects[0])
        ours.setAnnotation(Names.Annotation.adopted, to: "4-0123456789")
        let later = ScriptedMember([(200, ours.json)])
        var next = try later.writer(holding: [ours])
        next.revisions.written = .init("5-0123456789")
        #expect(await next.apply(try Rendered.set([Rendered.route("5s")])) == nil)
        #expect(later.body(0)?.value(at: path) == "4-0123456789")
    }

    @Test("a dry run of a takeover writes nothing and is not spoken of")
    func dryRun() async throws {
        let set = try Rendered.set([Rendered.route()])
        var foreign = Rendered.stored(set.objects[0])
        for key in Names.Label.marks { foreign.setLabel(key, to: nil) }
        let member = ScriptedMember([(200, foreign.json), (200, foreign.json)])
        var writer = try member.writer()
        writer.rights = rights(.overwrite)
        writer.say = { Issue.record("said \($0)") }
        #expect(await writer.preflight(set).isEmpty)
        #expect(member.lines.last == "PATCH \(MemberWriterTests.route) force=true dryRun=All")
    }

    @Test("a port of a Service that changes its number changes in one request, and is tried as it will be written")
    func ports() async throws {
        var old = Rendered.service
        old.set([["name": "https", "port": 8443, "protocol": "TCP"]], at: ["spec", "ports"])
        let set = try Rendered.set([Rendered.service])
        var foreign = Rendered.stored(try Rendered.set([old]).objects[0])
        for key in Names.Label.marks { foreign.setLabel(key, to: nil) }
        let ports = set.objects[0].body.value("spec", "ports") ?? .null
        let trial = ScriptedMember([(200, foreign.json), (200, foreign.json)])
        var writer = try trial.writer()
        writer.rights = rights(.overwrite)
        #expect(await writer.preflight(set).isEmpty)
        #expect(trial.lines == ["GET \(MemberWriterTests.vip)", "PATCH \(MemberWriterTests.vip) dryRun=All"])
        let tried = trial.body(1)?.arrayValue ?? []
        #expect(tried.contains(["op": "replace", "path": "/spec/ports", "value": ports]))
        #expect(tried.contains { $0["path"] == "/spec/type" })
        #expect(!tried.contains { $0["op"] == "remove" })

        let real = ScriptedMember([(200, foreign.json), (200, foreign.json), (200, foreign.json)])
        writer = try real.writer()
        writer.rights = rights(.overwrite)
        #expect(await writer.apply(set) == nil)
        #expect(
            real.lines == [
                "GET \(MemberWriterTests.vip)", "PATCH \(MemberWriterTests.vip)",
                "PATCH \(MemberWriterTests.vip) force=true",
            ])
        #expect(real.body(1)?.arrayValue?.last == ["op": "replace", "path": "/spec/ports", "value": ports])
    }
}
