import ArgumentParser
import JSONTree
import Secrets
import Stores

/// The command `tocsin backup`.
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the data of the server on this machine while it runs, and verify the copy.",
        discussion: """
            The copy is checked: the database's integrity, the rows of each table, and the journal of every run, whose hashes, \
            signatures and large values must fit. A copy that fails is put aside as TARGET.unproven, and the exit code is 1.

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
                // Every journal is read anew: that may take its time.
                try await $0.call("POST", "/tocsin/v1/local/backup", body: body, patience: .seconds(86_400))
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
        discussion: """
            Put the master key beside it: keys/master.key, readable for its owner only. If it is there before, the signatures of \
            the journals and their large values are proved too, not only their hashes; without it the server does not start.
            """
    )

    @Argument(help: ArgumentHelp("The folder that `tocsin backup` made.", valueName: "source"))
    var source: String

    @Option(help: ArgumentHelp("The new data folder.", valueName: "dir"))
    var data: String?

    @Flag(help: "Restore although journals fail their proof: they were changed, and what they tell may be wrong.")
    var acceptDamage = false

    func run() async throws {
        try await Ending.run {
            let configuration = try await ServerConfiguration.read(
                file: ClientVariable.config.value,
                flags: data.map { [.data: [$0]] } ?? [:]
            )
            let folder = SettingsReader.absolute(source)
            let key = configuration.masterKey ?? configuration.data + "/keys/master.key"
            let proof = try await BackupProof.prove(
                folder,
                masterKey: MasterKeySource.environment("TOCSIN_MASTER_KEY") ?? .file(key)
            )
            if let trouble = proof.trouble, !acceptDamage {
                throw CommandFailure(
                    code: "UnprovenBackup",
                    place: folder,
                    message: trouble,
                    remedy:
                        "Take another backup; or restore this one with --accept-damage, if you know what was changed."
                )
            }
            var report = try Store.restore(folder, to: configuration.data).json.objectValue ?? JSONObject()
            report["journals"] = proof.json
            print(JSON.object(report).prettyText)
            if let trouble = proof.trouble { print("Restored with damage: \(trouble)") }
            if !proof.hasKeys {
                print("The master key is missing: put it at \(key). Signatures and large values were not proved.")
            }
            print("Restored to \(configuration.data)")
        }
    }
}
