import JSONTree
import Rehearsal
import Testing

/// Whole workflows with their documented runs: each row of the table is a test of its own.
struct WorkflowConformanceTests {
    @Test(arguments: try ConformanceFile.cases("workflows") + ConformanceFile.cases("workflows-further"))
    func `the run is as documented`(_ row: ConformanceFile.Row) {
        let report = WorkflowCases.run(["cases": [row.json]])
        #expect(
            report.failures.isEmpty,
            "\(row.json["title"]?.stringValue ?? ""): \(report.failures.map(\.got).joined())"
        )
    }

    @Test func `a case that expects something else is noticed`() throws {
        var object = try #require(
            ConformanceFile.cases("workflows").first { $0.json["expected"]?["status"]?.stringValue == "Succeeded" }?
                .json.objectValue
        )
        object["expected"] = ["status": "Failed"]
        #expect(WorkflowCases.run(["cases": [.object(object)]]).failures.count == 1)
    }
}
