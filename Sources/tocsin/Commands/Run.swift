import ArgumentParser
import JSONTree
import Moments
import Playbooks
import Rehearsal

/// The command `tocsin run`.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Run a playbook once, rehearsed or for real, and print the run's record; or run a table of workflows.",
        discussion: """
            Without --live nothing leaves this machine: outbound calls are answered from the mocks, and delays take no real \
            time. A call that no mock answers fails with ConnectionFailed, after the retries of its policy, and names the \
            missing mock.

            With --live calls are really made, and delays take their time. Calls reach the public internet, the networks of \
            --allow-network and those of the settings; connectors use the connections of the data folder (`tocsin connections \
            create`), on which no server may run meanwhile. Webhook actions and child workflows need a server: they fail with \
            a clear error. The run lives as long as this command.

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

    @Flag(help: "Make real calls instead of answering them from mocks.")
    var live = false

    @Option(
        name: .customLong("allow-network"),
        help: ArgumentHelp("With --live: a network besides the public internet that calls may reach.", valueName: "net")
    )
    var allowedNetworks: [String] = []

    @Option(help: ArgumentHelp("With --live: the data folder whose connections are used.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("With --live: a server's configuration file.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("A table of whole workflows with expected runs.", valueName: "file"))
    var cases: String?

    func validate() throws {
        guard (file == nil) != (cases == nil) else {
            throw ValidationError("Give either a playbook file or --cases FILE.")
        }
        let others = [workflow, trigger, payload, parameters, mocks, data, config]
        if cases != nil, live || !allowedNetworks.isEmpty || others.contains(where: { $0 != nil }) {
            throw ValidationError("--cases goes alone: cases bring their own triggers, parameters and mocks.")
        }
        if live, mocks != nil { throw ValidationError("Calls are either made (--live) or answered from --mocks.") }
        if !live, data != nil || config != nil || !allowedNetworks.isEmpty {
            throw ValidationError("--allow-network, --data and --config are for real calls: add --live.")
        }
    }

    func run() async throws {
        if let cases { return try CaseOutput.run(cases, WorkflowCases.run) }
        let record: RunRecord
        do {
            let prepared = try prepare(file ?? "")
            record = live ? try await runLive(prepared) : try rehearse(prepared)
        } catch {
            throw Ending.failure(error).end()
        }
        print(record.json.prettyText)
        print(record.status)
        if record.status != "Succeeded" { throw ExitCode.failure }
    }

    /// A workflow that was read, ready to run.
    struct Prepared {
        let path: String
        let definition: Definition
        let name: String
        let payload: JSON?
    }

    private func prepare(_ path: String) throws(CommandFailure) -> Prepared {
        let chosen = try ChosenWorkflow(path, workflow: workflow, parameters: parameters)
        let compilation = Definition.compile(
            chosen.workflow.definition,
            parameters: chosen.workflow.parameters,
            options: chosen.workflow.compileOptions(refusesMissingParameters: true)
        )
        guard let definition = compilation.definition else {
            guard let broken = compilation.diagnostics.first(where: \.isError) else {
                throw CommandFailure(code: "InvalidTemplate", place: path, message: "The workflow cannot be compiled.")
            }
            throw CommandFailure(broken, path)
        }
        return Prepared(
            path: path,
            definition: definition,
            name: chosen.name,
            payload: try payload.map(InputFile.json)
        )
    }

    private func rehearse(_ prepared: Prepared) throws(CommandFailure) -> RunRecord {
        let isWatched = Console.isWatched
        let mocked = try mocks.map(MockFile.services) ?? MockedServices(nil)
        let run = RehearsedRun(prepared.definition, name: prepared.name, mocks: mocked, start: Timestamp.now) { line in
            if isWatched { Console.complain(line) }
        }
        do throws(RehearsalError) {
            return try run.fire(trigger: trigger, payload: prepared.payload)
        } catch {
            throw CommandFailure(code: error.code, place: prepared.path, message: error.message)
        }
    }
}
