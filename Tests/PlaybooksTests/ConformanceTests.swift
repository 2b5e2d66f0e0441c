import JSONTree
import Playbooks
import Testing

/// The whole-workflow table: what must be refused at save is refused, everything else compiles.
struct ConformanceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let id: String
        let title: String
        let json: JSON
        var testDescription: String { "\(id): \(title)" }
    }

    static let cases = table("workflows") + table("workflows-further")

    private static func table(_ name: String) -> [Case] {
        guard let table = try? Support.file("Conformance/\(name).json"), let entries = table["cases"]?.arrayValue
        else {
            return []
        }
        return entries.map { entry in
            Case(id: entry["id"]?.stringValue ?? "", title: entry["title"]?.stringValue ?? "", json: entry)
        }
    }

    @Test func theTableIsThere() {
        #expect(Self.table("workflows").count >= 312)
        #expect(Self.table("workflows-further").count >= 500)
        #expect(Self.cases.count { $0.json["expected"]?["refused"] != nil } >= 130)
    }

    @Test(arguments: cases)
    func refusedOrCompiled(_ example: Case) throws {
        let definition = try #require(example.json["definition"])
        let parameters = example.json["parameters"]?.objectValue ?? JSONObject()
        let compilation = Definition.compile(definition, parameters: parameters)
        guard let refused = example.json["expected"]?["refused"] else {
            #expect(compilation.error?.message == nil)
            #expect(compilation.definition != nil)
            return
        }
        let error = try #require(compilation.error)
        #expect(compilation.definition == nil)
        if let code = refused["code"]?.stringValue {
            #expect(error.code == code)
        }
        if let part = refused["messageContains"]?.stringValue {
            #expect(error.message.lowercased().contains(part.lowercased()))
        }
        if error.code == DiagnosticCode.invalidTemplate {
            #expect(error.message.hasPrefix("The template validation failed: '"))
        }
    }

    @Test(arguments: cases.filter { $0.json["children"]?.objectValue?.isEmpty == false })
    func childrenCompile(_ example: Case) throws {
        for (_, child) in try #require(example.json["children"]?.objectValue) {
            let definition = try #require(child["definition"])
            let compilation = Definition.compile(
                definition,
                parameters: child["parameters"]?.objectValue ?? JSONObject()
            )
            #expect(compilation.error?.message == nil)
        }
    }

    @Test(arguments: table("recurrence") + table("recurrence-further"))
    func recurrences(_ example: Case) throws {
        let trigger: JSON = [
            "type": try #require(example.json["type"]), "recurrence": try #require(example.json["recurrence"]),
        ]
        let compilation = Definition.compile(["triggers": ["every": trigger], "actions": [:]])
        #expect((compilation.error != nil) == (example.json["refused"] != nil), "\(compilation.error?.message ?? "")")
    }
}
