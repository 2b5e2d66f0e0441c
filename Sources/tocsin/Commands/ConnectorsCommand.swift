import ArgumentParser
import Connectors
import Foundation
import JSONTree

/// The command `tocsin connectors`.
struct ConnectorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connectors",
        abstract: "List, show, add and check connectors: what playbooks can reach.",
        subcommands: [List.self, Show.self, Add.self, Check.self]
    )

    /// The command `tocsin connectors list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the installed connectors.")

        @Flag(help: "Print the list as JSON.")
        var json = false

        @OptionGroup var place: ConnectorPlace

        func run() async throws {
            try await Ending.run {
                let registry = ConnectorRegistry.idle(folders: try await place.folders())
                var table = TextTable(["NAME", "TITLE", "OPERATIONS", "TRIGGERS", "HOME"])
                var list: [JSON] = []
                for name in registry.names {
                    let row: ConnectorRow
                    do {
                        guard let definition = try registry.connector(name) else { continue }
                        row = ConnectorRow(definition)
                    } catch let error as ConnectorError {
                        Console.complain("\(name): \(error.message)")
                        row = ConnectorRow(broken: name)
                    }
                    table.add(row.cells)
                    list.append(row.json)
                }
                print(json ? JSON.array(list).prettyText : table.text)
            }
        }
    }

    /// The command `tocsin connectors show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what a connection of a connector needs, and its operations with their effects."
        )

        @Argument(help: "Name of the connector.")
        var name: String

        @Option(
            help: ArgumentHelp(
                "Show this operation: its fields as an editor orders them, and its answer.",
                valueName: "id"
            )
        )
        var operation: String?

        @Flag(help: "Print it as JSON.")
        var json = false

        @OptionGroup var place: ConnectorPlace

        func run() async throws {
            try await Ending.run {
                let registry = ConnectorRegistry.idle(folders: try await place.folders())
                guard let definition = try registry.connector(name) else {
                    throw CommandFailure(
                        code: "ConnectorNotFound",
                        place: name,
                        message: "No connector of this name is installed.",
                        remedy: "`tocsin connectors list` names those that are."
                    )
                }
                if let operation {
                    guard let form = definition.form(of: operation) else {
                        throw CommandFailure(
                            code: "OperationNotFound",
                            place: operation,
                            message: "The connector '\(definition.name)' has no such operation.",
                            remedy: "`tocsin connectors show \(name)` names those that it has."
                        )
                    }
                    print(json ? form.json.prettyText : OperationView(form).text)
                    return
                }
                let view = ConnectorView(definition)
                print(json ? view.json.prettyText : view.text)
            }
        }
    }

    /// The command `tocsin connectors check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check connectors: say what is wrong with file, line, column and remedy.",
            discussion: """
                Takes folders of connectors, or folders that hold such folders. The last line is `N loaded, M failed`; exit code 0 \
                only if none failed. Warnings and notes do not make a connector fail.
                """
        )

        @Argument(help: ArgumentHelp("Folders.", valueName: "dir"))
        var folders: [String]

        @Flag(help: "Read files that are not quite JSON, too: commas before brackets, comments, other encodings.")
        var lenient = false

        @Flag(name: .shortAndLong, help: "Show only errors.")
        var quiet = false

        func run() throws {
            var loaded = 0
            var failed = 0
            for folder in folders {
                let checks = ConnectorCheck.check(folder: folder, isLenient: lenient)
                if checks.isEmpty {
                    print("\(folder): error: This folder holds no connector.")
                    print(
                        "  Name a folder with apiDefinition.swagger.json, openapi.json or openapi.yaml, or one with such folders."
                    )
                    failed += 1
                }
                for check in checks {
                    (loaded, failed) = check.isLoaded ? (loaded + 1, failed) : (loaded, failed + 1)
                    let shown = quiet ? check.remarks.filter { $0.severity == .error } : check.remarks
                    guard !shown.isEmpty || !quiet else { continue }
                    let what = check.definition.map { "\($0.operations.count) operations" } ?? "failed"
                    print("\(check.name): \(check.isLoaded ? what : "failed")")
                    for remark in shown { print("  " + remark.text.replacing("\n", with: "\n  ")) }
                }
            }
            print("\(loaded) loaded, \(failed) failed")
            if failed > 0 { throw ExitCode.failure }
        }
    }
}
