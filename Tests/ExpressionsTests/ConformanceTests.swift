import Expressions
import Foundation
import JSONTree
import Testing
import XMLTree

/// The tables of expressions with their results: the one that other implementations and Microsoft's documentation agree on, and
/// a further one of our own after the documentation, .NET and reports of users.
struct ConformanceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let json: JSON
        var id: String { json["id"]?.stringValue ?? "?" }
        var testDescription: String { id }
    }

    static let cases = table("expressions") + table("expressions-further")

    private static func table(_ name: String) -> [Case] {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Conformance/\(name).json")
        guard let data = try? Data(contentsOf: path), let file = try? JSON.parse(Array(data)) else { return [] }
        return (file["cases"]?.arrayValue ?? []).map { Case(json: $0) }
    }

    @Test func theTablesAreThere() {
        #expect(Self.table("expressions").count >= 700)
        #expect(Self.table("expressions-further").count >= 300)
    }

    @Test(arguments: cases)
    func expression(_ example: Case) throws {
        let context = RecordedContext(example.json["context"] ?? .null)
        let expression = try #require(example.json["expression"])
        let outcome: Result<JSON, ExpressionError>
        do {
            outcome = .success(try Template.compile(expression).evaluate(in: context))
        } catch {
            outcome = .failure(error)
        }
        switch (outcome, example.json["error"]) {
        case (.success(let value), nil):
            let expected = example.json["expected"] ?? .null
            #expect(
                Self.matches(value, expected, example.json["compare"]?.stringValue),
                "got \(value.text), expected \(expected.text)"
            )
        case (.failure(let error), .some(let expected)):
            #expect(error.code == expected["code"]?.stringValue)
            let phase = expected["phase"]?.stringValue
            #expect(phase == "any" || phase == error.phase.rawValue)
            if let part = expected["messageContains"]?.stringValue {
                #expect(error.message.lowercased().contains(part.lowercased()), "got \(error.message)")
            }
        case (.success(let value), .some): Issue.record("no error but \(value.text)")
        case (.failure(let error), nil): Issue.record("failed: \(error.message)")
        }
    }

    private static func matches(_ value: JSON, _ expected: JSON, _ rule: String?) -> Bool {
        switch rule {
        case "number": return sameNumbers(value, expected)
        case "spaces": return blanks(value.stringValue) == blanks(expected.stringValue)
        case "xml":
            guard let left = try? XMLDoc.parse(value.stringValue ?? ""),
                let right = try? XMLDoc.parse(expected.stringValue ?? "")
            else { return false }
            return left.root.outerXML == right.root.outerXML
        default: return value == expected
        }
    }

    private static func blanks(_ text: String?) -> String? {
        text.map { String($0.map { $0.isWhitespace ? " " : $0 }) }
    }

    private static func sameNumbers(_ value: JSON, _ expected: JSON) -> Bool {
        if case .array(let a) = value, case .array(let b) = expected {
            return a.count == b.count && zip(a, b).allSatisfy(sameNumbers)
        }
        guard value.isNumber, let a = value.doubleValue, let b = expected.doubleValue else { return value == expected }
        return a == b || abs(a - b) <= abs(b) * 1e-15
    }
}
