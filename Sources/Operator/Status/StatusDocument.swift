import AccessPointAPI
import JSONValue
import KubeModel
import Rollout

/// Writes a status as JSON together with what the rollout must remember, within the size that an object may have.
struct StatusDocument {
    private let previous: AccessPointStatus
    private let state: RolloutState?
    private let rollout: JSONObject?

    init(_ input: StatusInput, previous: AccessPointStatus, sights: [TargetSight]) {
        self.previous = previous
        state = input.rollout
        rollout = Self.rollout(input, sights)
    }

    /// The whole status: first without regard to size, then with ever more of its explanations left out.
    ///
    /// What the rollout remembers is never left out, whatever its size.
    func json(_ status: AccessPointStatus) -> JSONValue {
        var status = status
        limitRows(&status)
        var json = written(status)
        for cut in Cut.allCases where json.bytes().count > AccessPointStatus.maxBytes {
            status.summary.truncated = true
            for index in status.clusters.indices { cut.shorten(&status.clusters[index]) }
            json = written(status)
        }
        return json
    }

    /// What is left out of the rows, in this order.
    private enum Cut: CaseIterable {
        case failedResources, messagesOfHealthy, longMessages, messages, counts, furtherAddresses

        func shorten(_ row: inout ClusterRow) {
            switch self {
            case .failedResources: row.failedResources = []
            case .messagesOfHealthy:
                switch row.phase {
                case .available, .soaking, .pending: row.message = ""
                case .applying, .verifying, .degraded, .failed, .unreachable, .removing: break
                }
            case .longMessages: row.message = Text.cut(row.message, to: 80)
            case .messages: row.message = ""
            case .counts: (row.resources, row.certificates, row.routes) = (nil, nil, nil)
            case .furtherAddresses: (row.addresses, row.lostAddresses) = (Array(row.addresses.prefix(1)), [])
            }
        }
    }

    /// The most rows that the schema takes; rows with state come first.
    private static let rowLimit = 512

    private func limitRows(_ status: inout AccessPointStatus) {
        let excess = status.clusters.count - Self.rowLimit
        guard excess > 0 else { return }
        status.summary.truncated = true
        let idle = status.clusters.indices.filter { state?.rowFields(of: status.clusters[$0].name) == nil }
        let dropped = Set(idle.suffix(excess))
        status.clusters = status.clusters.indices.filter { !dropped.contains($0) }.map { status.clusters[$0] }
    }

    private func written(_ status: AccessPointStatus) -> JSONValue {
        var status = status
        guard let state else {
            // A state that cannot be read stays as it is stored.
            status.rollout = previous.rollout
            let before = Dictionary(previous.clusters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            for index in status.clusters.indices {
                guard let row = before[status.clusters[index].name] else { continue }
                status.clusters[index].takeState(of: row)
            }
            return status.json
        }
        var json = status.json
        json["rollout"] = rollout.flatMap { $0.isEmpty ? nil : .object($0) }
        let rows = status.json["clusters"]?.arrayValue ?? []
        if !rows.isEmpty {
            json["clusters"] = .array(
                rows.map { row in row.merged(state.rowFields(of: row["name"]?.stringValue ?? "")) })
        }
        return json
    }

    // MARK: Rollout

    private static func rollout(_ input: StatusInput, _ sights: [TargetSight]) -> JSONObject? {
        guard let state = input.rollout else { return nil }
        var fields = input.view?.fields ?? JSONObject()
        // What is remembered comes last: nothing that is only shown may stand in its place.
        for member in state.rolloutFields { fields[member.key] = member.value }
        // The word is for people: a rollout that is done is not what they ask after where a target serves nobody.
        if input.view?.phase == .healthy, sights.contains(where: \.isOutOfService) {
            fields["phase"] = .string(RolloutStatus.Phase.degraded.rawValue)
        }
        if let message = fields["message"]?.stringValue {
            fields["message"] = .string(Text.cut(Text.clean(message), to: 512))
        }
        if let display = fields["step"]?["display"]?.stringValue {
            fields["step"]?["display"] = .string(Text.cut(display, to: 80))
        }
        fields["revision"] = state.updateRevision.map { .integer($0.number) }
        if let steps = fields["steps"]?.arrayValue, let plan = input.plan {
            fields["steps"] = .array(steps.map { counted($0, plan, sights) })
        }
        return fields
    }

    /// A step with the number of its targets that are in service; what joined after the plan was made is in `rest`.
    private static func counted(_ step: JSONValue, _ plan: RolloutPlan, _ sights: [TargetSight]) -> JSONValue {
        let name = step["name"]?.stringValue ?? ""
        var targets = Set(plan.steps.first { $0.name == name }?.targets ?? [])
        if name == PlanStep.rest {
            targets.formUnion(Set(sights.filter(\.input.isPlaced).map(\.name)).subtracting(plan.targets))
        }
        let available = sights.count { targets.contains($0.name) && $0.isInService == true }
        var step = step
        step["available"] = .integer(Int64(available))
        return step
    }
}

extension TargetSight {
    /// Whether it has a revision, belongs to the placement and serves nobody.
    fileprivate var isOutOfService: Bool { input.isPlaced && isAssigned && isInService == false }
}

extension JSONValue {
    fileprivate func merged(_ fields: JSONObject?) -> JSONValue {
        var row = self
        for field in fields ?? JSONObject() {
            // The schema takes 256 characters; the words say why a person was asked, the decision does not rest on them.
            let text = field.key == "acceptedReason" ? field.value.stringValue : nil
            row[field.key] = text.map { .string(Text.cut(Text.clean($0), to: 256)) } ?? field.value
        }
        return row
    }
}

extension ClusterRow {
    /// Takes over what belongs to the rollout's state.
    fileprivate mutating func takeState(of row: ClusterRow) {
        (revision, updated) = (row.revision, row.updated)
        (waitingTime, healthyTime, repairTime) = (row.waitingTime, row.healthyTime, row.repairTime)
        (acceptedRevision, acceptedReason) = (row.acceptedRevision, row.acceptedReason)
    }
}
