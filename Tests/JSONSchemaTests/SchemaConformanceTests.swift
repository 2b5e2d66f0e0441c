import Foundation
import JSONSchema
import JSONTree
import Testing

/// The ParseJson cases of the conformance table whose content is given as a literal value.
struct SchemaConformanceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var id: String
        var content: JSON
        var schema: JSON
        var expected: JSON

        var testDescription: String { id }
    }

    static func cases() throws -> [Case] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Conformance/workflows.json")
        let table = try JSON.parse(Data(contentsOf: file))
        return (table.arrayValue ?? table["cases"]?.arrayValue ?? []).compactMap { row in
            guard let id = row["id"]?.stringValue, row["topic"] == "parse-json",
                let inputs = row["definition"]?["actions"]?["Parse"]?["inputs"],
                let content = inputs["content"], let schema = inputs["schema"],
                content.stringValue == nil, !Self.isEnvelope(content),
                let expected = row["expected"]?["actions"]?["Parse"]
            else { return nil }
            return Case(id: id, content: content, schema: schema, expected: expected)
        }
    }

    private static func isEnvelope(_ value: JSON) -> Bool { value["$content"] != nil }

    @Test
    func agreesWithTheTable() throws {
        let cases = try Self.cases()
        #expect(cases.count >= 3)
        for row in cases {
            let issues = try CompiledSchema(row.schema).validate(row.content)
            #expect(issues.isEmpty == (row.expected["status"] == "Succeeded"), "\(row.id)")
            guard let records = row.expected["outputs"]?["errors"]?.arrayValue else { continue }
            #expect(records.count == issues.count, "\(row.id)")
            for (record, issue) in zip(records, issues) {
                for (name, value) in record["$partial"]?.objectValue ?? [:] {
                    #expect(issue.json[name] == value, "\(row.id) \(name)")
                }
            }
        }
    }
}
