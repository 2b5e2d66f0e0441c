import ArgumentParser
import Content
import Identity
import JSONTree

/// The command `tocsin apps`.
struct Apps: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Manage the programs that may ask the server for tokens.",
        discussion: "Talks to the server that runs on the data folder; where none runs, it opens the folder itself.",
        subcommands: [Create.self, List.self, Delete.self]
    )

    /// The command `tocsin apps create`.
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create an app with a secret, which is shown this once.",
            discussion: "Roles: \(Role.all.map(\.name).joined(separator: ", "))."
        )

        @Option(help: "Name for people, unique in the tenant.")
        var name: String

        @Option(name: .customLong("role"), help: "A role, such as SecurityEvents.ReadWrite.All; may be repeated.")
        var roles: [String] = []

        @Option(help: "Client id, where scripts know one already.")
        var appID: String?

        @Option(help: "Days until the secret ends.")
        var secretDays = 180

        @Flag(help: "Print the app as JSON.")
        var json = false

        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                var body: JSONObject = [
                    "name": .string(name), "roles": .array(roles.map(JSON.string)),
                    "secretDays": .integer(Int64(secretDays)),
                ]
                body["clientId"] = appID.map(JSON.string)
                let request = JSON.object(body)
                let app = try await choice.withClient(whileAbsent: .opensData) {
                    try await $0.call("POST", "/tocsin/v1/apps", body: request)
                }
                if json { return print(app.prettyText) }
                for member in ["name", "tenant", "clientId", "clientSecret", "secretExpires", "tokenUrl"] {
                    print("\(member): \(app[member]?.stringValue ?? "")")
                }
                print("roles: \(Apps.roles(of: app))")
            }
        }
    }

    /// The command `tocsin apps list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List apps with their roles.")

        @Flag(help: "Print the apps as JSON.")
        var json = false

        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let apps = try await choice.withClient(whileAbsent: .opensData) { try await $0.list("/tocsin/v1/apps") }
                if json { return print(JSON.array(apps).prettyText) }
                var table = TextTable(["name", "client id", "enabled", "roles"])
                for app in apps {
                    table.add([
                        app["name"]?.stringValue ?? "", app["clientId"]?.stringValue ?? "",
                        app["enabled"]?.boolValue == true ? "yes" : "no", Apps.roles(of: app),
                    ])
                }
                print(table.text)
            }
        }
    }

    /// The command `tocsin apps delete`.
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete an app; its secrets and tokens end at once."
        )

        @Argument(help: "Name or client id.")
        var app: String

        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let path = "/tocsin/v1/apps/\(PercentEncoding.encode(app))"
                try await choice.withClient(whileAbsent: .opensData) { _ = try await $0.call("DELETE", path) }
                print("Deleted \(app)")
            }
        }
    }

    private static func roles(of app: JSON) -> String {
        (app["roles"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ")
    }
}
