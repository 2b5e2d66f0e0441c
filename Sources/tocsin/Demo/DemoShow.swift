import Foundation
import JSONTree
import Logging
import Outbound
import ServiceLifecycle
import Serving
import Synchronization

/// What people see of the demonstration: sets it up, follows it, and ends in a table.
final class DemoShow: Service {
    private static let playbook = "alerts-to-tickets"
    /// How long the first pass may take.
    private static let patience = Duration.seconds(600)

    private let server: TocsinServer
    private let desk: DemoDesk
    private let folder: String
    private let isOnce: Bool
    private let result = Mutex<Bool?>(nil)

    init(server: TocsinServer, desk: DemoDesk, folder: String, isOnce: Bool) {
        self.server = server
        self.desk = desk
        self.folder = folder
        self.isOnce = isOnce
    }

    /// Whether the first pass ended as it must; nil while it has not ended.
    var isComplete: Bool? { result.withLock { $0 } }

    func run() async throws {
        guard await server.isListening, await desk.server.isListening else { return try await gracefulShutdown() }
        try await cancelWhenGracefulShutdown {
            do {
                try await self.show()
            } catch is CancellationError {
                return
            }
        }
    }

    private func show() async throws {
        let client = server.client
        let alerts = try await prepare(client)
        let start = ContinuousClock.now
        var progress = DemoProgress(faults: desk.faults)
        var verdict = try await look(client, alerts)
        while !verdict.isComplete, ContinuousClock.now - start < Self.patience {
            let standing = desk.standing
            for line in progress.lines(verdict, tickets: standing.tickets, faultsDone: standing.faultsDone) {
                say(line)
            }
            try await Task.sleep(for: .milliseconds(250))
            verdict = try await look(client, alerts)
        }
        let standing = desk.standing
        for line in progress.lines(verdict, tickets: standing.tickets, faultsDone: standing.faultsDone) { say(line) }
        let isComplete = verdict.isComplete
        result.withLock { $0 = isComplete }
        tell(verdict, seconds: (ContinuousClock.now - start).seconds)
        if !isOnce { try await gracefulShutdown() }
    }

    /// Puts alerts, connections and the playbook in place.
    private func prepare(_ client: ServerClient) async throws -> [JSON] {
        guard let playbook = Installation.playbook(Self.playbook) else {
            throw CommandFailure(
                code: "NoPlaybook",
                message: "The playbook \(Self.playbook) is not beside the program.",
                remedy:
                    "Run the demonstration from the repository, or install Connectors and Playbooks in share/tocsin."
            )
        }
        say("Server    \(server.origin)  (data in \(folder))")
        say("Freshdesk \(desk.address)/tickets  (a stand-in)")
        let alerts = try AlertFile.alerts(playbook + "/demo/alerts.json")
        try await AlertFile.importAll(alerts, by: client)
        let new = alerts.count { $0["status"]?.stringValue == "newAlert" }
        let providers = Set(alerts.compactMap { $0["vendorInformation"]?["provider"]?.stringValue }).count
        say("Imported  \(alerts.count) alerts of \(providers) products, \(new) of them new")
        try await client.call(
            "PUT",
            "/tocsin/v1/connections/freshdesk-\(Self.playbook)",
            body: [
                "connector": "freshdesk", "baseUrl": .string(desk.address), "networks": ["127.0.0.0/8"],
                "parameters": ["domain": "contoso"], "secrets": ["api_key": "lab-key"],
            ]
        )
        let report = try await Deployment(client: client, place: WorkflowPlace()).deploy(
            playbook + "/azuredeploy.json",
            parameters: .object(JSONObject())
        )
        for workflow in report.workflows { say("Deployed  \(workflow.name) (version \(workflow.version))") }
        say("")
        return alerts
    }

    private func look(_ client: ServerClient, _ before: [JSON]) async throws(CommandFailure) -> DemoVerdict {
        DemoVerdict(
            before: before,
            alerts: try await client.list("/v1.0/security/alerts", query: [("$top", "100")]),
            tickets: desk.standing.tickets
        )
    }

    private func tell(_ verdict: DemoVerdict, seconds: Double) {
        say("")
        say(verdict.table)
        say("")
        for stray in verdict.strays { say("Ticket #\(stray) belongs to no alert: WRONG") }
        say(
            "\(verdict.doneCount) of \(verdict.newCount) new alerts have exactly one ticket and are in progress "
                + "(\(Int(seconds)) s, \(desk.standing.faultsDone) faults of the service)"
        )
        guard !isOnce else { return }
        say("")
        say("Tickets   \(desk.address)/tickets")
        say("Alerts    curl --unix-socket \(folder)/admin.sock 'http://localhost/v1.0/security/alerts?$top=5'")
        say("Runs      tocsin runs list \(Self.playbook) --data \(folder)")
        say("Metrics   \(server.origin)/metrics")
        say("Log       \(folder)/server.log")
        say("New alerts are taken every minute; Ctrl-C ends it.")
    }

    private func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
