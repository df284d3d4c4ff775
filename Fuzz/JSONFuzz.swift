import JSONValue

// One input goes through every door of the room. A trap, a sanitizer report or a broken promise ends the run.

/// Stops the run when a promise of the room is broken.
func require(_ promise: Bool, _ description: StaticString) {
    if !promise { fatalError("broken: \(description)") }
}

/// What must hold for every value, wherever it came from.
func check(_ value: JSONValue) {
    let bytes = value.bytes()
    let canonical = value.canonicalBytes()
    guard let parsed = try? JSONValue(parsing: bytes), let normal = try? JSONValue(parsing: canonical) else {
        fatalError("broken: what is written parses")
    }
    require(parsed == value && normal == value, "what is written has the same value")
    require(parsed.hashValue == value.hashValue && normal.hashValue == value.hashValue, "equal values hash alike")
    require(parsed.bytes() == bytes, "writing is idempotent")
    require(normal.canonicalBytes() == canonical, "the canonical form is idempotent")
}

func parse(_ bytes: [UInt8]) -> JSONValue? {
    do {
        let value = try JSONValue(parsing: bytes)
        check(value)
        return value
    } catch {
        require((0...bytes.count).contains(error.offset), "an error names a byte of the text")
        require(!error.description.isEmpty, "an error has a description")
        return nil
    }
}

func point(_ text: String, into document: JSONValue) {
    do {
        let pointer = try JSONPointer(text)
        require(pointer.description.utf8.elementsEqual(text.utf8), "a pointer keeps its spelling")
        _ = document.value(at: pointer)
        var changed = document
        changed.set(1, at: pointer.tokens)
        changed.set(nil, at: pointer.tokens)
        check(changed)
    } catch {
        require((0...text.utf8.count).contains(error.offset), "an error names a byte of the pointer")
    }
}

func patch(_ document: JSONValue, with json: JSONValue) {
    let before = document.bytes()
    do {
        let patch = try JSONPatch(json)
        let copy = try JSONPatch(patch.json)
        require(copy == patch, "a patch survives writing")
        check(try patch.applied(to: document))
    } catch {
        require(!error.description.isEmpty, "an error has a description")
    }
    require(document.bytes() == before, "a patch leaves the document alone")
}

func merge(_ document: JSONValue, with patch: JSONValue) {
    let merged = document.mergePatched(with: patch)
    check(merged)
    require(merged.mergePatched(with: patch) == merged, "a merge patch is idempotent")
}

/// The entry that libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let text = String(decoding: bytes, as: UTF8.self)
    if let number = JSONNumber(text) {
        require(parse(bytes) == .number(number), "a number is the same value by both doors")
    }
    guard let input = parse(bytes) else {
        point(text, into: ["a": ["b": [1, ["c": .null]]]])
        return 0
    }
    // [document, patch, merge patch, pointer]; whatever is missing is the input itself.
    let document = input[0] ?? input
    patch(document, with: input[1] ?? input)
    merge(document, with: input[2] ?? input)
    point(input[3]?.stringValue ?? text, into: document)
    return 0
}
