import JSONValue

/// Compares a whole spec: Istio's schemas have no defaults, so an object comes back as it was sent.
///
/// A list is replaced as a whole by an apply, but for the one that its schema keys by `name`.
struct ExactComparison {
    /// The list whose elements are told apart by `name` (`x-kubernetes-list-type: map`).
    let keyedByName: JSONPointer?

    /// Compares two objects, member by member; an absent one has no members.
    func compareMembers(
        _ ours: JSONValue?, _ live: JSONValue?, _ pointer: JSONPointer, _ list: inout DifferenceList
    ) {
        compareValues(ours?.unlessBlank ?? [:], live?.unlessBlank ?? [:], pointer, inList: false, &list)
    }

    private func compare(
        _ ours: JSONValue?, _ live: JSONValue?, _ pointer: JSONPointer, inList: Bool, _ list: inout DifferenceList
    ) {
        guard !list.isFull else { return }
        switch (ours?.unlessBlank, live?.unlessBlank) {
        case (nil, nil): return
        case (let ours?, nil): list.add(.missing, pointer, ours: ours, live: nil)
        case (nil, let live?): list.add(inList ? .changed : .extra, pointer, ours: nil, live: live)
        case (let ours?, let live?): compareValues(ours, live, pointer, inList: inList, &list)
        }
    }

    private func compareValues(
        _ ours: JSONValue, _ live: JSONValue, _ pointer: JSONPointer, inList: Bool, _ list: inout DifferenceList
    ) {
        switch (ours, live) {
        case (.object(let ours), .object(let live)):
            for key in ours.keys {
                compare(ours[key], live[key], pointer.appending(key), inList: inList, &list)
            }
            for key in live.keys where ours[key] == nil {
                compare(nil, live[key], pointer.appending(key), inList: inList, &list)
            }
        case (.array(let ours), .array(let live)):
            if pointer == keyedByName, let ours = NamedElements(ours), let live = NamedElements(live) {
                compareNamed(ours, live, pointer, &list)
            } else {
                compareElements(ours, live, pointer, &list)
            }
        default: if ours != live { list.add(.changed, pointer, ours: ours, live: live) }
        }
    }

    private func compareElements(
        _ ours: [JSONValue], _ live: [JSONValue], _ pointer: JSONPointer, _ list: inout DifferenceList
    ) {
        for (index, pair) in zip(ours, live).enumerated() {
            compareValues(pair.0, pair.1, pointer.appending(String(index)), inList: true, &list)
        }
        for (index, element) in ours.enumerated().dropFirst(live.count) {
            list.add(.missing, pointer.appending(String(index)), ours: element, live: nil)
        }
        for (index, element) in live.enumerated().dropFirst(ours.count) {
            list.add(.changed, pointer.appending(String(index)), ours: nil, live: element)
        }
    }

    private func compareNamed(
        _ ours: NamedElements, _ live: NamedElements, _ pointer: JSONPointer, _ list: inout DifferenceList
    ) {
        for (index, name, element) in ours.items {
            if let found = live[name] {
                compareValues(element, found.element, pointer.appending(String(found.index)), inList: false, &list)
            } else {
                list.add(.missing, pointer.appending(String(index)), ours: element, live: nil)
            }
        }
        for (index, name, element) in live.items where ours[name] == nil {
            list.add(.extra, pointer.appending(String(index)), ours: nil, live: element)
        }
    }
}

/// The elements of a list whose schema makes `name` their key.
private struct NamedElements {
    private(set) var items: [(index: Int, name: JSONValue, element: JSONValue)] = []
    private var places: [JSONValue: Int] = [:]

    /// Nil if an element has no name, or two have the same: then the list can only be compared in order.
    init?(_ elements: [JSONValue]) {
        for (index, element) in elements.enumerated() {
            guard let name = element["name"], name.stringValue != nil else { return nil }
            guard places.updateValue(index, forKey: name) == nil else { return nil }
            items.append((index, name, element))
        }
    }

    subscript(name: JSONValue) -> (index: Int, element: JSONValue)? {
        places[name].map { (items[$0].index, items[$0].element) }
    }
}
