import ArgumentParser
import JSONTree
import Playbooks

/// The command `tocsin coverage`.
struct Coverage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show for each call of playbooks which connector answers it, or why none does.",
        discussion: """
            Calls are the actions and triggers that go through a connection, in all workflows of a file. Expressions in paths \
            count as any value. Connectors that the file itself brings count, too. The last line is the same with and without \
            --json: N calls, M answered. Exit code 1 only if a file or one of its workflows cannot be read.
            """
    )

    @Argument(help: "Playbook files.")
    var files: [String]

    @Flag(help: "Print the report as JSON.")
    var json = false

    @OptionGroup var place: ConnectorPlace

    func run() async throws {
        var report = CoverageReport()
        do throws(CommandFailure) {
            let catalogue = InstalledOperations(folders: try await place.folders())
            for file in files { report.add(try InputFile.bytes(file), name: file, catalogue) }
        } catch {
            throw error.end()
        }
        print(json ? "\(report.json.prettyText)\n\(report.summary)" : report.text)
        if report.isIncomplete { throw ExitCode.failure }
    }
}

/// The calls of playbooks, with what answers them.
struct CoverageReport {
    private struct Call {
        let workflow: String
        let call: ConnectionCall
        let answer: InstalledOperations.Answer
        let line: Int
        let column: Int
    }

    private var files: [(name: String, calls: [Call], troubles: [String])] = []

    /// Whether something could not be read, so that calls may be missing.
    var isIncomplete: Bool { files.contains { !$0.troubles.isEmpty } }

    mutating func add(_ bytes: [UInt8], name: String, _ catalogue: InstalledOperations) {
        let file = PlaybookFile.load(bytes: bytes)
        var troubles = file.diagnostics.filter(\.isError).map { "\($0.message) \($0.remedy)" }
        let catalogue = catalogue.adding(file.customAPIs)
        var calls: [Call] = []
        for workflow in file.workflows {
            let compilation = workflow.compile()
            guard let definition = compilation.definition else {
                let reason = compilation.diagnostics.first(where: \.isError)?.message ?? "It is not a workflow."
                troubles.append("The workflow '\(workflow.name)' cannot be read: \(reason)")
                continue
            }
            for call in definition.connectionCalls(references: file.connections) {
                let position = workflow.places.position(call.pointer)
                calls.append(
                    Call(
                        workflow: workflow.name,
                        call: call,
                        answer: catalogue.answer(to: call),
                        line: position.line,
                        column: position.column
                    )
                )
            }
        }
        files.append((name, calls, troubles))
    }

    private var all: [Call] { files.flatMap(\.calls) }

    private var answered: Int {
        all.count { call in
            if case .answered = call.answer { true } else { false }
        }
    }

    /// `N calls, M answered`.
    var summary: String { "\(all.count) calls, \(answered) answered" }

    var text: String {
        var lines: [String] = []
        for file in files {
            lines.append(file.name)
            lines += file.troubles.map { "  \($0)" }
            for call in file.calls {
                let owner = call.workflow.isEmpty ? "" : "\(call.workflow): "
                let place = call.line > 0 ? " (line \(call.line))" : ""
                lines.append("  \(owner)\(call.call.name)\(place): \(call.call.words)")
                switch call.answer {
                case .answered(let connector, let operation): lines.append("    \(connector) \(operation)")
                case .unanswered(let reason): lines.append("    not answered: \(reason)")
                }
                if let subscription = call.call.subscription {
                    lines.append("    asked by a recurrence, in place of the subscription by \(subscription)")
                }
            }
        }
        lines.append(summary)
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        let list = files.map { file -> JSON in
            [
                "file": .string(file.name), "troubles": .array(file.troubles.map(JSON.string)),
                "calls": .array(file.calls.map(Self.json)),
            ]
        }
        return [
            "files": .array(list), "calls": .integer(Int64(all.count)), "answered": .integer(Int64(answered)),
        ]
    }

    private static func json(_ call: Call) -> JSON {
        var object: JSONObject = [
            "workflow": .string(call.workflow), "kind": .string(call.call.noun), "name": .string(call.call.name),
            "line": .integer(Int64(call.line)), "column": .integer(Int64(call.column)),
        ]
        object["api"] = call.call.api.isEmpty ? nil : .string(call.call.api)
        object["method"] = call.call.operation == nil ? .string(call.call.method) : nil
        object["path"] = call.call.writtenPath.map(JSON.string)
        object["operationId"] = call.call.operation.map(JSON.string)
        object["subscription"] = call.call.subscription.map(JSON.string)
        switch call.answer {
        case .answered(let connector, let operation):
            object["connector"] = .string(connector)
            object["operation"] = .string(operation)
        case .unanswered(let reason): object["reason"] = .string(reason)
        }
        return .object(object)
    }
}
