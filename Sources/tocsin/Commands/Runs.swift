import ArgumentParser
import JSONTree
import Outbound

/// The command `tocsin runs`.
struct Runs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at runs, start, cancel and repeat them, and decide about calls whose outcome is unknown.",
        subcommands: [List.self, Show.self, Start.self, Cancel.self, Resubmit.self, Settle.self, Release.self]
    )

    /// The command `tocsin runs list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the runs of a workflow, newest first.")

        @Argument(help: "Name of the workflow.")
        var workflow: String

        @Option(help: "Only runs with this status, such as Failed.")
        var status: String?

        @Option(help: "At most so many.")
        var top = 30

        @Flag(help: "Print the runs as JSON.")
        var json = false

        @OptionGroup var options: PlaceOptions
        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                var query = [WorkflowPlace.version, ("$top", String(min(max(top, 1), 100)))]
                if let status {
                    query.append(("$filter", "status eq '\(status.replacing("'", with: "''"))'"))
                }
                let (path, top, asked) = (options.place.path(workflow, "runs"), top, query)
                let runs = try await choice.withClient { try await $0.list(path, query: asked, limit: top) }
                if json { return print(JSON.array(runs).prettyText) }
                var table = TextTable(["run", "status", "started", "ended", "remark"])
                for run in runs {
                    let properties = run["properties"]
                    table.add([
                        run["name"]?.stringValue ?? "", properties?["status"]?.stringValue ?? "",
                        properties?["startTime"]?.stringValue ?? "", properties?["endTime"]?.stringValue ?? "",
                        RunView.remark(properties),
                    ])
                }
                print(table.text)
            }
        }
    }

    /// The command `tocsin runs show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a run with its actions.",
            discussion: "With --contents, inputs and outputs are read too; what the workflow secures is never shown."
        )

        @Argument(help: "Name of the workflow.")
        var workflow: String

        @Argument(help: "The run.")
        var run: String

        @Flag(help: "Read inputs and outputs; prints JSON.")
        var contents = false

        @Flag(help: "Print the run as JSON.")
        var json = false

        @OptionGroup var options: PlaceOptions
        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let view = RunView(place: options.place, workflow: workflow, run: run)
                let contents = contents
                let shown = try await choice.withClient { try await view.read(by: $0, withContents: contents) }
                print(json || contents ? shown.prettyText : RunView.text(shown))
            }
        }
    }

    /// The command `tocsin runs start`.
    struct Start: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Fire a trigger by hand; a Request trigger is called with the payload."
        )

        @Argument(help: "Name of the workflow.")
        var workflow: String

        @Option(help: "Name of the trigger; otherwise the first.")
        var trigger: String?

        @Option(help: ArgumentHelp("Body for a Request trigger, JSON.", valueName: "file"))
        var payload: String?

        @OptionGroup var options: PlaceOptions
        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let body = try payload.map(InputFile.json)
                let (place, workflow, given) = (options.place, workflow, trigger)
                let run = try await choice.withClient { client throws -> String? in
                    let name: String
                    if let given {
                        name = given
                    } else {
                        let path = place.path(workflow, "triggers")
                        let all = try await client.list(path, query: [WorkflowPlace.version])
                        guard let first = all.first?["name"]?.stringValue else {
                            throw CommandFailure(
                                code: "NoTrigger",
                                place: workflow,
                                message: "The workflow has no trigger."
                            )
                        }
                        name = first
                    }
                    let answer = try await client.ask(
                        "POST",
                        place.path(workflow, "triggers", name, "run"),
                        query: [WorkflowPlace.version],
                        body: body
                    )
                    guard answer.status < 400 else { throw ServerClient.refusal(answer, place: "trigger \(name)") }
                    return answer.headers["x-ms-workflow-run-id"]
                }
                print(run.map { "Started \($0)" } ?? "The trigger was evaluated; no run began")
            }
        }
    }

    /// The command `tocsin runs cancel`.
    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Cancel a run.")
        @Argument(help: "Name of the workflow.")
        var workflow: String
        @Argument(help: "The run.")
        var run: String
        @OptionGroup var options: PlaceOptions
        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let path = options.place.path(workflow, "runs", run, "cancel")
                try await choice.withClient { _ = try await $0.call("POST", path, query: [WorkflowPlace.version]) }
                print("Cancelled \(run)")
            }
        }
    }

    /// The command `tocsin runs resubmit`.
    struct Resubmit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Start a new run with what started this one; its calls are made anew."
        )
        @Argument(help: "Name of the workflow.")
        var workflow: String
        @Argument(help: "The run.")
        var run: String
        @OptionGroup var options: PlaceOptions
        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let (place, workflow, run) = (options.place, workflow, run)
                let started = try await choice.withClient { client throws -> String? in
                    let old = try await client.call(
                        "GET",
                        place.path(workflow, "runs", run),
                        query: [WorkflowPlace.version]
                    )
                    let trigger = old["properties"]?["trigger"]?["name"]?.stringValue ?? ""
                    let answer = try await client.ask(
                        "POST",
                        place.path(workflow, "triggers", trigger, "histories", run, "resubmit"),
                        query: [WorkflowPlace.version]
                    )
                    guard answer.status < 400 else { throw ServerClient.refusal(answer, place: "run \(run)") }
                    return answer.headers["x-ms-workflow-run-id"]
                }
                print("Resubmitted \(run)" + (started.map { " as \($0)" } ?? ""))
            }
        }
    }

    /// The command `tocsin runs settle`.
    struct Settle: AsyncParsableCommand {
        /// What a person may decide.
        enum Decision: String, ExpressibleByArgument, CaseIterable {
            case happened, failed
            case sendAgain = "send-again"

            /// The word of the management interface.
            var word: String {
                switch self {
                case .happened: "Happened"
                case .failed: "Failed"
                case .sendAgain: "SendAgain"
                }
            }
        }

        static let configuration = CommandConfiguration(
            abstract: "Decide about a call whose outcome nobody knows.",
            discussion: """
                Look at the service first. `happened`: the call was done; the action succeeds with the outputs in --outputs, \
                such as {"statusCode": 201, "body": {"id": 7}}. `failed`: it was not done, and the action fails. `send-again`: it \
                was not done, and is sent once more.
                """
        )

        @Argument(help: "Name of the workflow.")
        var workflow: String

        @Argument(help: "The run.")
        var run: String

        @Argument(help: "Name of the action.")
        var action: String

        @Argument(help: "happened, failed or send-again.")
        var decision: Decision

        @Option(help: "The repetition, where the action stands in a loop, such as 000003.")
        var repetition: String?

        @Option(help: ArgumentHelp("The call's outputs, JSON, if it happened.", valueName: "file"))
        var outputs: String?

        @OptionGroup var options: PlaceOptions
        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                var body: JSONObject = ["decision": .string(decision.word)]
                if let outputs { body["outputs"] = try InputFile.json(outputs) }
                let path =
                    repetition.map {
                        options.place.path(workflow, "runs", run, "actions", action, "repetitions", $0, "settle")
                    }
                    ?? options.place.path(workflow, "runs", run, "actions", action, "settle")
                let decided = JSON.object(body)
                try await choice.withClient {
                    _ = try await $0.call("POST", path, query: [WorkflowPlace.version], body: decided)
                }
                print("Settled \(action) as \(decision.rawValue)")
            }
        }
    }
}
