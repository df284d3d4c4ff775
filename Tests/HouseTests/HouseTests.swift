import Foundation
import Testing

@Suite("The house stays as drawn")
struct HouseTests {
    @Test("every import of a room is declared in Package.swift")
    func imports() throws {
        #expect(try House.standing().undeclaredImports() == [])
    }

    @Test("arrows point only downward, so there is no cycle")
    func arrows() throws {
        #expect(try House.standing().upwardArrows() == [])
    }

    @Test("every source file belongs to a room of the manifest")
    func strays() throws {
        #expect(try House.standing().strayFiles() == [])
    }

    @Test("no file is longer than 500 lines")
    func sizes() throws {
        let house = try House.standing()
        #expect(house.files.count > 50)
        #expect(house.files.filter { $0.lines.count > 501 }.map { "\($0.path): \($0.lines.count)" } == [])
    }

    @Test(
        "values, formats and pure rooms import no Foundation",
        arguments: [
            "JSONValue", "YAMLFormat", "KubeModel", "X509Tools", "AccessPointAPI", "TrafficModel", "Rendering",
            "Rollout",
        ])
    func foundation(room: String) throws {
        let files = try House.standing().files.filter { $0.room == room }
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
        let found = try House.standing().files.filter { $0.room == room }.flatMap { file in
            file.lines.enumerated().filter { _, line in
                let code = line.components(separatedBy: "//").first ?? line
                return forbidden.contains { code.contains($0) }
            }.map { "\(file.path):\($0.offset + 1): \($0.element)" }
        }
        #expect(found == [])
    }

    @Test("sources hold nothing that traps on input or blocks a task")
    func traps() throws {
        let forbidden = [
            "try!", "as!", "fatalError(", "preconditionFailure(", "Task.detached", "Thread.sleep", "usleep(",
        ]
        let found = try House.standing().files.filter { $0.room != "Tests" }.flatMap { file in
            file.lines.enumerated().filter { _, line in
                let code = line.components(separatedBy: "//").first ?? line
                return forbidden.contains { code.contains($0) }
            }.map { "\(file.path):\($0.offset + 1): \($0.element)" }
        }
        #expect(found == [])
    }
}

@Suite("The checks of the house can fail")
struct HouseCheckTests {
    let manifest = """
        let house: [[Target]] = [
            system("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
            room("Low"),
            room("High", ["Low"], tests: ["Top"]),
            room("Top", ["High"]),
        ]
        """

    @Test("an import that is not declared is found")
    func undeclared() {
        let file = House.File(room: "Top", path: "Sources/Top/A.swift", lines: ["public import Low", "import High"])
        let house = House(rooms: House.rooms(of: manifest), files: [file])
        #expect(
            house.undeclaredImports() == ["Sources/Top/A.swift:1 imports Low, which Package.swift does not declare"])
    }

    @Test("an upward arrow is found, and what tests import is no arrow")
    func upward() {
        #expect(House(rooms: House.rooms(of: manifest), files: []).upwardArrows() == [])
        let turned = manifest.replacing("room(\"Low\")", with: "room(\"Low\", [\"High\"])")
        #expect(House(rooms: House.rooms(of: turned), files: []).upwardArrows().count == 1)
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
