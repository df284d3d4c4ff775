import JSONValue
import YAMLFormat

/// A kubeconfig: clusters, users and the contexts that pair them.
///
/// Two doors lead to an endpoint: `endpoint` for a file of the user who runs the program, which may name files and
/// programs, and `member` for bytes from a Secret, which may not (see there).
public struct Kubeconfig: Sendable {
    /// A named entry, in the order of the file.
    struct Entry<Value: Sendable>: Sendable {
        var name: String
        var value: Value
    }

    var clusters: [Entry<KubeconfigCluster>] = []
    var users: [Entry<KubeconfigUser>] = []
    var contexts: [Entry<KubeconfigContext>] = []
    /// The context that is meant where none is named.
    public private(set) var currentContext: String?

    /// The names of all contexts.
    public var contextNames: [String] { contexts.map(\.name) }

    /// Reads the file of a user.
    /// - Parameters:
    ///   - bytes: the content, YAML or JSON.
    ///   - directory: where relative paths in it start.
    /// - Throws: what is wrong, with line or member.
    public init(parsing bytes: [UInt8], directory: String? = nil) throws(KubeconfigError) {
        try self.init(Self.tree(bytes, limits: .default), directory: directory)
    }

    /// Reads and joins files as kubectl does: for each name, and for the current context, the first file wins.
    /// - Parameter paths: the files; those that do not exist are skipped if there are several.
    /// - Throws: what is wrong, with the path.
    public init(paths: [String]) throws(KubeconfigError) {
        var found = false
        for path in paths {
            let bytes: [UInt8]
            do {
                bytes = try LocalFile.read(path)
            } catch {
                if paths.count > 1, error.isMissing { continue }
                throw KubeconfigError(
                    "the kubeconfig", error.description, "give an existing file by --kubeconfig or KUBECONFIG")
            }
            found = true
            do {
                let slash = path.lastIndex(of: "/")
                merge(try Kubeconfig(parsing: bytes, directory: slash.map { String(path[..<$0]) }))
            } catch {
                throw KubeconfigError("\(path): \(error.subject)", error.problem, error.remedy)
            }
        }
        guard found else {
            throw KubeconfigError(
                "the kubeconfig", "none of the files exists", "give an existing file by --kubeconfig or KUBECONFIG")
        }
    }

    /// The files that a user means without naming any: those of `KUBECONFIG`, else `~/.kube/config`.
    public static func defaultPaths(variable: (String) -> String? = ProcessEnvironment.variable) -> [String] {
        let named = (variable("KUBECONFIG") ?? "").split(separator: ":").map(String.init)
        return named.isEmpty ? [(variable("HOME") ?? "") + "/.kube/config"] : named
    }

    init(_ tree: JSONValue, directory: String?) throws(KubeconfigError) {
        let top = try KubeconfigFields(tree, "")
        if let kind = try top.text("kind"), kind != "Config" {
            throw top.wrong("kind", "is not Config", "give a kubeconfig")
        }
        currentContext = try top.text("current-context")
        clusters = try Self.entries(top, "clusters", "cluster") { fields throws(KubeconfigError) in
            try KubeconfigCluster(fields, directory: directory)
        }
        users = try Self.entries(top, "users", "user") { fields throws(KubeconfigError) in
            try KubeconfigUser(fields, directory: directory)
        }
        contexts = try Self.entries(top, "contexts", "context") { fields throws(KubeconfigError) in
            try KubeconfigContext(fields)
        }
    }

    /// The one document of a file.
    static func tree(_ bytes: [UInt8], limits: YAMLLimits) throws(KubeconfigError) -> JSONValue {
        let documents: [JSONValue]
        do {
            documents = try YAML.documents(bytes, limits: limits)
        } catch {
            throw KubeconfigError(
                "line \(error.line), column \(error.column)", error.messageWithoutInput, "mend the YAML")
        }
        guard documents.count == 1, let tree = documents.first else {
            throw KubeconfigError("the kubeconfig", "holds \(documents.count) documents", "keep exactly one")
        }
        return tree
    }

    private static func entries<Value>(
        _ top: KubeconfigFields, _ list: String, _ member: String,
        _ read: (KubeconfigFields) throws(KubeconfigError) -> Value
    ) throws(KubeconfigError) -> [Entry<Value>] {
        var entries: [Entry<Value>] = []
        for (index, json) in try top.objects(list).enumerated() {
            let outer = try KubeconfigFields(json, "\(list)[\(index)]")
            guard let name = try outer.text("name") else {
                throw outer.wrong("name", "is missing", "give the entry a name")
            }
            let fields = try KubeconfigFields(outer.members[member] ?? .object([:]), "\(list)[\(index)].\(member)")
            entries.append(Entry(name: name, value: try read(fields)))
        }
        return entries
    }

    private mutating func merge(_ other: Kubeconfig) {
        currentContext = currentContext ?? other.currentContext
        clusters += other.clusters
        users += other.users
        contexts += other.contexts
    }
}
