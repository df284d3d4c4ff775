import Foundation

/// The plan of the house as `Package.swift` states it, and the sources as they stand on disk.
struct House {
    /// One line of the manifest's table: a room and the rooms that it may import.
    struct Room: Equatable {
        var name: String
        var dependencies: [String]
        var isSystem: Bool
    }

    /// One source file: the room it belongs to, its path below the top folder, and its lines.
    struct File {
        var room: String
        var path: String
        var lines: [String]
    }

    var rooms: [Room]
    var files: [File]

    /// Reads the checkout that this test file belongs to.
    static func standing() throws -> House {
        let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let manifest = try String(contentsOf: top.appending(path: "Package.swift"), encoding: .utf8)
        var files: [File] = []
        for folder in ["Sources", "Tests"] {
            let root = top.appending(path: folder)
            let paths = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
            for path in paths.sorted() where path.hasSuffix(".swift") {
                let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
                files.append(
                    File(
                        room: folder == "Sources" ? String(path.prefix { $0 != "/" }) : "Tests",
                        path: folder + "/" + path,
                        lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)))
            }
        }
        return House(rooms: Self.rooms(of: manifest), files: files)
    }

    /// The table of rooms: each stands on one line that starts with `room(`, `system(`, `executable(` or `support(`.
    static func rooms(of manifest: String) -> [Room] {
        manifest.split(separator: "\n").compactMap { line in
            let text = line.trimmingCharacters(in: .whitespaces)
            let kinds = ["room(\"", "system(\"", "executable(\"", "support(\""]
            guard let kind = kinds.first(where: { text.hasPrefix($0) }) else { return nil }
            // What a room's tests may import is not an arrow of the house.
            let own = text.components(separatedBy: "tests:").first ?? text
            let names = own.components(separatedBy: "\"").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
            guard let name = names.first else { return nil }
            let isSystem = kind == "system(\""
            return Room(name: name, dependencies: isSystem ? [] : Array(names.dropFirst()), isSystem: isSystem)
        }
    }

    /// The modules that a source line imports, or nil where it is no import.
    static func importedModule(_ line: String) -> String? {
        var words = line.split(separator: " ").map(String.init)
        let attributes: Set<String> = [
            "public", "internal", "package", "private", "fileprivate", "@preconcurrency", "@testable", "@_exported",
            "unsafe",
        ]
        while let first = words.first, attributes.contains(first) { words.removeFirst() }
        guard words.first == "import", words.count >= 2 else { return nil }
        let kinds: Set<String> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        let module = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
        return String(module.prefix { $0 != "." })
    }
}

extension House {
    /// Imports of a room of ours that the manifest does not declare as its dependency.
    func undeclaredImports() -> [String] {
        let known = Set(rooms.map(\.name))
        var found: [String] = []
        for file in files where file.room != "Tests" {
            let declared = Set(rooms.first { $0.name == file.room }?.dependencies ?? [])
            for (number, line) in file.lines.enumerated() {
                guard let module = Self.importedModule(line), known.contains(module), module != file.room else {
                    continue
                }
                if !declared.contains(module) {
                    found.append("\(file.path):\(number + 1) imports \(module), which Package.swift does not declare")
                }
            }
        }
        return found
    }

    /// Dependencies that point at the same line of the table or below it: an upward arrow or a cycle.
    func upwardArrows() -> [String] {
        var above: Set<String> = []
        var found: [String] = []
        for room in rooms {
            for dependency in room.dependencies where !above.contains(dependency) {
                found.append("\(room.name) -> \(dependency): a room may only name rooms that stand above it")
            }
            above.insert(room.name)
        }
        return found
    }

    /// Files of a room that the manifest does not know.
    func strayFiles() -> [String] {
        let known = Set(rooms.map(\.name))
        return files.filter { $0.room != "Tests" && !known.contains($0.room) }.map(\.path)
    }
}
