import AccessPointAPI
import Glibc
import JSONValue
import KubeModel
import Rendering
import TrafficModel

// One input is a whole AccessPoint as text, or a row of edits of a sound one: template, overrides and all else. It goes
// the way of a spec: decoded, rendered for several targets, judged, compared, explained and frozen.

/// Stops the run when a promise of the rooms is broken.
func require(_ promise: Bool, _ description: @autoclosure () -> String) {
    if !promise { fatalError("broken: \(description())") }
}

/// The sound AccessPoint; its file is named by the environment.
let base: JSONValue = {
    guard let path = unsafe getenv("ACCESSPOINT_FUZZ_BASE"), let file = unsafe fopen(path, "r") else {
        fatalError("ACCESSPOINT_FUZZ_BASE names no file")
    }
    defer { unsafe fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = unsafe fread(&bytes, 1, bytes.count, file)
    guard let json = try? JSONValue(parsing: Array(bytes.prefix(count))) else { fatalError("the base is no JSON") }
    return json
}()

let targets = [
    TargetFacts(
        name: "us-west-az1-k1", region: "us-west", availabilityZone: "us-west-az1", labels: ["network": "internet"]),
    TargetFacts(
        name: "us-west-az1-k2", region: "us-west", availabilityZone: "us-west-az1", labels: ["network": "intranet"]),
    TargetFacts(name: "eu-central-az1-k1", region: "eu-central", availabilityZone: "eu-central-az1"),
]

func number(_ text: String) -> JSONValue { JSONNumber(text).map { .number($0) } ?? .null }

/// Values that are legal somewhere, and wrong in most places.
let values: [JSONValue] = [
    .null, true, false, [:], [], "", "a", "A b", "*", "*.example.com", "example.com", "x.shop.example.com",
    "$(CLUSTER)",
    "$(LABEL:network)", "$(NOPE)", "$(", "$$(X)", "$(REGION)$(NAME)", 0, 1, -1, 65536, 443, 2.5, "443", "100%", "5s",
    "-1s", "1h1m1s1ms", "99999999999h", "2001:db8::1", "192.0.2.300", "192.0.2.0/33", "shop/storefront", "./storefront",
    "~", ".", "HTTPS", "http", "/spec", "/spec/http/0", "/spec/http/-", "/metadata/name", "/metadata", "", "/",
    "/spec/hosts/1", "~2", number("1e400"),
    number("123456789012345678901234567890"), .string(String(repeating: "x", count: 300)),
    .string(String(repeating: "a.", count: 130)), "\u{0}\u{202e}", "é", ["a", "b"], ["op": "remove", "path": "/spec"],
    ["op": "add", "path": "/spec/http/0/route", "value": []], ["op": "move", "from": "/spec", "path": "/spec/a"],
    ["op": "copy", "from": "/spec/http", "path": "/spec/http/0/x"], ["kind": "VirtualService"], ["template": "route"],
    ["weight": 4_294_967_296], ["host": "a.b", "subset": "v9", "port": ["number": 1]], ["exact": "x", "regex": "("],
]

/// Every place below the spec, at most so many.
func places(in document: JSONValue) -> [JSONPointer] {
    var found: [JSONPointer] = []
    func walk(_ value: JSONValue, _ pointer: JSONPointer) {
        guard found.count < 4096 else { return }
        found.append(pointer)
        switch value {
        case .object(let members): for member in members { walk(member.value, pointer.appending(member.key)) }
        case .array(let elements):
            for (index, element) in elements.enumerated() { walk(element, pointer.appending(String(index))) }
        default: break
        }
    }
    walk(document["spec"] ?? .null, JSONPointer(tokens: ["spec"]))
    return found
}

/// The base after a row of edits: four bytes each, for the place (two of them), the edit and the value.
func edited(by bytes: ArraySlice<UInt8>) -> JSONValue {
    var document = base
    var rest = bytes.prefix(4 * 24)
    while rest.count >= 4 {
        let edit = Array(rest.prefix(4))
        rest = rest.dropFirst(4)
        let all = places(in: document)
        let place = all[(Int(edit[0]) << 8 | Int(edit[1])) % all.count]
        let value = values[Int(edit[3]) % values.count]
        let operation: JSONPatch.Operation =
            switch edit[2] % 6 {
            case 0: .init(op: .replace, path: place, value: value)
            case 1: .init(op: .remove, path: place)
            case 2: .init(op: .add, path: place.appending("-"), value: value)
            case 3: .init(op: .copy, path: place, from: all[Int(edit[3]) &* 7 % all.count])
            case 4: .init(op: .add, path: place.appending(value.stringValue ?? "x"), value: value)
            default: .init(op: .replace, path: place, value: document.value(at: place).map { [$0, $0] } ?? value)
            }
        if let next = try? JSONPatch(operations: [operation]).applied(to: document), next["spec"]?.objectValue != nil {
            document = next
        }
    }
    return document
}

func leaves(_ value: JSONValue) -> Int {
    switch value {
    case .object(let members) where !members.isEmpty: members.reduce(0) { $0 + leaves($1.value) }
    case .array(let elements) where !elements.isEmpty: elements.reduce(0) { $0 + leaves($1) }
    default: 1
    }
}

let identity = RenderIdentity(
    namespace: "shop", name: "storefront", uid: "0d0c5a43-0000-4000-8000-000000000001", hub: "h")
let options = RenderOptions(gatewayNamespaces: ["istio-ingress"])
let former: [RenderedSet] = {
    guard let spec = try? AccessPoint.decode(base).spec else { fatalError("the base is not decoded") }
    let rendering = Renderer(identity: identity, spec: spec, options: options).render(all: targets)
    require(rendering.isAccepted, "the base is accepted: \(rendering.problems)")
    return rendering.sets
}()

func check(_ spec: AccessPointSpec) {
    let renderer = Renderer(identity: identity, spec: spec, options: options)
    let rendering = renderer.render(all: targets)
    require(
        Renderer(identity: identity, spec: spec, options: options).render(all: targets) == rendering,
        "the same inputs give the same rendering")
    for problem in rendering.problems { require(!problem.description.isEmpty, "a problem has words") }
    for set in rendering.sets {
        var keys: Set<String> = []
        for object in set.objects {
            require(keys.insert("\(object.kind) \(object.key)").inserted, "an object is in a set once")
            let metadata = object.body["metadata"]
            require(
                metadata?["name"]?.stringValue == object.key.name
                    && metadata?["namespace"]?.stringValue == object.key.namespace, "an object is where its key says")
            require(
                metadata?.value("labels", "accesspoint.io/uid")?.stringValue == identity.uid,
                "an object carries the uid of its AccessPoint")
            require(
                object.key.namespace == identity.namespace
                    || object.kind == .service && options.gatewayNamespaces.contains(object.key.namespace ?? ""),
                "an object is in a namespace that is allowed")
        }
    }
    for problem in renderer.findings(in: rendering.sets, of: targets) {
        require(!problem.description.isEmpty, "a finding has words")
    }
    for target in targets {
        let provenance = renderer.provenance(of: target)
        require(provenance.rendering == renderer.render(target), "to be watched changes nothing")
        for told in provenance.objects {
            require(told.fields.count == leaves(told.object.body), "every leaf has an origin")
            for field in told.fields {
                require(told.object.body.value(at: field.pointer) == field.value, "an origin is of what stands there")
            }
        }
        for object in provenance.rendering.set?.objects ?? [] { _ = References([object.traffic]).publicHosts() }
    }
    guard rendering.isAccepted else { return }
    require(
        RevisionPlan(from: rendering.sets, to: rendering.sets, facts: targets).isEmpty, "nothing differs from itself")
    let plan = RevisionPlan(from: former, to: rendering.sets, facts: targets)
    _ = (plan.groups, plan.radius.description)
    let live = Dictionary(uniqueKeysWithValues: former.map { ($0.target, $0.objects.map(\.traffic)) })
    _ = RevisionPlan(live: live, to: rendering.sets, facts: targets).groups
    func named(_ sets: [RenderedSet]) -> [String: RenderedSet] {
        Dictionary(uniqueKeysWithValues: sets.map { ($0.target, $0) })
    }
    _ = Growth(from: named(former), to: named(rendering.sets))?.description
    guard let revision = try? Revision(number: 7, inputs: RevisionInputs(spec: spec, plan: [:])) else { return }
    let read = try? Revision(revision.object(of: identity, generation: 1))
    require(read == revision, "a revision is read as it was stored")
    let frozen = Renderer(identity: identity, spec: revision.inputs.spec, options: options).render(all: targets)
    require(frozen.sets == rendering.sets, "the frozen inputs render the same sets")
}

/// The entry that libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let document: JSONValue
    if bytes.first == UInt8(ascii: "{") {
        guard let json = try? JSONValue(parsing: bytes) else { return 0 }
        document = json
    } else {
        document = edited(by: bytes.dropFirst())
    }
    do throws(FieldErrors) {
        let spec = try AccessPoint.decode(document).spec
        var written = base
        written["spec"] = spec.json
        let again = Result { () throws(FieldErrors) in try AccessPoint.decode(written).spec }
        require(again == .success(spec), "a spec survives writing: \(again) of \(spec.json.text())")
        check(spec)
    } catch {
        require(!error.description.isEmpty, "an error has words")
    }
    return 0
}
