import AccessPointAPI
import Foundation
import JSONValue
import KubeModel
import YAMLFormat

/// The objects of one file of a user.
struct ManifestFile {
    /// What is read at most of one file.
    private static let limit = YAMLLimits.default.maxBytes

    /// The name as the user gave it; `standard input` for `-`.
    let name: String
    /// Every object, those in lists included, in the order of the file.
    let objects: [JSONValue]

    /// Reads a file; `-` is standard input.
    /// - Throws: `CommandFailure` if it cannot be read, `YAMLError` if it is no YAML or JSON.
    init(_ path: String) throws {
        name = path == "-" ? "standard input" : path
        let documents = try YAML.documents(try Self.bytes(path, name))
        objects = documents.flatMap(Self.flattened)
    }

    /// Reads several files, of which standard input may be one.
    static func read(_ paths: [String]) throws -> [ManifestFile] {
        try paths.map { path in
            do {
                return try ManifestFile(path)
            } catch let error as YAMLError {
                throw CommandFailure("cannot read \(path): \(error)")
            }
        }
    }

    private static func bytes(_ path: String, _ name: String) throws -> [UInt8] {
        // Unlike a kubeconfig it may be a pipe, as `-` and `<(...)` are; the user waits for its end.
        let handle: FileHandle
        if path == "-" {
            handle = .standardInput
        } else {
            var isFolder = false
            if let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType {
                isFolder = type == .typeDirectory
            }
            guard !isFolder else { throw CommandFailure("cannot read \(name): it is a folder; name its files") }
            guard let opened = FileHandle(forReadingAtPath: path) else {
                let exists = FileManager.default.fileExists(atPath: path)
                throw CommandFailure("cannot read \(name): \(exists ? "permission denied" : "no such file")")
            }
            handle = opened
        }
        var content: [UInt8] = []
        do {
            while let piece = try handle.read(upToCount: 65_536), !piece.isEmpty {
                content += piece
                guard content.count <= limit else {
                    throw CommandFailure("cannot read \(name): it is larger than \(limit) bytes; divide it")
                }
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("cannot read \(name): it cannot be read to its end")
        }
        return content
    }

    /// The items of a list, as `kubectl get -o yaml` writes it, else the object itself.
    private static func flattened(_ document: JSONValue) -> [JSONValue] {
        guard document["kind"]?.stringValue?.hasSuffix("List") == true, let items = document["items"]?.arrayValue else {
            return [document]
        }
        return items
    }
}

extension JSONValue {
    /// Whether the object is of one of our kinds, whatever its version.
    func isOurs(_ kind: GroupVersionKind) -> Bool {
        let object = KubeObject(lenient: self)
        return object.kind == kind.kind && object.gvk.group == Names.group
    }
}
