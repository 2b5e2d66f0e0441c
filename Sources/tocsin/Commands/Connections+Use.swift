import ArgumentParser
import Content
import Foundation
import JSONTree

extension Connections {
    /// The path of a connection in the administration interface.
    static func path(_ name: String) -> String { "/tocsin/v1/connections/\(PercentEncoding.encode(name))" }

    /// The command `tocsin connections show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a connection with its state as JSON; secrets are not shown."
        )

        @Argument(help: "Name of the connection.")
        var name: String

        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let found = try await choice.withClient(whileAbsent: .opensData) {
                    try await $0.call("GET", Connections.path(name))
                }
                print(found.prettyText)
            }
        }
    }

    /// The command `tocsin connections test`.
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Call a connection's service to see whether the connection works.",
            discussion: """
                The call is the one that the connector names for it, or the first that only reads and needs no parameter. Ends with 1 \
                when the service was not reached or refuses.
                """
        )

        @Argument(help: "Name of the connection.")
        var name: String

        @Flag(help: "Print the result as JSON.")
        var json = false

        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let result = try await choice.withClient(whileAbsent: .opensData) {
                    try await $0.call("POST", Connections.path(name) + "/test", body: [:])
                }
                guard result["works"]?.boolValue != false || json else {
                    throw CommandFailure(
                        code: "ConnectionDoesNotWork",
                        place: name,
                        message: result["message"]?.stringValue ?? ""
                    )
                }
                print(json ? result.prettyText : result["message"]?.stringValue ?? "")
            }
        }
    }

    /// The command `tocsin connections rotate`.
    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replace secrets of a connection; everything else stays.",
            discussion: "`--secret api_key` reads the value from standard input, `--secret api_key=FILE` from a file."
        )

        @Argument(help: "Name of the connection.")
        var name: String

        @Option(name: .customLong("secret"), help: "A secret parameter, NAME or NAME=FILE; may be repeated.")
        var secrets: [String] = []

        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let body: JSON = ["secrets": .object(try SecretArguments.read(secrets))]
                try await choice.withClient(whileAbsent: .opensData) {
                    _ = try await $0.call("POST", Connections.path(name) + "/rotate", body: body)
                }
                print("Replaced \(secrets.map { $0.prefix { $0 != "=" } }.joined(separator: ", ")) of \(name)")
            }
        }
    }

    /// The command `tocsin connections authorize`.
    struct Authorize: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sign in for a connection whose service asks for a person's consent.",
            discussion: """
                Prints an address of the server; whoever opens it within ten minutes signs in. With --device, prints a code that is typed \
                in at the provider, with a browser on any device, and waits. Calls that wait for the sign-in go on by themselves.
                """
        )

        @Argument(help: "Name of the connection.")
        var name: String

        @Flag(help: "Use a code for another device, and wait until it was used.")
        var device = false

        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                try await choice.withClient { client in
                    let path = Connections.path(name) + "/consent"
                    let begun = try await client.call("POST", path, body: ["device": .bool(device)])
                    guard device else {
                        print(begun["url"]?.stringValue ?? "")
                        if Console.isWatched {
                            Console.complain(
                                "Open it in a browser within ten minutes. The app must be registered with the redirect address \(begun["redirectUrl"]?.stringValue ?? "")"
                            )
                        }
                        return
                    }
                    print("Open \(begun["url"]?.stringValue ?? "") and type in \(begun["userCode"]?.stringValue ?? "")")
                    if let whole = begun["completeUrl"]?.stringValue { print("or open \(whole)") }
                    try await wait(client, "\(path)/\(begun["ticket"]?.stringValue ?? "")", begun)
                    print("The connection \(name) can be used")
                }
            }
        }

        private func wait(_ client: ServerClient, _ path: String, _ begun: JSON) async throws {
            let interval = Duration.seconds(begun["intervalSeconds"]?.integerValue ?? 5)
            while true {
                try await Task.sleep(for: interval)
                let state = try await client.call("GET", path)
                switch state["state"]?.stringValue {
                case "done": return
                case "pending": continue
                default:
                    throw CommandFailure(
                        code: "NotSignedIn",
                        place: name,
                        message: state["message"]?.stringValue ?? "The sign-in came to nothing."
                    )
                }
            }
        }
    }
}
