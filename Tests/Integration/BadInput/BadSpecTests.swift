import JSONValue
import KubeModel
import Testing

extension Integration {
    @Suite("Bad input: AccessPoints")
    struct BadSpecTests {
        private static let namespace = "bad"

        /// The namespace in which all of them are tried; made by the first.
        private static let prepared = Once { (site: Site) in try await site.namespace(namespace) }

        @Test("the API server refuses by its schema", arguments: BadSpec.atTheServer)
        func atTheServer(row: BadSpec) async throws {
            let site = try await Site.operated()
            try await Self.prepared(site)
            let output = try await site.kubectl.attempt(
                ["create", "--validate=false", "-f", "-"],
                input: try row.manifest(name: "wrong", namespace: Self.namespace))
            #expect(!output.succeeded)
            for part in row.says { #expect(output.stderr.contains(part), "no '\(part)' in: \(output.stderr)") }
            #expect(try await site.kubectl.get("axp", "wrong", namespace: Self.namespace) == nil)
        }

        @Test(
            "a condition names the field and the remedy, and no member is touched",
            arguments: BadSpec.byRule + BadSpec.byRendering)
        func byCondition(row: BadSpec) async throws {
            let site = try await Site.operated()
            try await Self.prepared(site)
            guard case .condition(let type, let reason) = row.door else { throw StageError("no condition is named") }
            // A name of its own, so that what is found in members can be this row's alone.
            let manifest = try row.manifest(name: "wrong-\(row.number)", namespace: Self.namespace)
            let created = try await site.kubectl(
                "apply", "--validate=false", "-f", "-", "-o", "jsonpath={.metadata.name}", input: manifest)
            do {
                try await expectRefused(row, created, type, reason, site)
            } catch {
                try await remove(created, site)
                throw error
            }
            try await remove(created, site)
        }

        private func expectRefused(_ row: BadSpec, _ name: String, _ type: String, _ reason: String, _ site: Site)
            async throws
        {
            let view = try await site.until("\(type) is False", name, in: Self.namespace, within: .seconds(15)) {
                $0.condition(type)?.status == .false && $0.condition("Ready") != nil
            }
            let condition = view.condition(type)
            #expect(condition?.reason == reason)
            let message = condition?.message ?? ""
            for part in row.says.map({ $0.replacing("SPACE", with: Self.namespace) }) {
                #expect(message.contains(part), "no '\(part)' in: \(message)")
            }
            #expect(view.condition("Ready")?.status == .false)
            #expect(view.inFlight.isEmpty && view.holding.isEmpty)
            for member in Fleet.members {
                let written = try await site.chronicle(member).record.entries(of: name, in: Self.namespace)
                #expect(written.isEmpty, "\(member) was touched")
            }
        }

        private func remove(_ name: String, _ site: Site) async throws {
            try await site.kubectl("delete", "axp", name, "-n", Self.namespace, "--timeout=20s")
        }

        @Test("an override that matches nothing is carried out as nothing, but said in Accepted")
        func unmatched() async throws {
            let site = try await Site.operated()
            try await site.namespace("unmatched")
            let manifest = AccessPointManifest(namespace: "unmatched", paused: true).yaml
                .replacing("targets: {regions: [eu-central]}", with: "targets: {regions: [mars]}")
                .replacing("{template: route}", with: "{template: rout}")
            try await site.kubectl.apply(manifest)
            let view = try await site.until("the spec is accepted", in: "unmatched") { $0.isTrue("Accepted") }
            let message = view.condition("Accepted")?.message ?? ""
            for part in ["spec.overrides[0]", "eu-timeout", "matches no target", "correct"] {
                #expect(message.contains(part), "no '\(part)' in: \(message)")
            }
        }

        @Test("a level that changes is refused, and what is there stays")
        func immutableLevel() async throws {
            let site = try await Site.operated()
            try await site.namespace("level")
            let manifest = AccessPointManifest(namespace: "level")
            try await site.rollOut(manifest)
            let before = try await site.writes(in: "level")
            try await site.kubectl(
                "patch", "axp", "checkout", "-n", "level", "--type=merge", "-p",
                #"{"spec":{"scope":{"level":"Cluster"}}}"#)
            let view = try await site.until("the change is refused", in: "level") {
                $0.condition("Accepted")?.status == .false
            }
            #expect(view.condition("Accepted")?.message.contains("scope.level is immutable") ?? false)
            #expect(try await site.writes(in: "level") == before)
        }
    }
}

/// Something that is done once for all the tests of a suite.
actor Once {
    private let work: @Sendable (Site) async throws -> Void
    private var task: Task<Void, any Error>?

    init(_ work: @escaping @Sendable (Site) async throws -> Void) { self.work = work }

    func callAsFunction(_ site: Site) async throws {
        if let task { return try await task.value }
        let task = Task { [work] in try await work(site) }
        self.task = task
        try await task.value
    }
}
