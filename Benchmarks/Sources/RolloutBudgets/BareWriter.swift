import Foundation
import JSONValue
import KubeClient
import KubeModel
import Synchronization

/// Sends what the operator sends, without an operator: the same bodies, in a namespace of its own.
struct BareWriter {
    static let namespace = "bare"
    /// Requests under way at once to one member, as many as the operator allows itself.
    static let width = 6

    private struct Copy: Sendable {
        var part: Part
        var key: ObjectKey
        var body: JSONValue
    }

    private let stage: Stage
    private let applications: [Application]
    /// Objects by member and application, with our marks renamed so that the operator does not take them for its own.
    private var copies: [[[Copy]]] = []
    private var journals: [JSONValue] = []
    private var accessPoints: [JSONValue] = []

    /// Takes the objects that the operator has brought into the members as the pattern.
    init(_ stage: Stage, _ applications: [Application]) throws {
        self.stage = stage
        self.applications = applications
        for member in stage.members {
            copies.append(
                try applications.map { application in
                    try Part.allCases.map { part in
                        guard let seen = stage.board.seen(member.name, part.rawValue, application.key) else {
                            throw Trouble("\(part.rawValue) \(application.key) is not in \(member.name)")
                        }
                        return try Self.copy(part, seen.object)
                    }
                })
        }
        for application in applications {
            guard let seen = stage.board.seen(stage.host.clusterName, "AccessPoint", application.key) else {
                throw Trouble("AccessPoint \(application.key) is not there")
            }
            journals.append(seen.object.status?["rollout"] ?? .null)
            var object = try application.accessPoint(1)
            object.set(.string(Self.namespace), at: ["metadata", "namespace"])
            accessPoints.append(object)
        }
    }

    private static func copy(_ part: Part, _ object: KubeObject) throws -> Copy {
        var body = object.json
        var metadata: JSONValue = ["name": .string(object.name), "namespace": .string(namespace)]
        for member in ["labels", "annotations"] {
            metadata.set(object.json.value("metadata", member), at: [member])
        }
        body.set(metadata, at: ["metadata"])
        let text = body.text().replacingOccurrences(of: "accesspoint.io/", with: "bare-point.io/")
            .replacingOccurrences(of: "\"accesspoint-operator\"", with: "\"accesspoint-bareone\"")
        return Copy(
            part: part, key: ObjectKey(namespace: namespace, name: object.name), body: try JSONValue(parsing: text))
    }

    /// The AccessPoints whose status is the journal; an operator that runs would take them up.
    func prepareJournal() async throws {
        for (object, application) in zip(accessPoints, applications) { try await stage.edit(object, key(application)) }
    }

    func removeJournal() async throws {
        for application in applications { try await stage.host.delete(Application.resource, key(application)) }
    }

    private func key(_ application: Application) -> ObjectKey {
        ObjectKey(namespace: Self.namespace, name: application.name)
    }

    /// Dry runs, journal and applies of all applications, six pieces of work at a time in each member.
    ///
    /// The journal is written once before the first target and once before the others, as two steps ask for.
    func writeAll(_ number: Int) async throws -> Duration {
        let begin = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, member) in stage.members.enumerated() {
                let line = Line(applications.count)
                for _ in 0..<Self.width {
                    group.addTask { [self] in
                        while let position = line.next() {
                            try await write(number, copies[index][position], member.client, dryRun: true)
                            if index < 2 { try await journal(position, number * 2 + index) }
                            try await write(number, copies[index][position], member.client, dryRun: false)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        return ContinuousClock.now - begin
    }

    /// The objects of one application, target after target, request after request.
    func writeInTurn(_ number: Int, application: Int, parts: Int, dryRuns: Bool) async throws -> Duration {
        let begin = ContinuousClock.now
        for (index, member) in stage.members.enumerated() {
            let objects = Array(copies[index][application].prefix(parts))
            if dryRuns { try await write(number, objects, member.client, dryRun: true) }
            try await write(number, objects, member.client, dryRun: false)
        }
        return ContinuousClock.now - begin
    }

    private func write(_ number: Int, _ objects: [Copy], _ client: KubeClient, dryRun: Bool) async throws {
        for object in objects {
            _ = try await client.apply(
                try object.part.body(object.body, number: number), resource: object.part.resource, key: object.key,
                fieldManager: "bare-writer", force: true, dryRun: dryRun)
        }
    }

    private func journal(_ position: Int, _ number: Int) async throws {
        let status: JSONValue = ["observedGeneration": .integer(Int64(number)), "rollout": journals[position]]
        _ = try await stage.host.mergePatch(
            ["status": status], resource: Application.resource, key: key(applications[position]),
            fieldManager: "bare-writer", subresource: "status")
    }

    /// Numbers that many workers take in turn.
    private final class Line: Sendable {
        private let numbers: Mutex<Range<Int>>
        init(_ count: Int) { numbers = Mutex(0..<count) }
        func next() -> Int? { numbers.withLock { $0.popFirst() } }
    }
}
