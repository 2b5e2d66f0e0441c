import ArgumentParser

/// The command line.
@main
struct Tocsin: AsyncParsableCommand {
    /// The version of this program.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "tocsin",
        abstract: "Runs security playbooks in the form that Azure Logic Apps exports.",
        version: version,
        subcommands: [
            Serve.self, Demo.self, Deploy.self, Runs.self, Workflows.self, Apps.self, Connections.self, Artifacts.self,
            ConnectorsCommand.self, Coverage.self, Containment.self, Alerts.self,
            Certificate.self, Backup.self, Restore.self, Audit.self,
            Eval.self, Run.self, Rehearse.self, Schedule.self, Validate.self, Bench.self, ChaosWorker.self,
            Version.self,
        ]
    )
}
