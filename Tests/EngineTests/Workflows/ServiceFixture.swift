import Durable
import JSONTree
import Logging
import Moments
import Playbooks
import Secrets
import Stores
import Synchronization
import Testing

@testable import Engine

/// Answers calls from a table by action; an action named in `holds` waits until it is let go.
final class FakeOutside: EffectPerformer, TriggerCalls {
    typealias M = WorkflowMachine

    let links: WorkflowService.Links?
    let calls = Mutex<[String]>([])
    private let held = Mutex<Set<String>>([])
    private let answers: [String: JSON]

    init(links: WorkflowService.Links? = nil, holds: Set<String> = [], answers: [String: JSON] = [:]) {
        self.links = links
        self.answers = answers
        held.withLock { $0 = holds }
    }

    func release(_ action: String) { held.withLock { _ = $0.remove(action) } }

    func perform(_ effect: ActionEffect, run: RunHeader, flight: FlightNumber) async -> RunInput {
        calls.withLock { $0.append(effect.node.name) }
        while held.withLock({ $0.contains(effect.node.name) }) {
            do { try await Task.sleep(for: .milliseconds(2)) } catch {
                return .landed(flight, .unknown(RunError("Stopped", "stopped")))
            }
        }
        if effect.node.type == .workflow, let links {
            let call = ChildCall(
                tenant: run.tenant,
                parent: effect.program.identity,
                workflow: effect.inputs["host"]?["workflow"]?["id"]?.stringValue ?? "",
                trigger: effect.inputs["host"]?["triggerName"]?.stringValue,
                headers: ["Content-Type": "application/json"],
                body: effect.inputs["body"],
                executionKey: effect.executionKey,
                clientTrackingID: effect.clientTrackingID,
                timeout: .seconds(20)
            )
            return .landed(flight, await links.children.call(call))
        }
        let body = answers[effect.node.name] ?? ["echo": effect.inputs["body"] ?? .null]
        return .landed(flight, .answered(.init(status: 200, headers: .object(JSONObject()), body: body)))
    }

    func callTrigger(
        _ trigger: TriggerNode,
        program: WorkflowProgram,
        inputs: JSON,
        kind: TriggerCallKind
    ) async -> EffectOutcome {
        .answered(.init(status: 202, headers: .object(JSONObject()), body: nil))
    }
}

/// A store that outlives the services over it, so that a test can end one and begin the next.
final class ServiceHouse: Sendable {
    static let tenant = "contoso"

    let store: Store
    let keyring: Keyring

    init() async throws {
        store = try Store.temporary(
            options: StoreOptions(
                migrations: SecretsMigrations.all + DurableMigrations.all + WorkflowService.migrations
            )
        )
        keyring = try await Keyring.open(store: store, masterKey: .file(besides: store))
    }

    /// Lets a service live while the body runs.
    func live<T: Sendable>(
        holds: Set<String> = [],
        answers: [String: JSON] = [:],
        patience: TimeSpan = .seconds(20),
        logger: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
        _ body: @Sendable (WorkflowService, FakeOutside) async throws -> T
    ) async throws -> T {
        var settings = EngineSettings(origin: "https://tocsin.example")
        settings.responsePatience = patience
        settings.driver.shutdownPatience = .milliseconds(20)
        let outside = Mutex<FakeOutside?>(nil)
        let service = try await WorkflowService(
            store: store,
            keyring: keyring,
            settings: settings,
            clock: SystemClock(),
            logger: logger
        ) { links in
            let made = FakeOutside(links: links, holds: holds, answers: answers)
            outside.withLock { $0 = made }
            return made
        }
        let fake = try #require(outside.withLock { $0 })
        let living = Task { await service.run() }
        let result: Result<T, any Error>
        do {
            result = .success(try await body(service, fake))
        } catch {
            result = .failure(error)
        }
        living.cancel()
        await living.value
        await service.shutDown()
        return try result.get()
    }

    static func key(_ name: String) -> WorkflowKey {
        WorkflowKey(subscription: "sub", resourceGroup: "Group", name: name)
    }

    static func definition(
        _ actions: JSON,
        trigger: JSON = ["type": "Request", "kind": "Http", "inputs": [:]]
    ) -> [UInt8] {
        let definition: JSON = [
            "$schema":
                "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
            "contentVersion": "1.0.0.0", "triggers": ["manual": trigger], "actions": actions,
        ]
        return definition.bytes()
    }

    static let call = RequestTrigger.Call(
        method: "POST",
        path: "",
        queries: JSONObject(),
        headers: ["Content-Type": "application/json"],
        body: ["n": 1]
    )

    static let response: JSON = [
        "Call": ["type": "Http", "inputs": ["method": "POST", "uri": "https://a.example/", "body": "@triggerBody()"]],
        "Answer": [
            "type": "Response", "runAfter": ["Call": ["Succeeded"]],
            "inputs": ["statusCode": 201, "headers": ["x-n": "1"], "body": "@body('Call')"],
        ],
    ]
}

/// Waits until something holds.
func eventually(_ what: String, within limit: Duration = .seconds(30), _ holds: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await holds() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("not reached: \(what)")
}
