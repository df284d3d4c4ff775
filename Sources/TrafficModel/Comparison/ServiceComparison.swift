import JSONValue

/// Compares the spec of a Service, in which the server fills what was left open.
///
/// What was rendered must be there: `clusterIP`, node ports, IP families, traffic policies and all else that was not
/// rendered belong to the server. Two things are compared whole, because an addition there sends traffic elsewhere:
/// the selector and the list of ports.
enum ServiceComparison {
    /// Compares the two specs.
    static func compare(
        _ ours: JSONValue?, _ live: JSONValue?, _ pointer: JSONPointer, _ list: inout DifferenceList
    ) {
        guard let ours = ours?.objectValue else { return }
        for member in ours where !isOpen(member.value) {
            let place = pointer.appending(member.key)
            let found = live?[member.key]
            switch member.key {
            case "selector": ExactComparison(keyedByName: nil).compareMembers(member.value, found, place, &list)
            case "ports": comparePorts(member.value, found, place, &list)
            // A dual-stack server appends the second family and its address.
            case "clusterIPs", "ipFamilies": comparePrefix(member.value, found, place, &list)
            default: compareField(member.value, found, place, &list)
            }
        }
    }

    /// Whether a rendered value leaves the choice to the server.
    private static func isOpen(_ value: JSONValue) -> Bool { value.isBlank || ServicePort.isZero(value) }

    private static func compareField(
        _ ours: JSONValue, _ live: JSONValue?, _ pointer: JSONPointer, _ list: inout DifferenceList
    ) {
        guard let live, !live.isNull else {
            // Go leaves out a false, and an old server a field that it does not know yet.
            return ours == false ? () : list.add(.missing, pointer, ours: ours, live: nil)
        }
        guard let members = ours.objectValue, live.objectValue != nil else {
            return ours == live ? () : list.add(.changed, pointer, ours: ours, live: live)
        }
        for member in members where !isOpen(member.value) {
            compareField(member.value, live[member.key], pointer.appending(member.key), &list)
        }
    }

    private static func comparePrefix(
        _ ours: JSONValue, _ live: JSONValue?, _ pointer: JSONPointer, _ list: inout DifferenceList
    ) {
        guard let rendered = ours.arrayValue, let found = live?.arrayValue else {
            return compareField(ours, live, pointer, &list)
        }
        if !found.starts(with: rendered) { list.add(.changed, pointer, ours: ours, live: live) }
    }

    private static func comparePorts(
        _ ours: JSONValue, _ live: JSONValue?, _ pointer: JSONPointer, _ list: inout DifferenceList
    ) {
        guard let rendered = ours.arrayValue.flatMap(KeyedPorts.init) else {
            return compareField(ours, live, pointer, &list)
        }
        guard let found = KeyedPorts(live?.arrayValue ?? []) else {
            return list.add(.changed, pointer, ours: ours, live: live)
        }
        for (index, key, port) in rendered.items {
            if let place = found.places[key] {
                comparePort(port, live?[place], pointer.appending(String(place)), &list)
            } else {
                list.add(.missing, pointer.appending(String(index)), ours: port, live: nil)
            }
        }
        for (index, key, port) in found.items where rendered.places[key] == nil {
            list.add(.extra, pointer.appending(String(index)), ours: nil, live: port)
        }
    }

    private static func comparePort(
        _ ours: JSONValue, _ live: JSONValue?, _ pointer: JSONPointer, _ list: inout DifferenceList
    ) {
        guard var members = ours.objectValue else { return }
        // Part of the key, compared already; the server fills in a default for it.
        members["protocol"] = nil
        if members["targetPort"].map(isOpen) ?? true { members["targetPort"] = members["port"] }
        compareField(.object(members), live, pointer, &list)
    }
}

/// The ports of a Service by what the server takes for their key: number and protocol.
private struct KeyedPorts {
    private(set) var items: [(index: Int, key: [JSONValue], port: JSONValue)] = []
    private(set) var places: [[JSONValue]: Int] = [:]

    /// Nil if an element has no number, or two have the same key.
    init?(_ ports: [JSONValue]) {
        for (index, port) in ports.enumerated() {
            guard let key = ServicePort(port)?.key, places.updateValue(index, forKey: key) == nil else { return nil }
            items.append((index, key, port))
        }
    }
}
