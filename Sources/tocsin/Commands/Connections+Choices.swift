import ArgumentParser
import Content
import Foundation
import JSONTree

/// The values of an operation's fields so far, `--value NAME=VALUE`.
struct FieldValueArguments: ParsableArguments {
    @Option(
        name: .customLong("value"),
        help: ArgumentHelp(
            "The value of another field so far; may be repeated. A list or an object is written as JSON.",
            valueName: "name=value"
        )
    )
    var values: [String] = []

    /// The values by the names of fields.
    func read() throws(CommandFailure) -> JSON {
        var result = JSONObject()
        for value in values {
            let parts = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw CommandFailure(
                    code: "InvalidParameter",
                    place: "--value \(value)",
                    message: "A value is NAME=VALUE."
                )
            }
            result[String(parts[0])] = .string(String(parts[1]))
        }
        return .object(result)
    }
}

extension Connections {
    /// The command `tocsin connections choices`.
    struct Choices: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask a connection's service which values a field of an operation can have.",
            discussion: """
                `tocsin connectors show CONNECTOR --operation ID` shows which fields have choices, and on which others they depend. \
                What is in a folder is shown with --folder and what the list says of the folder.
                """
        )

        @Argument(help: "Name of the connection.")
        var name: String

        @Option(help: ArgumentHelp("The operation.", valueName: "id"))
        var operation: String

        @Option(help: ArgumentHelp("The field, such as projectKey or body/priority.", valueName: "name"))
        var parameter: String

        @OptionGroup var values: FieldValueArguments

        @Option(help: ArgumentHelp("The folder to look into, as JSON.", valueName: "json"))
        var folder: String?

        @Flag(help: "Print the choices as JSON.")
        var json = false

        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                var body: JSONObject = [
                    "operation": .string(operation), "parameter": .string(parameter), "parameters": try values.read(),
                ]
                body["folder"] = try folder.map { try Connections.Create.json($0, "--folder") }
                let request = JSON.object(body)
                let found = try await choice.withClient(whileAbsent: .opensData) {
                    try await $0.call("POST", Connections.path(name) + "/choices", body: request)
                }
                if json { return print(found.prettyText) }
                print(Self.table(found["value"]?.arrayValue ?? []))
                if found["isComplete"]?.boolValue == false {
                    Console.complain("The service has more; these are the first.")
                }
            }
        }

        private static func table(_ choices: [JSON]) -> String {
            let hasFolders = choices.contains { $0["isFolder"] != nil }
            var table = TextTable(["VALUE", "TITLE"] + (hasFolders ? ["FOLDER"] : []))
            for choice in choices {
                let value = choice["value"].map { $0.stringValue ?? $0.text } ?? ""
                let title = (choice["path"] ?? choice["title"])?.stringValue ?? ""
                let note = choice["isSelectable"]?.boolValue == false && !hasFolders ? " (cannot be chosen)" : ""
                table.add([value, title + note] + (hasFolders ? [choice["folder"]?.text ?? ""] : []))
            }
            return table.text
        }
    }

    /// The command `tocsin connections schema`.
    struct Schema: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask a connection's service for the schema of a field, an answer or a notification.",
            discussion: "Prints the schema as JSON. Without --parameter it is that of the answer."
        )

        @Argument(help: "Name of the connection.")
        var name: String

        @Option(help: ArgumentHelp("The operation.", valueName: "id"))
        var operation: String

        @Option(help: ArgumentHelp("The field, such as body or body/fields.", valueName: "name"))
        var parameter: String?

        @Option(help: ArgumentHelp("A place in the answer, such as value/*.", valueName: "place"))
        var answer: String?

        @Option(help: ArgumentHelp("A place in what the service posts; '' for the whole.", valueName: "place"))
        var notification: String?

        @OptionGroup var values: FieldValueArguments

        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                var body: JSONObject = ["operation": .string(operation), "parameters": try values.read()]
                body["parameter"] = parameter.map(JSON.string)
                body["notification"] = notification.map(JSON.string)
                body["answer"] = answer.map(JSON.string)
                if parameter == nil, notification == nil, answer == nil { body["answer"] = "" }
                let request = JSON.object(body)
                let found = try await choice.withClient(whileAbsent: .opensData) {
                    try await $0.call("POST", Connections.path(name) + "/schema", body: request)
                }
                print((found["schema"] ?? .null).prettyText)
            }
        }
    }
}
