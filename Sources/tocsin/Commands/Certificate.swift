import ArgumentParser
import Foundation
import Serving

/// The command `tocsin certificate`.
struct Certificate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make certificates for HTTPS.",
        subcommands: [Create.self]
    )

    /// The command `tocsin certificate create`.
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an authority and a server certificate, valid for 397 days.",
            discussion: """
                Writes ca.pem, server.pem and server.key. Without --out they go to tls/ in the data folder, where the \
                server finds them by itself. Clients are told to trust ca.pem once. The authority's key is not kept: the \
                next certificate comes with a new ca.pem.
                """
        )

        @Option(name: .customLong("host"), help: "Name or address of the server; may be repeated.")
        var hosts: [String] = []

        @Option(help: ArgumentHelp("Folder for the files.", valueName: "dir"))
        var out: String?

        @Option(help: ArgumentHelp("Data folder of the server.", valueName: "dir"))
        var data: String?

        @Flag(help: "Replace files that are there.")
        var force = false

        func run() async throws {
            try await Ending.run {
                let configuration = try await ServerConfiguration.read(
                    file: ClientVariable.config.value,
                    flags: data.map { [.data: [$0]] } ?? [:]
                )
                let folder = out.map(SettingsReader.absolute) ?? configuration.data + "/tls"
                if !force, FileManager.default.fileExists(atPath: folder + "/server.key") {
                    throw CommandFailure(
                        code: "Exists",
                        place: folder,
                        message: "There is a certificate already.",
                        remedy: "Give --force to replace it; clients must then trust the new ca.pem."
                    )
                }
                let names = hosts.isEmpty ? [ProcessInfo.processInfo.hostName] : hosts
                let maker = CertificateMaker(unixSeconds: Int64(Date().timeIntervalSince1970))
                let files = try maker.write(to: folder, hosts: names)
                print("authority:   \(files.authority)")
                print("certificate: \(files.certificate)")
                print("key:         \(files.key)")
            }
        }
    }
}
