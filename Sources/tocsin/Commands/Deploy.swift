import ArgumentParser
import JSONTree

/// The command `tocsin deploy`.
struct Deploy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the workflows of playbook files onto a server.",
        discussion: """
            Takes deployment templates with one or several workflows, gallery, bare and Standard forms. A workflow of that \
            name is replaced by a new version; its runs end with the version that they began with. Prints the addresses of \
            Request triggers, and which connections are still missing. Connections that the server itself answers, and \
            those for which the template has all values, are made.
            """
    )

    @Argument(help: "Playbook files.")
    var files: [String]

    @Option(help: ArgumentHelp("Values of the template's or the definition's parameters.", valueName: "file"))
    var parameters: String?

    @Option(help: "Name of the workflow, where a file names none; otherwise the name of the file.")
    var name: String?

    @Option(help: "Location of resources that name none.")
    var location = "local"

    @Option(
        name: .customLong("allow-network"),
        help: "A network besides the public internet that the workflows' own calls may reach; may be repeated."
    )
    var networks: [String] = []

    @OptionGroup var options: PlaceOptions
    @OptionGroup var choice: ServerChoice

    func run() async throws {
        try await Ending.run {
            let values = try parameters.map(InputFile.json) ?? .object(JSONObject())
            let (files, place, location, networks, name) = (files, options.place, location, networks, name)
            try await choice.withClient { client in
                let deployment = Deployment(client: client, place: place, location: location, networks: networks)
                for file in files {
                    Self.tell(try await deployment.deploy(file, parameters: values, name: name))
                }
            }
        }
    }

    private static func tell(_ report: Deployment.Report) {
        for workflow in report.workflows {
            let state = workflow.isEnabled ? "" : ", disabled"
            print("\(workflow.isNew ? "Created" : "Updated") \(workflow.name) (version \(workflow.version)\(state))")
        }
        for address in report.addresses { print("  \(address.workflow)/\(address.trigger): \(address.url)") }
        for name in report.made { print("  Connection made: \(name)") }
        for need in report.missing {
            print("  Connection missing: tocsin connections create \(need.name) --connector \(need.connector) …")
        }
    }
}
