import CYAML

/// The events of one YAML stream, by libyaml.
///
/// It owns libyaml's parser and a copy of the input, and frees both.
@safe final class YAMLEvents {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: [UInt8]) throws(YAMLError) {
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        unsafe input = .allocate(capacity: bytes.count)
        _ = unsafe input.initialize(from: bytes)
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            throw YAMLError(line: 1, column: 1, message: "not enough memory to read YAML")
        }
        // Without this, two zero bytes or a byte order mark would switch libyaml to UTF-16.
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// The next event; the one after the end of the stream is not asked for.
    func next() throws(YAMLError) -> YAMLEvent {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { unsafe yaml_event_delete(&event) }
        let mark = unsafe event.start_mark
        return unsafe YAMLEvent(
            kind: Self.kind(event), position: YAMLPosition(line: mark.line + 1, column: mark.column + 1))
    }

    private static func kind(_ event: yaml_event_t) -> YAMLEvent.Kind {
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_ALIAS_EVENT: return unsafe .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return unsafe .scalar(
                YAMLScalar(
                    text: String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE),
                YAMLProperties(anchor: text(scalar.anchor), tag: text(scalar.tag)))
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe event.data.sequence_start
            return unsafe .sequenceStart(YAMLProperties(anchor: text(start.anchor), tag: text(start.tag)))
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            let start = unsafe event.data.mapping_start
            return unsafe .mappingStart(YAMLProperties(anchor: text(start.anchor), tag: text(start.tag)))
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        default: return .streamEnd
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        unsafe pointer.map { unsafe String(cString: $0) }
    }

    private func failure() -> YAMLError {
        let state = unsafe parser.pointee
        let problem = unsafe state.problem.map { unsafe String(cString: $0) } ?? "not valid YAML"
        switch unsafe state.error {
        case YAML_READER_ERROR:
            return unsafe position(ofByte: state.problem_offset).error(problem)
        case YAML_SCANNER_ERROR, YAML_PARSER_ERROR:
            let mark = unsafe state.problem_mark
            let context = unsafe state.context.map { unsafe " \(String(cString: $0))" } ?? ""
            return YAMLPosition(line: mark.line + 1, column: mark.column + 1).error(problem + context)
        default:
            return YAMLPosition(line: 1, column: 1).error("not enough memory to read YAML")
        }
    }

    /// The reader knows only the byte at which the input is not UTF-8 or not allowed in YAML.
    private func position(ofByte offset: Int) -> YAMLPosition {
        let before = unsafe input.prefix(max(0, offset))
        let lastLine = unsafe before.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).last
        let column = unsafe String(decoding: lastLine ?? before[...], as: UTF8.self).unicodeScalars.count
        let line = unsafe before.count { $0 == UInt8(ascii: "\n") }
        return YAMLPosition(line: line + 1, column: column + 1)
    }
}
