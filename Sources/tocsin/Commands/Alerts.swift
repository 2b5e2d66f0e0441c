import ArgumentParser
import JSONTree

/// The command `tocsin alerts`.
struct Alerts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put alerts into the broker.",
        subcommands: [Import.self]
    )

    /// The command `tocsin alerts import`.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Import alerts of the Microsoft Graph Security API.",
            discussion: """
                The file is a list of alerts, or an object with such a list as 'value' or 'alerts'. An alert whose id is \
                known is updated; what people changed in it stays.
                """
        )

        @Argument(help: "File with alerts, JSON.")
        var file: String

        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let alerts = try AlertFile.alerts(file)
                try await choice.withClient(whileAbsent: .opensData) { try await AlertFile.importAll(alerts, by: $0) }
                print("Imported \(alerts.count) alerts")
            }
        }
    }
}

/// Files with alerts.
enum AlertFile {
    /// The alerts of a file.
    static func alerts(_ path: String) throws(CommandFailure) -> [JSON] {
        let file = try InputFile.json(path)
        guard let alerts = file.arrayValue ?? file["value"]?.arrayValue ?? file["alerts"]?.arrayValue else {
            throw CommandFailure(
                code: "NoAlerts",
                place: path,
                message: "The file holds no list of alerts.",
                remedy: "Give a list, or an object with the list as 'value' or 'alerts'."
            )
        }
        return alerts
    }

    /// Sends alerts to the server, one by one.
    static func importAll(_ alerts: [JSON], by client: ServerClient) async throws(CommandFailure) {
        for (index, alert) in alerts.enumerated() {
            do {
                try await client.call("POST", "/v1.0/security/alerts", body: alert)
            } catch {
                throw CommandFailure(
                    code: error.code,
                    place: "alert \(index + 1) (\(alert["id"]?.stringValue ?? "without id"))",
                    message: error.message
                )
            }
        }
    }
}
