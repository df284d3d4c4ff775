import Foundation

/// The plan of the house as `Package.swift` states it, and the sources as they stand on disk.
struct House: Sendable {
    /// A target of the manifest's table. A line of a room stands for two: the room and its tests.
    struct Target: Equatable, Sendable {
        var name: String
        /// Where its sources are, below the top folder.
        var folder: String
        /// Targets of the house that it may import.
        var dependencies: [String] = []
        /// Modules of other packages that it may import.
        var products: [String] = []
        var isTest = false

        /// The name of its module.
        var module: String { name.replacing("-", with: "_") }
    }

    /// One source file: its path below the top folder, and its lines.
    struct File: Sendable {
        var path: String
        var lines: [String]

        /// The folder of its target: the first two parts of the path.
        var folder: String { path.split(separator: "/").prefix(2).joined(separator: "/") }

        /// The numbered lines without their comments.
        var code: [(number: Int, text: String)] {
            lines.enumerated().map { ($0.offset + 1, $0.element.components(separatedBy: "//").first ?? "") }
        }
    }

    var targets: [Target]
    var files: [File]

    /// The files of the package itself; what measures and fuzzes it is built apart.
    var own: [File] { files.filter { $0.path.hasPrefix("Sources/") || $0.path.hasPrefix("Tests/") } }
    /// The files of the product.
    var product: [File] { files.filter { $0.path.hasPrefix("Sources/") } }

    /// The checkout that this test file belongs to.
    static func standing() throws -> House { try read.get() }

    private static let read = Result {
        let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let manifest = try String(contentsOf: top.appending(path: "Package.swift"), encoding: .utf8)
        var files: [File] = []
        for folder in ["Sources", "Tests", "Benchmarks", "Fuzz"] {
            let root = top.appending(path: folder)
            let paths = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
            for path in paths.sorted() where path.hasSuffix(".swift") && !path.hasPrefix(".build/") {
                let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                files.append(File(path: folder + "/" + path, lines: lines))
            }
        }
        return House(targets: Self.targets(of: manifest), files: files)
    }
}

extension House {
    /// The table of targets: one line each that starts with what makes it, `room(` or another function of the manifest.
    static func targets(of manifest: String) -> [Target] {
        let lines = manifest.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        var products: [String: String] = [:]
        for line in lines {
            let words = line.components(separatedBy: ": Target.Dependency = .product(name: \"")
            guard words.count == 2, words[0].hasPrefix("let ") else { continue }
            products[String(words[0].dropFirst(4))] = words[1].components(separatedBy: "\"").first
        }
        return lines.flatMap { targets(line: $0, products) }
    }

    private static func targets(line: String, _ products: [String: String]) -> [Target] {
        let parts = line.components(separatedBy: "\"")
        guard parts.count > 2, let kind = parts.first, let name = parts.dropFirst().first else { return [] }
        /// A target whose dependencies are those of the first list after `start`.
        func target(_ name: String, _ folder: String, isTest: Bool = false, after start: String = "") -> Target {
            var target = Target(name: name, folder: folder, isTest: isTest)
            let rest = start.isEmpty ? line[...] : line.firstRange(of: start).map { line[$0.upperBound...] } ?? ""
            let own = start.isEmpty ? rest.firstRange(of: "tests:").map { rest[..<$0.lowerBound] } ?? rest : rest
            let list = own.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" }
            for entry in list.split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces) }) {
                if entry.hasPrefix("\"") {
                    target.dependencies.append(entry.replacing("\"", with: ""))
                } else {
                    target.products.append(products[entry] ?? entry)
                }
            }
            return target
        }
        switch kind {
        case "room(":
            let room = target(name, "Sources/\(name)")
            var tests = target(name + "Tests", "Tests/\(name)Tests", isTest: true, after: "tests:")
            tests.dependencies += [name] + room.dependencies
            tests.products += room.products
            return [room, tests]
        case "system(": return [Target(name: name, folder: "Sources/\(name)")]
        case "executable(": return [target(name, "Sources/\(name)")]
        case "support(": return [target(name, "Tests/\(name)")]
        case "suite(": return [target(name, parts.count > 3 ? parts[3] : "", isTest: true)]
        default: return []
        }
    }

    /// The module that a source line imports, or nil where it is no import.
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
    /// What comes with the compiler.
    private static let toolchain: Set<String> = [
        "Swift", "Glibc", "Synchronization", "Foundation", "FoundationEssentials", "Dispatch",
    ]

    /// Imports of anything but the toolchain that the manifest does not declare for that very target.
    func undeclaredImports() -> [String] {
        var found: [String] = []
        for file in own {
            let target = targets.first { $0.folder == file.folder }
            let dependencies = target?.dependencies ?? []
            let names = targets.filter { dependencies.contains($0.name) }.map(\.module)
            var allowed = Self.toolchain.union(names).union(target?.products ?? [])
            if target?.isTest == true { allowed.formUnion(["Testing", "XCTest"]) }
            for (number, line) in file.lines.enumerated() {
                guard let module = Self.importedModule(line), !allowed.contains(module) else { continue }
                found.append("\(file.path):\(number + 1) imports \(module), which Package.swift does not declare")
            }
        }
        return found
    }

    /// Dependencies that point at the same line of the table or below it: an upward arrow or a cycle. What the tests
    /// of a room name besides is no arrow of the house.
    func upwardArrows() -> [String] {
        var above: Set<String> = []
        var found: [String] = []
        for target in targets where !target.isTest {
            for dependency in target.dependencies where !above.contains(dependency) {
                found.append("\(target.name) -> \(dependency): a room may only name rooms that stand above it")
            }
            above.insert(target.name)
        }
        return found
    }

    /// Files in a folder that no target of the manifest has.
    func strayFiles() -> [String] {
        let known = Set(targets.map(\.folder))
        return own.filter { !known.contains($0.folder) }.map(\.path)
    }

    /// Code of the product that says `unsafe` outside of the places that exist for it.
    func unsafeCode() -> [String] {
        // Bindings to C libraries, the scanner over raw bytes, and system calls.
        let places = [
            "Sources/CurlTransport/", "Sources/YAMLFormat/", "Sources/X509Tools/", "Sources/JSONValue/JSONMemory.swift",
            "Sources/KubeClient/System/",
        ]
        return product.filter { file in !places.contains { file.path.hasPrefix($0) } }.flatMap { file in
            file.code.filter { line in
                line.text.split { !$0.isLetter && $0 != "_" }.contains { $0 == "unsafe" || $0 == "unchecked" }
            }.map { "\(file.path):\($0.number): \($0.text.trimmingCharacters(in: .whitespaces))" }
        }
    }
}
