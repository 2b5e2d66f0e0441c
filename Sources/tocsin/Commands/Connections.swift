import ArgumentParser
import Content
import Foundation
import JSONTree

/// The command `tocsin connections`.
struct Connections: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Manage what workflows use to reach services.",
        subcommands: [
            Create.self, List.self, Show.self, Test.self, Choices.self, Schema.self, Authorize.self, Rotate.self,
            Delete.self,
        ]
    )

    /// The command `tocsin connections create`.
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a connection, or change the one of that name.",
            discussion: """
                Secrets are never given as arguments, where other users of the machine could read them: `--secret api_key` \
                reads the value from standard input, `--secret api_key=FILE` from a file. Several from standard input are \
                read a line each, in the order of the flags.
                """
        )

        @Argument(help: "Name of the connection, as playbooks name it.")
        var name: String

        @Option(help: "Connector, such as freshdesk.")
        var connector: String

        @Option(name: .customLong("parameter"), help: "A parameter, NAME=VALUE; may be repeated.")
        var parameters: [String] = []

        @Option(name: .customLong("secret"), help: "A secret parameter, NAME or NAME=FILE; may be repeated.")
        var secrets: [String] = []

        @Option(
            name: .customLong("base-url"),
            help: ArgumentHelp("Address of the service in place of the connector's.", valueName: "url")
        )
        var baseURL: String?

        @Option(
            name: .customLong("allow-network"),
            help: "A network besides the public internet that its calls may reach; may be repeated."
        )
        var networks: [String] = []

        @Option(
            name: .customLong("parameter-set"),
            help: ArgumentHelp("Set of parameters, where the connector has several.", valueName: "name")
        )
        var parameterSet: String?

        @Option(help: "Where the service is: network, or tocsin for this server itself.")
        var home: String?

        @Option(help: ArgumentHelp("Proxy in place of the server's, http://HOST:PORT.", valueName: "url"))
        var proxy: String?

        @Option(
            name: .customLong("proxy-user"),
            help: "User name at the proxy; the password is the secret proxyPassword."
        )
        var proxyUser: String?

        @Option(help: ArgumentHelp("File of PEM certificates of authorities to trust.", valueName: "file"))
        var authorities: String?

        @Option(
            help: ArgumentHelp("A way to sign in other than the connector's, as JSON or @FILE.", valueName: "json")
        )
        var authentication: String?

        @Option(help: ArgumentHelp("At most so many calls in so many seconds.", valueName: "calls/seconds"))
        var limits: String?

        @Option(
            name: .customLong("circuit-breaker"),
            help: ArgumentHelp(
                "Stop calls after so many failures in a row, for so many seconds; 0 never.",
                valueName: "failures/seconds"
            )
        )
        var breaker: String?

        @Flag(help: "Print the connection as JSON.")
        var json = false

        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                var body: JSONObject = [
                    "connector": .string(connector), "networks": .array(networks.map(JSON.string)),
                    "parameters": .object(try plain()), "secrets": .object(try SecretArguments.read(secrets)),
                ]
                body["baseUrl"] = baseURL.map(JSON.string)
                body["parameterSet"] = parameterSet.map(JSON.string)
                body["home"] = home.map(JSON.string)
                body["proxy"] = proxy.map(JSON.string)
                body["proxyUser"] = proxyUser.map(JSON.string)
                body["authorities"] = try authorities.map { .string(try InputFile.text($0)) }
                body["authentication"] = try authentication.map { try Self.json($0, "--authentication") }
                body["limits"] = try limits.map { try Self.limits($0) }
                body["circuitBreaker"] = try breaker.map { try Self.breaker($0) }
                let request = JSON.object(body)
                let path = "/tocsin/v1/connections/\(PercentEncoding.encode(name))"
                let made = try await choice.withClient(whileAbsent: .opensData) {
                    try await $0.call("PUT", path, body: request)
                }
                print(json ? made.prettyText : "Connection \(name) (\(connector)) is set")
            }
        }

        private func plain() throws(CommandFailure) -> JSONObject {
            var result = JSONObject()
            for parameter in parameters {
                let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2 else {
                    throw CommandFailure(
                        code: "InvalidParameter",
                        place: "--parameter \(parameter)",
                        message: "A parameter is NAME=VALUE."
                    )
                }
                result[String(parts[0])] = .string(String(parts[1]))
            }
            return result
        }
    }

    /// The command `tocsin connections list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List connections; secrets are not shown.")

        @Flag(help: "Print the connections as JSON.")
        var json = false

        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let all = try await choice.withClient(whileAbsent: .opensData) {
                    try await $0.list("/tocsin/v1/connections")
                }
                if json { return print(JSON.array(all).prettyText) }
                var table = TextTable(["name", "connector", "state", "address", "secrets"])
                for one in all {
                    table.add([
                        one["name"]?.stringValue ?? "", one["connector"]?.stringValue ?? "",
                        one["status"]?["state"]?.stringValue ?? "",
                        one["baseUrl"]?.stringValue ?? "",
                        (one["secretNames"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", "),
                    ])
                }
                print(table.text)
                for one in all {
                    guard let message = one["status"]?["message"]?.stringValue else { continue }
                    Console.complain(message)
                }
            }
        }
    }

    /// The command `tocsin connections delete`.
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a connection with its secrets.")

        @Argument(help: "Name of the connection.")
        var name: String

        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let path = "/tocsin/v1/connections/\(PercentEncoding.encode(name))"
                try await choice.withClient(whileAbsent: .opensData) { _ = try await $0.call("DELETE", path) }
                print("Deleted \(name)")
            }
        }
    }
}
