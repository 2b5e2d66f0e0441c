import ArgumentParser
import Connectors
import JSONTree
import Playbooks

/// The command `tocsin validate`.
struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Load playbook files and report what is wrong with them, with place and remedy.",
        discussion: """
            Takes deployment templates, gallery, bare and Standard forms. Exit code 0 only if every file is valid; warnings \
            do not make a file invalid. With --json the report is JSON; the last line is the same.
            """
    )

    @Argument(help: "Playbook files.")
    var files: [String]

    @Flag(help: "Print the report as JSON.")
    var json = false

    @OptionGroup var place: ConnectorPlace

    func run() async throws {
        let report: ValidateReport
        do throws(CommandFailure) {
            let validator = Validator(catalogue: try await catalogue())
            var reports: [FileReport] = []
            for file in files {
                reports.append(validator.check(bytes: try InputFile.bytes(file), name: file))
            }
            report = ValidateReport(reports)
        } catch {
            throw error.end()
        }
        print(json ? "\(report.json.prettyText)\n\(report.summary)" : report.text)
        if report.invalid > 0 { throw ExitCode.failure }
    }

    /// The operations of the installed connectors; nil where there are none to compare with.
    private func catalogue() async throws(CommandFailure) -> InstalledOperations? {
        let registry = ConnectorRegistry.idle(folders: try await place.folders())
        return registry.names.isEmpty ? nil : InstalledOperations(registry: registry)
    }
}
