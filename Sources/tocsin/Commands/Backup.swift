import ArgumentParser
import Foundation
import JSONTree
import Stores

/// The command `tocsin backup`.
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the data of the server on this machine while it runs, and verify the copy.",
        discussion: """
            The copy holds database and large bodies, not the keys: without the master key (keys/master.key in the data \
            folder, unless the settings say otherwise) what is sealed cannot be read. Keep it too, and elsewhere.
            """
    )

    @Argument(help: ArgumentHelp("A folder that does not exist yet.", valueName: "target"))
    var target: String

    @OptionGroup var choice: ServerChoice

    func run() async throws {
        try await Ending.run {
            if let server = choice.server {
                throw CommandFailure(
                    code: "NotRemote",
                    place: server,
                    message: "A backup is made on the machine of the server.",
                    remedy: "Run the command there, with --data."
                )
            }
            let body: JSON = ["target": .string(SettingsReader.absolute(target))]
            let report = try await choice.withClient(whileAbsent: .opensData) {
                try await $0.call("POST", "/tocsin/v1/local/backup", body: body)
            }
            print(report.prettyText)
            print("Verified backup in \(target); keep the master key elsewhere too")
        }
    }
}

/// The command `tocsin restore`.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring a backup into an empty data folder, verified.",
        discussion:
            "Put the master key beside it before the server starts: keys/master.key, readable for its owner only."
    )

    @Argument(help: ArgumentHelp("The folder that `tocsin backup` made.", valueName: "source"))
    var source: String

    @Option(help: ArgumentHelp("The new data folder.", valueName: "dir"))
    var data: String?

    func run() async throws {
        try await Ending.run {
            let configuration = try await ServerConfiguration.read(
                file: ClientVariable.config.value,
                flags: data.map { [.data: [$0]] } ?? [:]
            )
            let report = try Store.restore(SettingsReader.absolute(source), to: configuration.data)
            print(report.json.prettyText)
            let key = configuration.masterKey ?? configuration.data + "/keys/master.key"
            if !FileManager.default.fileExists(atPath: key) { print("The master key is missing: put it at \(key)") }
            print("Restored to \(configuration.data)")
        }
    }
}
