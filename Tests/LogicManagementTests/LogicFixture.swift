import Callbacks
import Durable
import Engine
import Identity
import JSONTree
import Logging
import LogicManagement
import Moments
import Secrets
import Serving
import Stores
import Testing

/// A whole engine over a store in memory, with both surfaces before it.
struct LogicFixture {
    static let base = "/subscriptions/s1/resourceGroups/g1/providers/Microsoft.Logic/workflows"
    static let origin = "https://server.example:8443"

    let service: WorkflowService
    let outside: Outside
    let audit: AuditLog
    let router: Router

    /// Makes an engine, lets it run while the body does, and ends it.
    static func running(
        patience: TimeSpan = .seconds(120),
        validator: TokenValidator? = nil,
        _ body: (LogicFixture) async throws -> Void
    ) async throws {
        let fixture = try await LogicFixture(patience: patience, validator: validator)
        let serving = Task { await fixture.service.run() }
        do {
            try await body(fixture)
        } catch {
            await fixture.end(serving)
            throw error
        }
        await fixture.end(serving)
    }

    private func end(_ serving: Task<Void, Never>) async {
        serving.cancel()
        await serving.value
        await service.shutDown()
    }

    init(
        patience: TimeSpan = .seconds(120),
        validator: TokenValidator? = nil,
        origin: String = LogicFixture.origin,
        access: Routes.Middleware? = nil,
        more: [Routes] = []
    ) async throws {
        let store = try Store.temporary(
            options: StoreOptions(
                migrations: SecretsMigrations.all + IdentityMigrations.all + DurableMigrations.all
                    + WorkflowService.migrations
            )
        )
        let keyring = try await Keyring.open(
            store: store,
            masterKey: .given(SecretValue(String(repeating: "ab", count: 32)), place: "the test"),
            clock: SystemClock()
        )
        var settings = EngineSettings(origin: origin)
        settings.responsePatience = patience
        settings.driver.shutdownPatience = .milliseconds(50)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let outside = Outside()
        service = try await WorkflowService(
            store: store,
            keyring: keyring,
            settings: settings,
            clock: SystemClock(),
            logger: logger
        ) { _ in outside }
        self.outside = outside
        audit = AuditLog(store: store)
        let surface = LogicSurface(service: service, access: access, auditing: Auditing(audit))
        router = Router(
            [
                surface.routes, surface.contentRoutes, CallbackSurface(service: service, validator: validator).routes,
            ] + more
        )
    }

    // MARK: - Requests

    /// An answer, read.
    struct Answer {
        let status: Int
        let headers: Headers
        let bytes: [UInt8]

        var json: JSON { (try? JSON.parse(bytes)) ?? .null }
        var code: String { json["error"]?["code"]?.stringValue ?? "" }
        var message: String { json["error"]?["message"]?.stringValue ?? "" }
        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    static func principal(_ roles: Set<String>, tenant: String = "t1") -> Principal {
        Principal(kind: .app, tenant: tenant, clientID: "a", objectID: "o", displayName: "Test", roles: roles)
    }

    /// Sends a request as an app with a role, to a path or an absolute address of this server.
    func send(
        _ method: String,
        _ target: String,
        bytes: [UInt8] = [],
        headers: Headers = ["Content-Type": "application/json"],
        principal: Principal? = LogicFixture.principal(["Logic.Contributor"]),
        address: String? = nil
    ) async throws -> Answer {
        let path = target.hasPrefix(Self.origin) ? String(target.dropFirst(Self.origin.count)) : target
        let request = try Request(
            method: method,
            target: path,
            headers: headers,
            body: bytes,
            origin: Self.origin,
            principal: principal,
            remoteAddress: address.flatMap { IPAddress($0) }
        )
        let response = await router.respond(to: request)
        return Answer(status: response.status, headers: response.headers, bytes: try await response.collected())
    }

    /// Sends a management request below the workflows of the group.
    func manage(
        _ method: String,
        _ path: String,
        _ body: JSON? = nil,
        principal: Principal? = LogicFixture.principal(["Logic.Contributor"])
    ) async throws -> Answer {
        let mark = path.contains("?") ? "&" : "?"
        return try await send(
            method,
            "\(Self.base)\(path)\(mark)api-version=2019-05-01",
            bytes: body?.bytes() ?? [],
            principal: principal
        )
    }

    /// Calls an address without a principal, as the outside does.
    func call(
        _ method: String,
        _ address: String,
        _ body: JSON? = nil,
        headers: Headers = ["Content-Type": "application/json"]
    ) async throws -> Answer {
        try await send(method, address, bytes: body?.bytes() ?? [], headers: headers, principal: nil)
    }

    // MARK: - Workflows

    static func definition(triggers: JSON? = nil, actions: JSON, parameters: JSON? = nil) -> JSON {
        [
            "$schema":
                "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
            "contentVersion": "1.0.0.0", "parameters": parameters ?? [:],
            "triggers": triggers ?? ["manual": ["type": "Request", "kind": "Http", "inputs": ["schema": [:]]]],
            "actions": actions, "outputs": [:],
        ]
    }

    static func body(_ definition: JSON, _ more: JSONObject = JSONObject()) -> JSON {
        var properties: JSONObject = ["definition": definition]
        properties.merge(more)
        return ["location": "westeurope", "tags": ["team": "soc"], "properties": .object(properties)]
    }

    @discardableResult
    func put(
        _ name: String,
        actions: JSON,
        triggers: JSON? = nil,
        _ more: JSONObject = JSONObject()
    ) async throws -> JSON {
        let body = Self.body(Self.definition(triggers: triggers, actions: actions), more)
        let answer = try await manage("PUT", "/\(name)", body)
        try #require(answer.status == 201 || answer.status == 200, "\(answer.text)")
        return answer.json
    }

    /// The address of a trigger.
    func address(_ name: String, trigger: String = "manual", _ body: JSON? = nil) async throws -> String {
        let answer = try await manage("POST", "/\(name)/triggers/\(trigger)/listCallbackUrl", body)
        return try #require(answer.json["value"]?.stringValue, "\(answer.text)")
    }

    /// Calls the trigger and waits until the run has ended.
    func run(_ name: String, _ body: JSON? = nil) async throws -> String {
        let answer = try await call("POST", try await address(name), body)
        let run = try #require(answer.headers["x-ms-workflow-run-id"], "\(answer.text)")
        _ = try await ended(name, run)
        return run
    }

    /// The run once it has ended.
    func ended(_ name: String, _ run: String) async throws -> JSON {
        try await self.run(name, run) { $0["properties"]?["endTime"] != nil }
    }

    /// The run once it is as wanted.
    func run(_ name: String, _ run: String, _ isReady: (JSON) -> Bool) async throws -> JSON {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let answer = try await manage("GET", "/\(name)/runs/\(run)")
            if answer.status == 200, isReady(answer.json) { return answer.json }
            try #require(ContinuousClock.now < deadline, "the run is still \(answer.text)")
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
