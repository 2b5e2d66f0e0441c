import Foundation
import JSONTree
import Testing

/// The program from end to end: arguments and files in, output and exit code out.
struct CommandTests {
    @Test func `eval prints the value as JSON`() throws {
        let result = try Program.run("eval", "@createArray(add(1, 2), 'x', null)")
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(try JSON.parse(result.output) == [3, "x", nil])
    }

    @Test func `eval sees the context`() throws {
        let scratch = try Scratch()
        let context = try scratch.file("context.json", #"{"variables": {"who": "Avery"}}"#)
        let result = try Program.run("eval", "Hello @{variables('who')}", "--context", context)
        #expect(result.output == "\"Hello Avery\"\n")
    }

    @Test(arguments: ["@nothing(1)", "@add(1)", "@body('absent')", "@div(1, 0)", "@concat('a'"])
    func `an expression that cannot be evaluated ends with code, place and remedy`(_ expression: String) throws {
        let result = try Program.run("eval", expression)
        #expect(result.exitCode == 1)
        #expect(result.output.isEmpty)
        #expect(result.errors.hasPrefix("error InvalidTemplate at character "), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 2)
    }

    @Test(arguments: [("eval", "expressions"), ("schedule", "recurrence"), ("run", "workflows")])
    func `the documented tables pass`(_ command: String, _ table: String) throws {
        let file = Program.tests.appending(path: "Conformance/\(table).json")
        let count = try JSON.parse([UInt8](Data(contentsOf: file)))["cases"]?.arrayValue?.count ?? 0
        let result = try Program.run(command, "--cases", file.path(percentEncoded: false))
        #expect(result.lastLine == "\(count) passed, 0 failed", "\(result.output)")
        #expect(result.exitCode == 0)
    }

    @Test func `a failing case shows its id, what was expected and what came`() throws {
        let scratch = try Scratch()
        let file = try scratch.file(
            "cases.json",
            #"{"cases": [{"id": "good", "expression": "@add(1,1)", "expected": 2}, {"id": "bad", "expression": "@add(1,1)", "expected": 3}]}"#
        )
        let result = try Program.run("eval", "--cases", file)
        #expect(result.output == "bad\n  expected: 3\n  got:      2\n1 passed, 1 failed\n")
        #expect(result.exitCode == 1)
    }

    @Test func `a file without cases is no success`() throws {
        let scratch = try Scratch()
        let result = try Program.run("eval", "--cases", try scratch.file("cases.json", "{}"))
        #expect(result.exitCode == 1)
        #expect(result.errors.contains("NoCases"))
    }

    @Test func `a file that is not JSON is told with line and column`() throws {
        let scratch = try Scratch()
        let result = try Program.run("eval", "@item()", "--context", try scratch.file("broken.json", "{\n  \"a\": }"))
        #expect(result.exitCode == 1)
        #expect(result.errors.contains("broken.json:2:8"), "\(result.errors)")
    }

    @Test func `validate counts valid and invalid files`() throws {
        let scratch = try Scratch()
        let good = try scratch.file("good.json", Playbook.greeting)
        let broken = try scratch.file("broken.json", Playbook.greeting.replacing("triggerBody()", with: "triggerBody("))
        let fine = try Program.run("validate", good)
        #expect(fine.lastLine == "1 valid, 0 invalid")
        #expect(fine.exitCode == 0)
        let both = try Program.run("validate", good, broken)
        #expect(both.lastLine == "1 valid, 1 invalid")
        #expect(both.output.contains("InvalidTemplate"))
        #expect(both.exitCode == 1)
    }

    @Test func `validate gives its report as JSON too`() throws {
        let scratch = try Scratch()
        let result = try Program.run("validate", "--json", try scratch.file("good.json", Playbook.greeting))
        #expect(result.lastLine == "1 valid, 0 invalid")
        let report = try JSON.parse(result.output.split(separator: "\n").dropLast().joined(separator: "\n"))
        #expect(report["valid"] == 1)
    }

    @Test func `validate takes the ready-made playbook`() throws {
        let file = Program.tests.deletingLastPathComponent().appending(
            path: "Playbooks/alerts-to-tickets/azuredeploy.json"
        )
        let result = try Program.run("validate", file.path(percentEncoded: false))
        #expect(result.lastLine == "1 valid, 0 invalid", "\(result.output)")
    }

    @Test func `version says which`() throws {
        let result = try Program.run("version")
        #expect(result.output.hasPrefix("tocsin "))
        #expect(result.exitCode == 0)
    }

    @Test func `expressions and tables exclude each other`() throws {
        #expect(try Program.run("eval").exitCode == 64)
        #expect(try Program.run("eval", "@add(1,1)", "--cases", "x").exitCode == 64)
    }
}
