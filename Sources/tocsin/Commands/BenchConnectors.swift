import ArgumentParser
import Foundation
import JSONTree

/// The command `tocsin bench connectors`.
struct BenchConnectors: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connectors",
        abstract: "Load connectors, and call one, beside bare calls of the HTTP client.",
        discussion: """
            Bare calls write and read the same JSON over the same HTTP client, without definition, connection, policy, \
            credential, guard or check. Processor time is that of this process; what answers is another one.
            """
    )

    @OptionGroup var options: BenchOptions

    @Option(help: "A folder with connectors to load; those of the program unless it is given.")
    var folder: String?

    func run() async throws {
        try await Ending.run {
            let folder = folder ?? Installation.connectors.first ?? "."
            print(try await ConnectorsBenchmark(folder: folder, isQuick: options.quick).run().text)
        }
    }
}

/// The server that a benchmark calls, in a process of its own; not for users.
struct BenchLoopbackServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loopback-server",
        abstract: "Answer the calls of a benchmark.",
        shouldDisplay: false
    )

    func run() async throws {
        try await LoopbackServer.serve { port in
            FileHandle.standardOutput.write(Data("{\"port\":\(port)}\n".utf8))
            // Until the benchmark ends it, or ends itself and with it this input.
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    while !FileHandle.standardInput.availableData.isEmpty {}
                    continuation.resume()
                }
            }
        }
    }
}
