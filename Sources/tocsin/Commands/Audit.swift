import ArgumentParser
import JSONTree

/// The command `tocsin audit`.
struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List who changed what: workflows, runs, connections, apps, backups; the newest first.",
        discussion: "Talks to the server that runs on the data folder; where none runs, it opens the folder itself."
    )

    @Option(help: "How many entries at most.")
    var limit = 50

    @Flag(help: "Print the entries as JSON.")
    var json = false

    @OptionGroup var choice: ServerChoice

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be a number above 0.") }
    }

    func run() async throws {
        try await Ending.run {
            let query = [("top", String(min(limit, 1_000)))]
            let entries = try await choice.withClient(whileAbsent: .opensData) {
                try await $0.list("/tocsin/v1/audit", query: query, limit: limit)
            }
            if json { return print(JSON.array(entries).prettyText) }
            var table = TextTable(["at", "who", "did", "to", "outcome"])
            for entry in entries {
                let name = entry["detail"]?["clientId"] == nil ? nil : entry["detail"]?["name"]?.stringValue
                table.add([
                    String((entry["at"]?.stringValue ?? "").prefix(19)), name ?? entry["actor"]?.stringValue ?? "",
                    entry["action"]?.stringValue ?? "", entry["target"]?.stringValue ?? "",
                    entry["outcome"]?.stringValue ?? "",
                ])
            }
            print(table.text)
        }
    }
}
