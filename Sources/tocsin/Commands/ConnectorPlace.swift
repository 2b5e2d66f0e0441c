import ArgumentParser
import Foundation

/// Where a command looks for connectors.
struct ConnectorPlace: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A folder with connectors, in place of those of the program and the data folder; may be repeated.",
            valueName: "dir"
        )
    )
    var connectors: [String] = []

    @Option(help: ArgumentHelp("Data folder, whose own connectors go before those of the program.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("Configuration file of a server on this machine.", valueName: "file"))
    var config: String?

    /// The folders in the order in which they are read.
    func folders() async throws(CommandFailure) -> [String] {
        connectors.isEmpty ? try await configuration().connectorFolders : connectors
    }

    /// The settings of the server on this machine.
    func configuration() async throws(CommandFailure) -> ServerConfiguration {
        try await ServerConfiguration.read(
            file: config ?? ClientVariable.config.value,
            flags: data.map { [.data: [$0]] } ?? [:]
        )
    }
}
