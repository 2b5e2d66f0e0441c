import Durable
import Engine
public import JSONTree
import Moments
import Playbooks

/// One case of the table of whole workflows: builds its world, lets it happen, and compares.
struct WorkflowCase {
    let json: JSON
    let id: String
    let start: Timestamp

    init(_ json: JSON) {
        self.json = json
        id = json["id"]?.stringValue ?? "?"
        start = json["startTime"]?.stringValue.flatMap { Timestamp(iso8601: $0) } ?? Timestamp.unixEpoch
    }

    /// What differs from what is expected; empty when all is as it should be.
    func differences() -> [String] {
        let expected = json["expected"] ?? .null
        let compiled = Definition.compile(
            json["definition"] ?? .null,
            parameters: json["parameters"]?.objectValue ?? JSONObject()
        )
        let errors = compiled.diagnostics.filter { $0.severity == .error }
        if let refused = expected["refused"] { return compareRefusal(refused, errors) }
        guard let definition = compiled.definition, errors.isEmpty else {
            return ["refused when saved: \(errors.map(\.message).joined(separator: " | "))"]
        }
        let world = CaseWorld(self, definition)
        world.happen()
        return WorkflowComparison(self, world, expected).differences()
    }

    private func compareRefusal(_ refused: JSON, _ errors: [Diagnostic]) -> [String] {
        guard !errors.isEmpty else { return ["expected to be refused when saved, but was accepted"] }
        let code = refused["code"]?.stringValue
        let part = refused["messageContains"]?.stringValue?.lowercased()
        let fits = errors.contains { error in
            (code.map { $0.isSame(ignoringCase: error.code) } ?? true)
                && (part.map { error.message.lowercased().contains($0) } ?? true)
        }
        return fits ? [] : ["refused with \(errors.map { "\($0.code): \($0.message)" }) instead of \(refused.text)"]
    }
}

/// Whole workflows with expected runs: the conformance table of the engine, in virtual time.
public enum WorkflowCases {
    /// Runs every case of a file.
    ///
    /// `file`: `{"cases": [...]}`, or the array itself.
    public static func run(_ file: JSON) -> CaseReport {
        var report = CaseReport()
        for json in file["cases"]?.arrayValue ?? file.arrayValue ?? [] {
            let one = WorkflowCase(json)
            let differences = one.differences()
            if differences.isEmpty {
                report.passed += 1
            } else {
                report.failures.append((one.id, json["expected"]?.text ?? "", differences.joined(separator: "; ")))
            }
        }
        return report
    }
}
