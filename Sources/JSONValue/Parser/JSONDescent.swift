/// The way from a document down to one place: the containers passed, each with a hole where the way goes on.
///
/// The value at the end has one owner, and so have the containers: it changes in place, without recursion and
/// without copies of what stands beside the way.
struct JSONDescent {
    private var parents: [(container: JSONValue, index: Int)] = []
    /// The value that the way has reached.
    var current: JSONValue

    init(from document: consuming JSONValue) {
        current = document
    }

    /// Goes down into the member or element at `index`, which must exist.
    mutating func enter(_ index: Int) {
        var container = JSONValue.null
        swap(&container, &current)
        container.exchange(&current, at: index)
        parents.append((container, index))
    }

    /// Goes all the way up and gives the document with `current` in its place.
    consuming func finish() -> JSONValue {
        while let index = parents.last?.index {
            var container = JSONValue.null
            swap(&container, &parents[parents.count - 1].container)
            parents.removeLast()
            container.exchange(&current, at: index)
            swap(&container, &current)
        }
        return current
    }
}

extension JSONValue {
    /// Exchanges `value` and the child at `index`.
    fileprivate mutating func exchange(_ value: inout JSONValue, at index: Int) {
        switch self {
        case .object(var object):
            self = .null  // The members have one owner and change in place.
            object.exchange(&value, at: index)
            self = .object(object)
        case .array(var elements):
            self = .null
            swap(&value, &elements[index])
            self = .array(elements)
        default: break
        }
    }
}
