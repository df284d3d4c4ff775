import JSONValue
import Rendering
import Testing

/// Blank fields took all of a provider's sites down at once in 2025: here every field of a template is made blank, one
/// after the other, in every way.
@Suite struct BlankFieldTests {
    static let blanks: [JSONValue] = [.null, "", [:], []]

    @Test(
        "a field that is blank anywhere in a template is rendered or refused with a reason",
        arguments: [Samples.gateway, Samples.route, Samples.vip])
    func blank(object: JSONValue) {
        let paths = Self.paths(of: object)
        #expect(paths.count > 10)
        for path in paths {
            for blank in Self.blanks {
                let rendering = Samples.rendering([Self.setting(object, path[...], to: blank)])
                #expect(rendering.sets.isEmpty != rendering.isAccepted, "\(path) = \(blank.text())")
                let isExplained = rendering.problems.allSatisfy { !$0.description.isEmpty }
                #expect(isExplained && (rendering.isAccepted || !rendering.problems.isEmpty), "\(path)")
            }
        }
    }

    /// The way to every value inside: keys, and places in lists.
    private static func paths(of value: JSONValue) -> [[String]] {
        var paths: [[String]] = [[]]
        for member in value.objectValue ?? [:] {
            paths += Self.paths(of: member.value).map { [member.key] + $0 }
        }
        for (index, item) in (value.arrayValue ?? []).enumerated() {
            paths += Self.paths(of: item).map { [String(index)] + $0 }
        }
        return paths
    }

    private static func setting(_ value: JSONValue, _ path: ArraySlice<String>, to blank: JSONValue) -> JSONValue {
        guard let first = path.first else { return blank }
        if var items = value.arrayValue, let index = Int(first), items.indices.contains(index) {
            items[index] = setting(items[index], path.dropFirst(), to: blank)
            return .array(items)
        }
        var changed = value
        changed[first] = setting(value[first] ?? .null, path.dropFirst(), to: blank)
        return changed
    }
}
