import ArgumentParser
import Foundation
import JSONTree

/// The command `tocsin bench engine`.
struct BenchEngine: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine",
        abstract: "Run playbooks durably, beside the raw speed of the same disk.",
        discussion: """
            Every run is acknowledged only when it is on disk with full sync. The parts that claim so kill the process with SIGKILL and \
            read the history of every run back; only what it shows is counted. Progress goes to standard error, the figures to \
            standard output as one line of JSON.
            """
    )

    @OptionGroup var options: BenchOptions

    @Option(help: "Where data folders are made; they are removed afterwards. Let it be on a real disk.")
    var folder = "."

    @Option(help: "A part to measure instead of all of them; may be given several times.")
    var part: [EngineBenchmark.Part] = []

    func run() async throws {
        let parts = part.isEmpty ? (options.quick ? EngineBenchmark.Part.quick : EngineBenchmark.Part.allCases) : part
        do {
            print(try await EngineBenchmark(folder: folder, isQuick: options.quick).run(parts).text)
        } catch let failure as CommandFailure {
            throw failure.end()
        }
    }
}

extension EngineBenchmark.Part: ExpressibleByArgument {}

/// The process that a part of the benchmark measures and kills; not for users.
struct BenchWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine-worker",
        abstract: "Work for a part of the benchmark.",
        shouldDisplay: false
    )

    @Option var work: EngineWork
    @Option var folder: String
    @Option var count = 0
    @Option var near = 0
    @Option var seconds = 0.0

    func run() async throws {
        try await EngineWorker(work: work, folder: folder, count: count, near: near, seconds: seconds).run()
    }
}

extension EngineWork: ExpressibleByArgument {}
