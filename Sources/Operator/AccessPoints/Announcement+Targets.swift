import AccessPointAPI
import JSONValue
import KubeModel

extension Announcement {
    /// What two committed statuses say happened to targets as a whole between them: their clusters cannot be looked into,
    /// or can be again, or somebody else writes at an object all the time.
    ///
    /// However many targets it happens to at once, it is told once for each reason: with the first names and a count.
    static func targets(_ old: JSONValue?, _ new: JSONValue?) -> [Announcement] {
        guard let rows = new?["clusters"]?.arrayValue, old?["clusters"]?.arrayValue != rows else { return [] }
        let earlier = (old?["clusters"]?.arrayValue ?? []).map { ($0["name"], $0) }
        let known = Dictionary(earlier, uniquingKeysWith: { first, _ in first })
        var bad: [String: [JSONValue]] = [:]
        var back: [JSONValue] = []
        for row in rows {
            let (now, before) = (trouble(of: row), known[row["name"]].flatMap(trouble))
            if let now, now != before { bad[now, default: []].append(row) }
            if before != nil, isUnreachable(known[row["name"]]), isSeen(row) { back.append(row) }
        }
        var said = bad.sorted { $0.key < $1.key }.map { reason, news in
            told(of: news, among: rows.count { trouble(of: $0) == reason }, reason: reason, isWarning: true) {
                $0["message"]?.stringValue ?? ""
            }
        }
        if !back.isEmpty {
            let away = known.values.count { isUnreachable($0) }
            said.append(
                told(of: back, among: away, reason: ReasonCode.clusterReachable.rawValue) { _ in
                    "can be looked into again"
                })
        }
        return said
    }

    /// The most targets of which the same is told with all their names, each time anew.
    private static let tellableNames = 4

    /// `count`: of how many targets that is so in all, be it news or not.
    private static func told(
        of rows: [JSONValue], among count: Int, reason: String, isWarning: Bool = false, _ words: (JSONValue) -> String
    ) -> Announcement {
        let names = rows.compactMap { $0["name"]?.stringValue }
        let said = rows.first.map(words) ?? ""
        let number = names.count > 1 ? "\(names.count) targets, " : ""
        return Announcement(
            isWarning: isWarning, reason: reason, action: "Observe",
            note: number + Text.list(names, most: tellableNames) + (said.isEmpty ? "" : ": \(said)"),
            // A fleet that goes away little by little is one series, and leaves room for other Events.
            variant: count > tellableNames ? "many" : names.joined(separator: " "))
    }

    /// The reason for which a person is told of a target; nil: there is none.
    private static func trouble(of row: JSONValue) -> String? {
        let reason = row["reason"]?.stringValue
        let told = [ReasonCode.applyConflict, .webhookUnavailable].map(\.rawValue)
        return isUnreachable(row) || reason.map(told.contains) ?? false ? reason : nil
    }

    static func isUnreachable(_ row: JSONValue?) -> Bool {
        row?["phase"]?.stringValue == TargetPhase.unreachable.rawValue
    }

    /// Whether a row rests on what is seen: one of a failed target does not tell.
    private static func isSeen(_ row: JSONValue) -> Bool {
        switch row["phase"]?.stringValue.flatMap(TargetPhase.init(rawValue:)) {
        case .pending, .applying, .verifying, .soaking, .available, .degraded: true
        case .failed, .unreachable, .removing, nil: false
        }
    }
}
