import ArgumentParser

extension Runs {
    /// The command `tocsin runs release`.
    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a quarantined run go on.",
            discussion: """
                A run in whose step the server ended twice is kept from running; the log names it, and the metric \
                tocsin_runs_quarantined counts it. Release it once the cause is mended, or cancel it.
                """
        )
        @Argument(help: "Name of the workflow.")
        var workflow: String
        @Argument(help: "The run.")
        var run: String
        @OptionGroup var options: PlaceOptions
        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let path = options.place.path(workflow, "runs", run, "release")
                try await choice.withClient { _ = try await $0.call("POST", path, query: [WorkflowPlace.version]) }
                print("Released \(run)")
            }
        }
    }
}
