import Foundation
import Testing

@Suite struct ArchitectureTests {
    /// All Swift sources, with the room of each.
    private static let sources = Repository.files(in: "Sources").filter { $0.hasSuffix(".swift") }

    @Test func everyImportGoesDownwards() throws {
        #expect(ArchitectureTests.sources.count > 50, "the sources were not found")
        for path in ArchitectureTests.sources {
            let room = try #require(Repository.room(of: path), "\(path) lies in no room")
            for (line, module) in Repository.imports(in: try Repository.text(path)) {
                #expect(Blueprint.mayImport(module, from: room), "\(path):\(line): \(room) must not import \(module)")
            }
        }
    }

    @Test func everyRoomIsOnThePlan() {
        for path in ArchitectureTests.sources {
            let parts = path.split(separator: "/").map(String.init)
            if Blueprint.programs.contains(parts[1]) { continue }
            let wing = Blueprint.wings.first { $0.name == parts[1] }
            #expect(wing?.rooms.contains(parts[2]) == true, "\(path) lies in no room of the plan")
        }
    }

    @Test func everySystemLibraryHasOneOwner() {
        let libraries = Set(
            Repository.files(in: "Sources/System").compactMap { path in
                path.split(separator: "/").dropFirst(2).first.map(String.init)
            }
        )
        #expect(!libraries.isEmpty)
        #expect(libraries.subtracting(Blueprint.owners.keys) == [], "a system library has no owner in the blueprint")
    }

    @Test(arguments: [
        ("JSONTree", "XMLTree", true), ("XMLTree", "JSONTree", false), ("Expressions", "Engine", true),
        ("Engine", "Expressions", false),
        ("Engine", "Alerts", false), ("Alerts", "Engine", false), ("Alerts", "Graph", true), ("Tokens", "Graph", false),
        ("Graph", "Tokens", false), ("Stores", "Durable", true), ("Durable", "Stores", false),
        ("Lab", "Rehearsal", false),
        ("Graph", "Lab", true), ("Engine", "tocsin", true), ("Lab", "tocsin", true),
        ("JSONTree", "tocsin-script", false),
        ("CLibXML2", "XMLTree", true), ("CLibXML2", "Content", false), ("GRDB", "Engine", false),
        ("Foundation", "JSONTree", true),
        ("JSONTree", "Nowhere", false),
    ])
    func theRuleItself(module: String, room: String, allowed: Bool) {
        #expect(Blueprint.mayImport(module, from: room) == allowed)
    }

    @Test func importsAreFoundInEveryForm() {
        let text = """
            import A
            public import B
            @testable import C
              @_spi(X) internal import struct D.Thing
            // import No
            let important = 1
            import E; import F
            """
        #expect(Repository.imports(in: text).map(\.module) == ["A", "B", "C", "D", "E"])
        #expect(Repository.imports(in: text).map(\.line) == [1, 2, 3, 4, 7])
    }

    @Test func filesAreShort() throws {
        let files = ArchitectureTests.sources + Repository.files(in: "Tests").filter { $0.hasSuffix(".swift") }
        for path in files {
            let lines = try Repository.bytes(path).count { $0 == 0x0A }
            if Blueprint.longFiles[path] != nil {
                #expect(lines > 400, "\(path) is short again; take it off the list of long files")
            } else {
                #expect(lines <= 400, "\(path) has \(lines) lines: make it two files, or list it with its reason")
            }
        }
        #expect(Set(Blueprint.longFiles.keys).isSubset(of: files), "a file on the list of long files is gone")
    }
}
