import ArgumentParser
import Foundation
import Logging
import Metrics
import Signals

/// The command `tocsin demo`.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the main job: alerts of eight products become tickets, one each, although the service fails.",
        discussion: """
            Starts a server in a temporary folder and a stand-in of Freshdesk, puts the documented alerts of eight \
            products into the broker, and deploys the playbook alerts-to-tickets. The stand-in answers one call with 429, \
            loses the reply to another after it has made the ticket, and hangs up on a third to make the ticket later; its \
            search index is two minutes late. Ends in a table of alerts and tickets, and keeps running until Ctrl-C.

            With --thorough it also answers 500 and hangs up before it does anything. Then the first pass takes more than \
            three minutes: Freshdesk may still act so long, so that only then a missing ticket is known to be missing.

            With --once it ends after the first complete pass, with exit code 0 only if every alert that was new has \
            exactly one ticket and is in progress, and the others have none.
            """
    )

    @Flag(help: "End after the first complete pass.")
    var once = false

    @Flag(help: "Let the stand-in answer every call.")
    var withoutFaults = false

    @Flag(help: "Let the stand-in fail in all its ways; takes more than three minutes.")
    var thorough = false

    @Option(help: "Port of the server; otherwise a free one.")
    var port = 0

    @Option(help: ArgumentHelp("Data folder that is kept; otherwise a temporary one.", valueName: "dir"))
    var data: String?

    func run() async throws {
        try await Ending.run {
            let folder = try data.map(SettingsReader.absolute) ?? Self.temporaryFolder()
            defer { if data == nil { Self.remove(folder) } }
            let configuration = try await configuration(folder)
            let log = try Self.openLog(folder)
            LoggingSystem.bootstrap { JSONLogHandler(label: $0, level: .info, sink: log) }
            let metrics = PrometheusMetrics(MetricHelp.configuration)
            MetricsSystem.bootstrap(metrics)
            let desk = try await DemoDesk(
                faults: withoutFaults ? [] : thorough ? DemoDesk.allFaults : DemoDesk.briefFaults
            )
            let server = try await TocsinServer(configuration, metrics: metrics, logger: Logger(label: "tocsin.server"))
            let show = DemoShow(server: server, desk: desk, folder: folder, isOnce: once)
            try await server.run(with: [desk.server, show])
            if once, show.isComplete != true { throw ExitCode.failure }
        }
    }

    private func configuration(_ folder: String) async throws(CommandFailure) -> ServerConfiguration {
        var configuration = try await ServerConfiguration.read(
            file: nil,
            flags: [.data: [folder], .listen: ["127.0.0.1:\(port)"]],
            environment: [:]
        )
        configuration.tenant.name = "Demonstration"
        // Nobody waits for a demonstration to end.
        configuration.shutdownPatience = .seconds(3)
        return configuration
    }

    private static func temporaryFolder() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "tocsin-demo-\(UUID().uuidString.prefix(8))"
        )
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        return folder.path(percentEncoded: false)
    }

    private static func remove(_ folder: String) {
        // What is left behind in the temporary folder, the system clears.
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The server's log goes to a file, so that it does not mix with what people see.
    private static func openLog(_ folder: String) throws(CommandFailure) -> DescriptorSink {
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = folder + "/server.log"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure(code: "UnwritableFile", place: path, message: "The log cannot be written.")
        }
        return DescriptorSink(descriptor)
    }
}
