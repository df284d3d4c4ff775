import Foundation
import Testing

@Suite("The house stays as drawn")
struct HouseTests {
    @Test("every import, of tests and of other packages too, is declared in Package.swift for its target")
    func imports() throws {
        let found = try House.standing().undeclaredImports()
        #expect(found == [])
    }

    @Test("arrows point only downward, so there is no cycle")
    func arrows() throws {
        let found = try House.standing().upwardArrows()
        #expect(found == [])
    }

    @Test("every source file belongs to a target of the manifest")
    func strays() throws {
        let found = try House.standing().strayFiles()
        #expect(found == [])
    }

    @Test("no file is longer than 500 lines")
    func sizes() throws {
        let house = try House.standing()
        for folder in ["Sources", "Tests", "Benchmarks", "Fuzz"] {
            #expect(house.files.contains { $0.path.hasPrefix(folder + "/") })
        }
        #expect(house.files.filter { $0.lines.count > 501 }.map { "\($0.path): \($0.lines.count)" } == [])
    }

    @Test("suites on real servers, which all share one site, each make namespaces of their own")
    func namespaces() throws {
        let files = try House.standing().files.filter { $0.path.hasPrefix("Tests/Integration/") }
        let made = files.flatMap { file in
            file.lines.flatMap { $0.matches(of: /site\.namespace\("([a-z0-9-]+)"\)/).map { String($0.1) } }
        }
        #expect(made.count > 20)
        #expect(Dictionary(grouping: made) { $0 }.filter { $1.count > 1 }.keys.sorted() == [])
    }

    @Test(
        "values, formats and pure rooms import no Foundation",
        arguments: [
            "JSONValue", "YAMLFormat", "KubeModel", "X509Tools", "AccessPointAPI", "TrafficModel", "Rendering",
            "Rollout",
        ])
    func foundation(room: String) throws {
        let files = try House.standing().files.filter { $0.folder == "Sources/\(room)" }
        #expect(!files.isEmpty)
        let found = files.flatMap { file in
            file.lines.compactMap(House.importedModule).filter { $0.hasPrefix("Foundation") }.map {
                "\(file.path) imports \($0)"
            }
        }
        #expect(found == [])
    }

    @Test(
        "pure rooms neither wait nor read a clock",
        arguments: ["JSONValue", "KubeModel", "AccessPointAPI", "TrafficModel", "Rendering", "Rollout"])
    func purity(room: String) throws {
        let forbidden = [" async", "await ", "Clock().now", ".now()", "clock_gettime", "Task {"]
        let found = try House.standing().files.filter { $0.folder == "Sources/\(room)" }.flatMap { file in
            file.code.filter { line in forbidden.contains { line.text.contains($0) } }.map {
                "\(file.path):\($0.number): \($0.text)"
            }
        }
        #expect(found == [])
    }

    @Test("sources hold nothing that traps on input or blocks a task")
    func traps() throws {
        let forbidden = [
            "try!", "as!", "fatalError(", "preconditionFailure(", "Task.detached", "Thread.sleep", "usleep(",
        ]
        let found = try House.standing().product.flatMap { file in
            file.code.filter { line in forbidden.contains { line.text.contains($0) } }.map {
                "\(file.path):\($0.number): \($0.text)"
            }
        }
        #expect(found == [])
    }

    @Test("unsafe code stands only where C libraries, raw bytes and system calls are wrapped")
    func unsafe() throws {
        let found = try House.standing().unsafeCode()
        #expect(found == [])
    }
}

@Suite("The checks of the house can fail")
struct HouseCheckTests {
    let manifest = """
        let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
        let house: [[Target]] = [
            system("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
            room("Low"),
            room("High", ["Low"], tests: ["Top"]),
            room("Top", ["High", log]),
            executable("the-program", ["Top"]),
            support("Shared", ["Low"]),
            suite("WholeTests", path: "Tests/Whole", ["Shared", "the-program", log]),
        ]
        """

    private func house(_ path: String, _ lines: [String]) -> House {
        House(targets: House.targets(of: manifest), files: [House.File(path: path, lines: lines)])
    }

    @Test(
        "an import that is not declared is found, whose ever it is",
        arguments: [
            ("Sources/Top/A.swift", "public import Low"), ("Sources/High/A.swift", "import Logging"),
            ("Sources/Low/A.swift", "import Testing"), ("Sources/Top/A.swift", "import Collections"),
            ("Tests/LowTests/A.swift", "@testable import High"), ("Tests/HighTests/A.swift", "import Logging"),
            ("Tests/Whole/Deep/A.swift", "import Low"), ("Tests/Shared/A.swift", "import High"),
            ("Sources/Nowhere/A.swift", "import Low"),
        ])
    func undeclared(path: String, line: String) throws {
        let module = try #require(House.importedModule(line))
        #expect(
            house(path, ["", line]).undeclaredImports() == [
                "\(path):2 imports \(module), which Package.swift does not declare"
            ])
    }

    @Test(
        "what is declared may be imported",
        arguments: [
            ("Sources/Top/A.swift", ["High", "Logging", "Glibc"]), ("Sources/the-program/A.swift", ["Top"]),
            ("Tests/HighTests/A.swift", ["High", "Low", "Top", "Testing", "Foundation"]),
            ("Tests/TopTests/A.swift", ["Logging", "High", "Top"]),
            ("Tests/Shared/A.swift", ["Low", "Synchronization"]),
            ("Tests/Whole/Deep/A.swift", ["Shared", "the_program", "Logging"]), ("Benchmarks/Sources/A.swift", ["Any"]),
        ])
    func declared(path: String, modules: [String]) {
        #expect(house(path, modules.map { "import \($0)" }).undeclaredImports() == [])
    }

    @Test("a file of no target is found")
    func stray() {
        #expect(house("Tests/OldTests/A.swift", []).strayFiles() == ["Tests/OldTests/A.swift"])
        #expect(house("Tests/Whole/Deep/A.swift", []).strayFiles() == [])
    }

    @Test(
        "unsafe code is found, and the word in a comment or a longer one is not",
        arguments: [
            ("let x = unsafe strlen(y)", true), ("nonisolated(unsafe) var x = 1", true),
            ("struct A: @unchecked Sendable {}", true), ("// unsafe", false), ("let unsafeThings = 1", false),
        ])
    func unsafeCode(line: String, isFound: Bool) {
        #expect(house("Sources/KubeClient/Client/A.swift", [line]).unsafeCode().isEmpty != isFound)
        #expect(house("Sources/KubeClient/System/A.swift", [line]).unsafeCode() == [])
    }

    @Test("an upward arrow is found, and what tests import is no arrow")
    func upward() {
        #expect(House(targets: House.targets(of: manifest), files: []).upwardArrows() == [])
        let turned = manifest.replacing("room(\"Low\")", with: "room(\"Low\", [\"High\"])")
        #expect(House(targets: House.targets(of: turned), files: []).upwardArrows().count == 1)
    }

    @Test(
        "imports are recognised whatever stands before them",
        arguments: [
            ("import Low", "Low"), ("public import struct Low.Thing", "Low"), ("@testable import High", "High"),
            ("let importance = 1", nil), ("// import Low", nil),
        ] as [(String, String?)])
    func recognised(line: String, module: String?) {
        #expect(House.importedModule(line) == module)
    }
}
