import Foundation

/// The files of the repository that this test file belongs to.
enum Repository {
    /// The kinds, as their CRD files name them.
    static let resources = ["accesspoints", "accesspointtargets", "memberclusters", "nameservices"]

    static func url(_ path: String) -> URL {
        // The folder may be reached by a symbolic link; the repository is where the file really is.
        let file = URL(filePath: #filePath).resolvingSymlinksInPath()
        return file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: path)
    }

    static func text(_ path: String) throws -> String { try String(contentsOf: url(path), encoding: .utf8) }

    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url(folder).path).sorted()
    }

    static func write(_ text: String, to path: String) throws {
        try text.write(to: url(path), atomically: true, encoding: .utf8)
    }

    static func crdPath(_ resource: String) -> String { "crds/accesspoint.io_\(resource).yaml" }
}
