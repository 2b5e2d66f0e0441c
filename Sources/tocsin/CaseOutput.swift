import ArgumentParser
import JSONTree
import Rehearsal

/// The output that all tables of cases share: each failing id with expected and got, then `N passed, M failed`.
enum CaseOutput {
    /// Runs a file of cases and prints its report.
    ///
    /// - Throws: `ExitCode.failure` when a case fails, or when the file holds none.
    static func run(_ path: String, _ run: (JSON) -> CaseReport) throws {
        let report: CaseReport
        do throws(CommandFailure) {
            let file = try InputFile.json(path)
            guard let cases = file["cases"]?.arrayValue ?? file.arrayValue, !cases.isEmpty else {
                throw CommandFailure(
                    code: "NoCases",
                    place: path,
                    message: "The file holds no cases.",
                    remedy:
                        "Give a file of the form { \"cases\": [ … ] }; Tests/Conformance/README.md describes a case."
                )
            }
            report = run(file)
        } catch {
            throw error.end()
        }
        for failure in report.failures {
            print("\(failure.id)\n  expected: \(failure.expected)\n  got:      \(failure.got)")
        }
        print("\(report.passed) passed, \(report.failures.count) failed")
        if !report.failures.isEmpty { throw ExitCode.failure }
    }
}
