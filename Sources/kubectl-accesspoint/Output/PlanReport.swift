import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import TrafficModel

/// A plan in the words and data of the program.
struct PlanReport {
    let key: ObjectKey
    /// What the old side is.
    let old: String
    /// What the new side is.
    let new: String
    let plan: RevisionPlan

    /// For people: targets that have the same differences stand together.
    var text: String {
        var text = "AccessPoint \(key): \(new) against \(old)\n"
        guard !plan.isEmpty else { return text + "No differences in \(plan.targets.count) targets\n" }
        for group in plan.groups {
            text += "\n\(group.targets.joined(separator: ", ")):\n"
            for object in group.objects {
                text += "  \(object.change.sign) \(object) (template \(object.template))\n"
                guard object.change == .changed else { continue }
                for field in object.fields { text += "      \(field.line)\n" }
            }
        }
        return text + "\nBlast radius: \(plan.radius)\n"
    }

    /// For programs.
    var json: JSONValue {
        [
            "accessPoint": ["namespace": .string(key.namespace ?? ""), "name": .string(key.name)],
            "from": .string(old), "to": .string(new),
            "targets": .array(plan.targets.map(\.json)), "blastRadius": plan.radius.json,
        ]
    }
}

extension ObjectChange.Change {
    fileprivate var sign: String {
        switch self {
        case .added: "+"
        case .changed: "~"
        case .removed: "-"
        }
    }
}

extension FieldChange {
    fileprivate var line: String {
        let place = pointer.description.onOneLine
        switch (before, after) {
        case (let before?, let after?): return "~ \(place): \(before.brief) -> \(after.brief)"
        case (nil, let after): return "+ \(place): \(after?.brief ?? "")"
        case (let before, nil): return "- \(place): \(before?.brief ?? "")"
        }
    }

    fileprivate var json: JSONValue {
        var json: JSONValue = ["pointer": .string(pointer.description)]
        // Absent, not null: a null is a value.
        json["before"] = before
        json["after"] = after
        return json
    }
}

extension RevisionPlan.Target {
    fileprivate var json: JSONValue {
        [
            "cluster": .string(facts.name), "region": .string(facts.region),
            "availabilityZone": .string(facts.availabilityZone),
            "objects": .array(
                objects.map { object in
                    [
                        "change": .string(object.change.rawValue), "group": .string(object.kind.group),
                        "kind": .string(object.kind.kind), "namespace": .string(object.key.namespace ?? ""),
                        "name": .string(object.key.name), "template": .string(object.template),
                        "differences": .array(object.fields.map(\.json)),
                    ]
                }),
        ]
    }
}

extension BlastRadius {
    fileprivate var json: JSONValue {
        [
            "targets": .integer(Int64(targets)),
            "touchedTargets": .array(touchedTargets.map { .string($0) }), "percent": .integer(Int64(percent)),
            "objects": [
                "added": .integer(Int64(added)), "changed": .integer(Int64(changed)),
                "removed": .integer(Int64(removed)),
            ],
            "hosts": .array(hosts.map { .string($0) }), "zones": .array(zones.map { .string($0) }),
        ]
    }
}
