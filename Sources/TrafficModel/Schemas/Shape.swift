/// What a field of an object may hold: the small language in which the schemas of this folder are written.
///
/// It says what Istio's `.proto` files say, with the bounds that its CRDs and its webhook add. Field names are those of
/// JSON; the snake_case names and numeric enum values that protobuf's JSON knows are left out, for API servers drop or
/// refuse them.
indirect enum Shape: Sendable {
    /// A string of so many characters.
    case text(ClosedRange<Int>)
    /// `true` or `false`.
    case flag
    /// A whole number.
    case integer(ClosedRange<Int64>)
    /// A number.
    case decimal(ClosedRange<Double>)
    /// A time in Go's notation, of whole milliseconds and at least one of them, or perhaps zero.
    case time(mayBeZero: Bool)
    /// Bytes in base64.
    case bytes
    /// One of these words.
    case choice([String])
    /// A port number, 0 where none is meant, or the name of a port.
    case portOrName
    /// A list of so many elements.
    case list(Shape, count: ClosedRange<Int> = Shape.anyCount)
    /// An object whose keys are free.
    case map(Shape, count: ClosedRange<Int> = Shape.anyCount)
    /// An object whose members are named.
    case message(Message)

    /// Any number of elements.
    static let anyCount = 0...Int.max
    /// Any string.
    static let string = Shape.text(anyCount)
    /// A list of any strings.
    static let strings = Shape.list(.string)
    /// A list of hosts, gateways or namespaces: Istio does not bound it, we do, for such lists are compared with others.
    static let names = Shape.list(.string, count: 0...1024)
    /// A time that is at least a millisecond.
    static let duration = Shape.time(mayBeZero: false)
    /// A time of which zero means none.
    static let durationOrZero = Shape.time(mayBeZero: true)
    /// protobuf's `int32`.
    static let int32 = Shape.integer(Int64(Int32.min)...Int64(Int32.max))
    /// An `int32` of which Istio refuses negative values.
    static let count32 = Shape.integer(0...Int64(Int32.max))
    /// protobuf's `uint32`.
    static let uint32 = Shape.integer(0...Int64(UInt32.max))
    /// protobuf's `uint64`, as far as JSON carries it exactly.
    static let uint64 = Shape.integer(0...Int64.max)
    /// A port that must be there.
    static let port = Shape.integer(1...65535)
    /// A port, or 0 where none is meant.
    static let portOrZero = Shape.integer(0...65535)
    /// A whole number of percent.
    static let percent = Shape.integer(0...100)

    /// Several messages.
    static func messages(_ message: Message, count: ClosedRange<Int> = Shape.anyCount) -> Shape {
        .list(.message(message), count: count)
    }
}

/// The named members of an object: a message of a `.proto` file.
struct Message: Sendable {
    /// One member.
    struct Field: Sendable {
        let name: String
        let shape: Shape
        let isRequired: Bool
    }

    /// The name of the message in its `.proto` file.
    let name: String
    /// The members, in the order in which they are written here.
    let fields: [Field]
    /// Groups of members of which at most one may be there (protobuf's `oneof`, and the same in CRDs).
    let exclusive: [[String]]
    private let places: [String: Int]

    /// Declares a message.
    init(
        _ name: String, _ fields: [(name: String, shape: Shape)], required: [String] = [], oneOf: [[String]] = []
    ) {
        self.name = name
        self.fields = fields.map { Field(name: $0.name, shape: $0.shape, isRequired: required.contains($0.name)) }
        exclusive = oneOf
        places = Dictionary(
            fields.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// The member of this name.
    func field(_ name: String) -> Field? {
        guard let place = places[name], sameBytes(fields[place].name, name) else { return nil }
        return fields[place]
    }
}
