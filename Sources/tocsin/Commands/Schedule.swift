import ArgumentParser
import Rehearsal

/// The command `tocsin schedule`.
struct Schedule: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run a table of recurrences with expected fire times.")

    @Option(help: ArgumentHelp("The table; Tests/Conformance/README.md describes a case.", valueName: "file"))
    var cases: String

    func run() async throws {
        try CaseOutput.run(cases, RecurrenceCases.run)
    }
}
