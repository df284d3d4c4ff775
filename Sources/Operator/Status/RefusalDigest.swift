import Rendering

/// Says once what several targets refused in the same words.
enum RefusalDigest {
    /// One message for each refusal, with the targets in front: `eu-1 and 2 more: Service shop/web ...`.
    ///
    /// Two refusals are the same if they differ in nothing but the name of the target.
    ///
    /// - Parameter refusals: targets and what each refused, in the order in which they are to be told.
    /// - Returns: the messages, in the order of their first target.
    static func messages(_ refusals: [(target: String, failure: ObjectFailure)]) -> [String] {
        var order: [String] = []
        var groups: [String: (targets: [String], text: String)] = [:]
        for (target, failure) in refusals {
            let text = failure.description
            let same = text.replacing(target, with: "\u{0}")
            if groups[same] == nil { order.append(same) }
            groups[same, default: ([], text)].targets.append(target)
        }
        return order.compactMap { groups[$0] }.map { group in
            let others = group.targets.count - 1
            return "\(group.targets.first ?? "")\(others > 0 ? " and \(others) more" : ""): \(group.text)"
        }
    }
}
