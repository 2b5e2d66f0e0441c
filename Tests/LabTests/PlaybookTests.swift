import Connectors
import Expressions
import Foundation
import JSONTree
import Lab
import Moments
import Secrets
import Serving
import Testing

/// The playbook `alerts-to-tickets` with the documented alerts, its connector and the stand-in, without an engine.
struct PlaybookTests {
    static let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

    static func json(_ path: String) throws -> JSON {
        try JSON.parse(Array(try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)"))))
    }

    struct Loop: EvaluationContext {
        let alert: JSON
        let ticket: JSON

        func items(_ loop: String) -> JSON? { loop == "For_each" ? alert : nil }

        func item() -> JSON? { alert }

        func parameter(_ name: String) -> JSON? { name == "RequesterEmail" ? "soc@contoso.example" : nil }

        func outputs(ofAction name: String) -> JSON?? { name == "Create_ticket" ? ["body": ticket] : nil }

        func action(_ name: String) -> JSON? { name == "Create_ticket" ? ["outputs": ["body": ticket]] : nil }
    }

    @Test func everyAlertMakesATicketThatFreshdeskTakes() async throws {
        let template = try Self.json("Playbooks/alerts-to-tickets/azuredeploy.json")
        let workflow = try #require(
            template["resources"]?.arrayValue?.first { $0["type"] == "Microsoft.Logic/workflows" }
        )
        let definition = try #require(workflow["properties"]?["definition"])
        #expect(definition["triggers"]?["Recurrence"]?["runtimeConfiguration"]?["concurrency"]?["runs"] == 1)
        let actions = try #require(definition["actions"]?["For_each"]?["actions"])
        let create = try #require(actions["Create_ticket"]?["inputs"])
        let update = try #require(actions["Update_alert"]?["inputs"])
        let mount = VendorMount(FreshdeskLab(), clock: VirtualClock(Timestamp(unixSeconds: 1_772_445_600)))
        let router = Router([mount.routes(below: "/lab/freshdesk")])
        let registry = ConnectorRegistry(
            folders: ["\(Self.root)/Connectors"],
            connections: FixedConnections(
                [
                    Connection(
                        tenant: "t1",
                        name: "freshdesk",
                        connector: "freshdesk",
                        baseURL: "http://127.0.0.1/lab/freshdesk"
                    ), Connection(tenant: "t1", name: "graph", connector: "microsoftgraphsecurity"),
                ],
                secrets: ["freshdesk/api_key": SecretValue("lab-key")]
            ),
            transport: RouterTransport(router: router, principal: nil, origin: "http://127.0.0.1"),
            ownTransport: { _ in RouterTransport(router: router, principal: nil, origin: "http://127.0.0.1") }
        )
        let alerts = try #require(try Self.json("Tests/Data/graph-alerts.json")["alerts"]?.arrayValue)
        var markers: Set<String> = []
        for alert in alerts {
            let id = try #require(alert["id"]?.stringValue)
            let inputs = try Self.evaluate(create, Loop(alert: alert, ticket: nil))
            let call = try await registry.prepare(try Self.call(inputs, "freshdesk"))
            #expect(call.operation?.id == "CreateTicket")
            #expect(call.businessKey == "t1/freshdesk/CreateTicket/\(id)")
            let outputs = call.interpret(try await call.transport.send(call.request))
            #expect(outputs.statusCode == 201, "\(id): \(outputs.json.text)")
            #expect(outputs.body?["tags"]?[2] == .string(String(id.suffix(32))))
            #expect(outputs.body?["description_text"]?.stringValue?.hasSuffix("Alert id: \(id)") == true)
            markers.insert(try #require(call.lookup?.marker))
            let change = try Self.evaluate(update, Loop(alert: alert, ticket: outputs.body ?? .null))
            #expect(change["body"]?["status"] == "inProgress")
            #expect(change["body"]?["vendorInformation"]?["vendor"] == "Microsoft")
            #expect(change["body"]?["tags"]?.arrayValue?.last?.stringValue?.hasPrefix("freshdesk-") == true)
            let patch = try await registry.prepare(try Self.call(change, "graph"))
            #expect(patch.operation?.id == "UpdateAlert")
        }
        #expect(markers.count == 17)
        #expect(mount.withState { state, _ in state.tickets.count } == 17)
    }

    private static func evaluate(_ inputs: JSON, _ context: Loop) throws -> JSON {
        var object = try #require(inputs.objectValue)
        object["host"] = nil
        return try Template.compile(.object(object)).evaluate(in: context)
    }

    private static func call(_ inputs: JSON, _ connection: String) throws -> ConnectorCall {
        ConnectorCall(
            tenant: "t1",
            connection: connection,
            method: try #require(inputs["method"]?.stringValue),
            path: try #require(inputs["path"]?.stringValue),
            headers: (inputs["headers"]?.objectValue ?? JSONObject()).map { ($0.name, $0.value) },
            body: inputs["body"],
            executionKey: "k"
        )
    }
}
