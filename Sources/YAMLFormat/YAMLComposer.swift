import JSONValue

/// Builds values from the events of a stream, within the limits.
struct YAMLComposer {
    private let events: YAMLEvents
    private let limits: YAMLLimits
    private var anchors: [String: Anchored] = [:]
    private var nodes = 0
    private var bytes = 0

    /// What an alias stands for and what it costs to stand there once more.
    private struct Anchored {
        let value: JSONValue
        let nodes: Int
        let bytes: Int
        let height: Int
    }

    /// A value and how many levels of sequences and mappings it has.
    private struct Composed {
        var value: JSONValue
        var height = 0
    }

    init(events: YAMLEvents, limits: YAMLLimits) {
        self.events = events
        self.limits = limits
    }

    /// All documents that have content.
    mutating func documents() throws(YAMLError) -> [JSONValue] {
        var documents: [JSONValue] = []
        while true {
            switch try events.next().kind {
            case .streamEnd: return documents
            case .documentStart:
                anchors = [:]
                let root = try events.next()
                if case .scalar(let scalar, let properties) = root.kind, scalar.isPlain, scalar.text.isEmpty,
                    properties.anchor == nil, properties.tag == nil
                {
                    continue
                }
                documents.append(try compose(root, depth: 0).value)
            default: continue
            }
        }
    }

    private mutating func compose(_ event: YAMLEvent, depth: Int) throws(YAMLError) -> Composed {
        let (nodesBefore, bytesBefore) = (nodes, bytes)
        let composed: Composed
        let name: String?
        switch event.kind {
        case .alias(let name): return try resolve(alias: name, event.position, depth: depth)
        case .scalar(let scalar, let properties):
            try charge(nodes: 1, bytes: scalar.text.utf8.count, event.position)
            composed = Composed(value: try scalar.value(tag: properties.tag, at: event.position))
            name = properties.anchor
        case .sequenceStart(let properties):
            name = properties.anchor
            try open(event.position, properties, tag: "seq", depth: depth)
            composed = try sequence(depth: depth + 1)
        case .mappingStart(let properties):
            name = properties.anchor
            try open(event.position, properties, tag: "map", depth: depth)
            composed = try mapping(depth: depth + 1)
        default: throw event.position.error("a value is missing")
        }
        if let name {
            anchors[name] = Anchored(
                value: composed.value, nodes: nodes - nodesBefore, bytes: bytes - bytesBefore, height: composed.height)
        }
        return composed
    }

    private mutating func open(
        _ position: YAMLPosition, _ properties: YAMLProperties, tag: String, depth: Int
    ) throws(YAMLError) {
        try charge(nodes: 1, bytes: 0, position)
        guard depth < limits.maxDepth else {
            throw position.error("nested deeper than \(limits.maxDepth) levels")
        }
        guard properties.tag == nil || properties.tag == YAMLTag.core + tag else {
            throw position.error(YAMLTag.refusal(properties.tag))
        }
        // An alias inside means this value, which is not complete, and not an earlier one of the same name.
        if let anchor = properties.anchor { anchors[anchor] = nil }
    }

    private mutating func resolve(
        alias name: String, _ position: YAMLPosition, depth: Int
    ) throws(YAMLError) -> Composed {
        guard let anchored = anchors[name] else {
            throw position.error("the alias \(Quoted("*" + name)) names no anchor that is complete before it")
        }
        try charge(nodes: anchored.nodes, bytes: anchored.bytes, position)
        guard depth + anchored.height <= limits.maxDepth else {
            throw position.error("nested deeper than \(limits.maxDepth) levels by the alias \(Quoted("*" + name))")
        }
        return Composed(value: anchored.value, height: anchored.height)
    }

    private mutating func sequence(depth: Int) throws(YAMLError) -> Composed {
        var (elements, height): ([JSONValue], Int) = ([], 0)
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind { break }
            let element = try compose(event, depth: depth)
            elements.append(element.value)
            height = max(height, element.height)
        }
        return Composed(value: .array(elements), height: height + 1)
    }

    private mutating func mapping(depth: Int) throws(YAMLError) -> Composed {
        var (members, height): ([(String, JSONValue)], Int) = ([], 0)
        var places: [YAMLKey: YAMLPosition] = [:]
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { break }
            let key = try key(event)
            if let earlier = places.updateValue(event.position, forKey: YAMLKey(text: key)) {
                throw event.position.error("the key \(Quoted(key)) is already on line \(earlier.line)")
            }
            let member = try compose(try events.next(), depth: depth)
            members.append((key, member.value))
            height = max(height, member.height)
        }
        return Composed(value: .object(JSONObject(members)), height: height + 1)
    }

    private mutating func key(_ event: YAMLEvent) throws(YAMLError) -> String {
        guard case .scalar(let scalar, let properties) = event.kind else {
            throw event.position.error("a key must be a string, not an alias, a sequence or a mapping")
        }
        if scalar.isPlain, scalar.text == "<<", properties.tag == nil {
            throw event.position.error("merge keys (<<) are not supported; write the members out")
        }
        try charge(nodes: 0, bytes: scalar.text.utf8.count, event.position)
        guard case .string(let key) = try scalar.value(tag: properties.tag, at: event.position) else {
            throw event.position.error("a key must be a string; write \(Quoted(scalar.text)) in quotes")
        }
        if let anchor = properties.anchor {
            anchors[anchor] = Anchored(value: .string(key), nodes: 1, bytes: key.utf8.count, height: 0)
        }
        return key
    }

    private mutating func charge(nodes: Int, bytes: Int, _ position: YAMLPosition) throws(YAMLError) {
        self.nodes += nodes
        self.bytes += bytes
        guard self.nodes <= limits.maxNodes else {
            throw position.error("more than \(limits.maxNodes) values, those behind aliases counted again")
        }
        guard self.bytes <= limits.maxBytes else {
            throw position.error("more than \(limits.maxBytes) bytes, those behind aliases counted again")
        }
    }
}

/// A key that equals another only byte for byte.
private struct YAMLKey: Hashable {
    let text: String

    static func == (left: Self, right: Self) -> Bool {
        left.text == right.text && left.text.utf8.elementsEqual(right.text.utf8)
    }
}
