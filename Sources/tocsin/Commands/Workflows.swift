import ArgumentParser
import JSONTree

/// The command `tocsin workflows`.
struct Workflows: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at and switch the workflows of a server.",
        subcommands: [List.self, Show.self, Enable.self, Disable.self, Delete.self]
    )

    /// The command `tocsin workflows list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List workflows of all resource groups.")

        @Flag(help: "Print the workflows as JSON.")
        var json = false

        @OptionGroup var options: PlaceOptions
        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let path = "/subscriptions/\(options.subscription)/providers/Microsoft.Logic/workflows"
                let all = try await choice.withClient { try await $0.list(path, query: [WorkflowPlace.version]) }
                if json { return print(JSON.array(all).prettyText) }
                var table = TextTable(["name", "resource group", "state", "version", "changed"])
                for one in all {
                    let parts = (one["id"]?.stringValue ?? "").split(separator: "/")
                    let properties = one["properties"]
                    table.add([
                        one["name"]?.stringValue ?? "", parts.count > 3 ? String(parts[3]) : "",
                        properties?["state"]?.stringValue ?? "", properties?["version"]?.stringValue ?? "",
                        properties?["changedTime"]?.stringValue ?? "",
                    ])
                }
                print(table.text)
            }
        }
    }

    /// The command `tocsin workflows show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a workflow with its definition and how its triggers stand, as JSON."
        )

        @Argument(help: "Name of the workflow.")
        var name: String

        @OptionGroup var options: PlaceOptions
        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let (place, name) = (options.place, name)
                let (workflow, triggers) = try await choice.withClient { client in
                    (
                        try await client.call("GET", place.path(name), query: [WorkflowPlace.version]),
                        try await client.list(place.path(name, "triggers"), query: [WorkflowPlace.version])
                    )
                }
                print((["workflow": workflow, "triggers": .array(triggers)] as JSON).prettyText)
            }
        }
    }

    /// The command `tocsin workflows enable`.
    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let the triggers of a workflow fire.")
        @Argument(help: "Name of the workflow.")
        var name: String
        @OptionGroup var options: PlaceOptions
        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Workflows.change("POST", options.place.path(name, "enable"), choice, "Enabled \(name)")
        }
    }

    /// The command `tocsin workflows disable`.
    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep the triggers of a workflow from firing; runs under way go on."
        )
        @Argument(help: "Name of the workflow.")
        var name: String
        @OptionGroup var options: PlaceOptions
        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Workflows.change("POST", options.place.path(name, "disable"), choice, "Disabled \(name)")
        }
    }

    /// The command `tocsin workflows delete`.
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a workflow; its runs under way are cancelled."
        )
        @Argument(help: "Name of the workflow.")
        var name: String
        @OptionGroup var options: PlaceOptions
        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Workflows.change("DELETE", options.place.path(name), choice, "Deleted \(name)")
        }
    }

    private static func change(_ method: String, _ path: String, _ choice: ServerChoice, _ done: String) async throws {
        try await Ending.run {
            try await choice.withClient { _ = try await $0.call(method, path, query: [WorkflowPlace.version]) }
            print(done)
        }
    }
}
