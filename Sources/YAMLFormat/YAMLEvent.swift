/// One event of a YAML stream and its place.
struct YAMLEvent {
    /// What is there.
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias(String)
        case scalar(YAMLScalar, YAMLProperties)
        case sequenceStart(YAMLProperties)
        case sequenceEnd
        case mappingStart(YAMLProperties)
        case mappingEnd
    }

    let kind: Kind
    let position: YAMLPosition
}

/// A scalar as written, escapes and folding resolved.
struct YAMLScalar {
    let text: String
    /// Whether it has no quotes and is no block scalar, so that its type depends on its text.
    let isPlain: Bool
}

/// The anchor and tag in front of a node.
struct YAMLProperties {
    let anchor: String?
    /// The full tag, such as `tag:yaml.org,2002:str`, or `!`; nil if none is written.
    let tag: String?
}
