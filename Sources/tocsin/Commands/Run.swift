import ArgumentParser
import JSONTree
import Moments
import Playbooks
import Rehearsal

/// The command `tocsin run`.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a playbook once in virtual time and print the run's record, or run a table of whole workflows.",
        discussion: """
            Nothing leaves this machine: outbound calls are answered from the mocks, and delays take no real time. A call \
            that no mock answers fails with ConnectionFailed, after the retries of its policy, and names the missing mock.

            The mocks file is a list, or an object with "mocks" and "callbacks" (for webhook actions), in the form of \
            Tests/Conformance/README.md: [{"action": "Get_user", "responses": [{"status": 200, "body": {"id": 1}}]}]. \
            Child workflows, functions, batches and scripts are answered by a mock of their action too.

            The payload is the body that the trigger hands over; an object with "body" and no other members than headers, \
            queries, relativePathParameters and statusCode is taken as all of its outputs. Where the trigger has \
            splitOn, the run of the first item is done.

            The record goes to standard output; the last line is the status of the run. Exit code 0 if it is Succeeded.
            """
    )

    @Argument(help: "A playbook file.")
    var file: String?

    @Option(help: "Which workflow, where the file has several.")
    var workflow: String?

    @Option(help: "Which trigger fires; otherwise the first.")
    var trigger: String?

    @Option(help: ArgumentHelp("What the trigger hands over, JSON.", valueName: "file"))
    var payload: String?

    @Option(help: ArgumentHelp("Values of the template's or the definition's parameters.", valueName: "file"))
    var parameters: String?

    @Option(help: ArgumentHelp("Answers to outbound calls.", valueName: "file"))
    var mocks: String?

    @Option(help: ArgumentHelp("A table of whole workflows with expected runs.", valueName: "file"))
    var cases: String?

    func validate() throws {
        guard (file == nil) != (cases == nil) else {
            throw ValidationError("Give either a playbook file or --cases FILE.")
        }
        let others = [workflow, trigger, payload, parameters, mocks]
        if cases != nil, others.contains(where: { $0 != nil }) {
            throw ValidationError("--cases goes alone: cases bring their own triggers, parameters and mocks.")
        }
    }

    func run() async throws {
        if let cases { return try CaseOutput.run(cases, WorkflowCases.run) }
        let record: RunRecord
        do throws(CommandFailure) {
            record = try rehearse(file ?? "")
        } catch {
            throw error.end()
        }
        print(record.json.prettyText)
        print(record.status)
        if record.status != "Succeeded" { throw ExitCode.failure }
    }

    private func rehearse(_ path: String) throws(CommandFailure) -> RunRecord {
        let loaded = PlaybookFile.load(
            bytes: try InputFile.bytes(path),
            parameters: try parameters.map(InputFile.json) ?? .object(JSONObject())
        )
        if let broken = loaded.diagnostics.first(where: \.isError) { throw CommandFailure(broken, path) }
        let chosen = try choose(loaded, path)
        let compilation = Definition.compile(
            chosen.definition,
            parameters: chosen.parameters,
            options: chosen.compileOptions(refusesMissingParameters: true)
        )
        guard let definition = compilation.definition else {
            guard let broken = compilation.diagnostics.first(where: \.isError) else {
                throw CommandFailure(code: "InvalidTemplate", place: path, message: "The workflow cannot be compiled.")
            }
            throw CommandFailure(broken, path)
        }
        let isWatched = Console.isWatched
        let mocked = try mocks.map(Self.services) ?? MockedServices(nil)
        let name = chosen.name.isEmpty ? InputFile.stem(path) : chosen.name
        let run = RehearsedRun(definition, name: name, mocks: mocked, start: Timestamp.now) { line in
            if isWatched { Console.complain(line) }
        }
        let handedOver = try payload.map(InputFile.json)
        do throws(RehearsalError) {
            return try run.fire(trigger: trigger, payload: handedOver)
        } catch {
            throw CommandFailure(code: error.code, place: path, message: error.message)
        }
    }

    private func choose(_ loaded: LoadedFile, _ path: String) throws(CommandFailure) -> LoadedWorkflow {
        let names = loaded.workflows.map { "'\($0.name)'" }.joined(separator: ", ")
        if let workflow {
            guard let named = loaded.workflows.first(where: { $0.name.isSame(ignoringCase: workflow) }) else {
                throw CommandFailure(
                    code: "UnknownWorkflow",
                    place: path,
                    message: "There is no workflow '\(workflow)'.",
                    remedy: names.isEmpty ? "The file holds no workflow." : "The file holds \(names)."
                )
            }
            return named
        }
        guard let first = loaded.workflows.first else {
            throw CommandFailure(
                code: "NoWorkflow",
                place: path,
                message: "The file holds no workflow.",
                remedy: "Give a deployment template with a workflow, or a definition."
            )
        }
        guard loaded.workflows.count == 1 else {
            throw CommandFailure(
                code: "SeveralWorkflows",
                place: path,
                message: "The file holds \(loaded.workflows.count) workflows: \(names).",
                remedy: "Choose one with --workflow NAME."
            )
        }
        return first
    }

    private static func services(_ path: String) throws(CommandFailure) -> MockedServices {
        let json = try InputFile.json(path)
        guard json.arrayValue != nil || json["mocks"]?.arrayValue != nil else {
            throw CommandFailure(
                code: "InvalidMocks",
                place: path,
                message: "The mocks are neither a list nor an object with a list 'mocks'.",
                remedy: "Write [ { \"action\": \"NAME\", \"responses\": [ { \"status\": 200, \"body\": … } ] } ]."
            )
        }
        return MockedServices(json)
    }
}
