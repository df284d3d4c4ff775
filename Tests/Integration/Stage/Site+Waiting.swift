import Foundation
import JSONValue
import KubeModel
import YAMLFormat

extension Site {
    /// Waits until an AccessPoint is as the predicate says, and returns it.
    @discardableResult
    func until(
        _ what: String, _ name: String = "checkout", in namespace: String, within limit: Duration = .seconds(45),
        _ holds: @Sendable (AccessPointView) -> Bool
    ) async throws -> AccessPointView {
        do {
            return try await host.until(what, within: limit) { record in
                record.accessPoint(name, in: namespace).flatMap { holds($0) ? $0 : nil }
            }
        } catch {
            var object = await host.record.object("AccessPoint", name, in: namespace)
            object?.json.set(nil, at: ["metadata", "managedFields"])
            throw StageError(
                """
                \(error)\(namespace)/\(name):
                \(object.map { YAML.text($0.json["status"] ?? .null) } ?? "does not exist")
                the operator's last lines:
                \(await Crew.shared.tail)
                """)
        }
    }

    /// Waits until the rollout waits at the gate of its canary.
    @discardableResult
    func untilCanaryGate(_ name: String = "checkout", in namespace: String) async throws -> AccessPointView {
        try await until("the rollout pauses on its canary", name, in: namespace) {
            $0.pauseReason == "CanaryGate" && $0.isTrue("Paused") && $0.row(Self.canary)["phase"] == "Available"
        }
    }

    /// Waits until everything is in place.
    @discardableResult
    func untilReady(_ name: String = "checkout", in namespace: String) async throws -> AccessPointView {
        try await until("Ready is True", name, in: namespace) { $0.isTrue("Ready") }
    }

    /// Waits for an Event about an AccessPoint with this reason and these words: Events come after what they tell of.
    func untilTold(_ reason: String, _ words: String = "", of name: String = "checkout", in namespace: String)
        async throws
    {
        _ = try await host.until("an Event tells \(reason) \(words)") { record in
            // Foundation finds no empty text in any other.
            record.events(of: name, in: namespace).contains {
                $0.reason == reason && (words.isEmpty || $0.note.contains(words))
            } ? true : nil
        }
    }

    /// Does what the message of a paused AccessPoint tells a person to do.
    func goOn(_ view: AccessPointView) async throws {
        guard let command = AccessPointView.command(of: view.message) else {
            throw StageError("the message ends with no command: \(view.message)")
        }
        let output = try await kubectl.typed(command)
        guard output.succeeded else { throw StageError("\(command): \(output.text)") }
    }

    /// Applies a manifest and lets it roll out through its canary gate to the end.
    @discardableResult
    func rollOut(_ manifest: AccessPointManifest) async throws -> AccessPointView {
        try await kubectl.apply(manifest.yaml)
        try await goOn(try await untilCanaryGate(manifest.name, in: manifest.namespace))
        return try await untilReady(manifest.name, in: manifest.namespace)
    }

    /// The objects of one AccessPoint in a member, as the watches show them.
    func objects(of name: String = "checkout", in namespace: String, _ member: String) async throws -> [KubeObject] {
        try await chronicle(member).record.owned(by: name, in: namespace)
    }

    /// Every member's objects of one AccessPoint, as `Kind name`.
    func inventory(of name: String = "checkout", in namespace: String) async throws -> [String: [String]] {
        var inventory: [String: [String]] = [:]
        for member in Fleet.members {
            let objects = try await objects(of: name, in: namespace, member)
            if !objects.isEmpty { inventory[member] = objects.map { "\($0.kind) \($0.name)" } }
        }
        return inventory
    }

    /// Waits until the chronicle of each member has seen what the member stores now, then returns its number of
    /// writes: all events but those of the cloud's addresses.
    func writes(in namespace: String, of name: String = "checkout") async throws -> [String: Int] {
        var writes: [String: Int] = [:]
        for member in Fleet.members {
            writes[member] = try await chronicle(member).record.entries(of: name, in: namespace).count
        }
        return writes
    }

    /// Starts a member's server again, and waits until its clients of this stage have noticed: the watches, and the
    /// cloud that gives addresses.
    func restart(_ name: String) async throws {
        try await fleet.restart(name)
        let probe = "awake"
        try await member(name).apply(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: \(probe), namespace: \(Self.gatewayNamespace)}
            spec: {type: LoadBalancer, ports: [{port: 1}]}
            """)
        _ = try await chronicle(name).until("the cloud serves \(name) again", within: .seconds(150)) { record in
            record.object("Service", probe, in: Self.gatewayNamespace)?.status?.value("loadBalancer", "ingress")
        }
        try await member(name)("delete", "service", probe, "-n", Self.gatewayNamespace)
    }
}
