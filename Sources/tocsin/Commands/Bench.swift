import ArgumentParser
import JSONTree

/// The command `tocsin bench`.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure on this machine; each benchmark prints one line of JSON.",
        discussion: "Figures of a debug build say nothing: build with `swift build -c release`.",
        subcommands: [
            BenchEngine.self, BenchWorker.self, BenchConnectors.self, BenchLoopbackServer.self, Document.self,
            Language.self,
        ]
    )

    /// The command `tocsin bench json`.
    struct Document: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "json",
            abstract: "Read and write JSON, beside Foundation's JSONSerialization."
        )

        @OptionGroup var options: BenchOptions

        func run() async throws {
            print(JSONBenchmark.run(quick: options.quick).text)
        }
    }

    /// The command `tocsin bench expressions`.
    struct Language: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "expressions",
            abstract: "Evaluate expressions, beside Swift closures that do the same."
        )

        @OptionGroup var options: BenchOptions

        func run() async throws {
            print(ExpressionsBenchmark.run(quick: options.quick).text)
        }
    }
}

/// What all benchmarks take.
struct BenchOptions: ParsableArguments {
    @Flag(help: "Take a few seconds only; the figures vary more.")
    var quick = false
}
