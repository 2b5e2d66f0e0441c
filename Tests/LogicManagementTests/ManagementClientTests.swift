import Engine
import Foundation
import Identity
import JSONTree
import Logging
import Moments
import Secrets
import ServiceLifecycle
import Serving
import Stores
import TestSupport
import Testing
import Tokens

/// The unmodified `azure-mgmt-logic` against a real server over TLS, with tokens of our own endpoint.
@Suite(.enabled(if: PythonClients.python != nil, "the Python clients are not there: scripts/python-clients says why"))
struct ManagementClientTests {
    @Test(.timeLimit(.minutes(4)))
    func `the real client creates, lists, runs, inspects, cancels and deletes`() async throws {
        let python = try #require(PythonClients.python)
        let folder = NSTemporaryDirectory() + "tocsin-logic-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = try CertificateMaker(unixSeconds: Int64(Date().timeIntervalSince1970)).write(
            to: folder,
            hosts: ["localhost"]
        )
        let tokens = try await TokenPart()
        let validator = TokenValidator(keys: tokens.keys)
        let fixture = try await LogicFixture(
            validator: validator,
            access: Access(validator: validator, audience: .management, form: .management).requireToken,
            more: [tokens.service.routes]
        )
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        var options = ServerOptions(security: .files(certificate: files.certificate, key: files.key))
        options.port = 0
        let server = try Server(router: fixture.router, options: options, logger: logger)
        let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: logger))
        let serving = Task { await fixture.service.run() }
        let results = try await withThrowingTaskGroup(of: JSON?.self) { tasks in
            tasks.addTask {
                try await group.run()
                return nil
            }
            let port = try #require(await server.port)
            let output = try await PythonClients.run(
                python,
                script: "logic.py",
                input: [
                    "base": .string("https://localhost:\(port)"), "origin": .string(LogicFixture.origin),
                    "tenant": .string(tokens.tenant.id), "client": .string(tokens.app.clientID),
                    "secret": .string(tokens.secret.text),
                ],
                authority: files.authority
            )
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return output
        }
        serving.cancel()
        await serving.value
        await fixture.service.shutDown()
        check(results)
    }

    private func check(_ results: JSON) {
        let created = results["created"]
        #expect(created?["name"] == "loop" && created?["state"] == "Enabled" && created?["same"] == true)
        #expect(created?["endpoint"] == true && created?["parameter"] == "v")
        #expect(results["listed"] == ["hang", "loop", "more-0", "more-1", "more-2", "more-3", "more-4"])
        #expect(results["inGroup"] == 7 && results["filtered"] == ["hang"])
        #expect(results["updated"] == "loop" && results["validated"] == .null)
        #expect(results["broken"]?["status"] == 400 && results["broken"]?["code"] == "InvalidTemplate")
        #expect(results["broken"]?["message"]?.stringValue?.contains("'Bad' at line") == true)
        #expect(results["missing"]?["type"] == "ResourceNotFoundError")
        #expect(results["missing"]?["code"] == "WorkflowNotFound")
        #expect(results["refused"]?["type"] == "ClientAuthenticationError")
        #expect(results["enabled"] == "Enabled")
        #expect(results["callback"] == ["method": "POST", "sp": "/triggers/manual/run", "sv": "1.0"])
        #expect(results["workflowCallback"] == true && results["schema"] == [:] && results["triggers"] == ["manual"])
        #expect(results["started"] == 202)
        #expect(
            results["run"] == [
                "status": "Succeeded", "trigger": "manual", "tracking": true, "output": ["echo": ["n": 1.5]],
                "version": true, "ended": true,
            ],
            "\(results["run"] ?? .null)"
        )
        #expect(results["triggerOutputs"] == ["items": ["a", "b", "c"]])
        #expect(results["runs"] == [true] && results["failedRuns"] == 0)
        #expect(results["actions"] == ["Each": "Succeeded", "Item": "Succeeded", "Call": "Succeeded"])
        #expect(results["call"]?["code"] == "OK" && results["call"]?["inputs"]?["body"] == ["n": 1.5])
        #expect(results["call"]?["outputs"]?["statusCode"] == 200)
        let repetitions = ["a", "b", "c"].enumerated().map { index, text -> JSON in
            [
                "name": .string("00000\(index)"), "status": "Succeeded", "index": .integer(Int64(index)),
                "scope": "Each", "output": .string("v\(text)"),
            ]
        }
        #expect(results["repetitions"] == .array(repetitions))
        #expect(results["repetition"] == "Succeeded" && results["scopes"] == ["000000", "000001", "000002"])
        #expect(results["traces"] == [["text": "@concat(parameters('prefix'), item())", "value": "vc"]])
        #expect(results["requests"] == [200])
        #expect(results["histories"] == [["Succeeded", true, true]])
        #expect(results["resubmitted"] == 2 && results["versions"] == [true] && results["oldDefinition"] == true)
        #expect(results["swagger"] == "2.0" && results["upgraded"] == true)
        #expect(results["cancelled"] == "Cancelled")
        #expect(results["cancelledAgain"]?["status"] == 400)
        #expect(results["moved"] == true && results["disabled"] == "WorkflowDisabled" && results["oldKey"] == 401)
        #expect(results["deleted"]?["code"] == "WorkflowNotFound")
    }
}

/// A token endpoint with a tenant and an app that may manage workflows.
struct TokenPart {
    let tenant = Tenant(id: "11111111-2222-3333-4444-555555555555", name: "Contoso", domains: ["contoso.example"])
    let keys: TokenKeys
    let service: TokenService
    let app: App
    let secret: SecretValue

    init() async throws {
        let store = try Store.temporary(
            options: StoreOptions(migrations: SecretsMigrations.all + IdentityMigrations.all)
        )
        let keyring = try await Keyring.open(
            store: store,
            masterKey: .given(SecretValue(String(repeating: "cd", count: 32)), place: "the test"),
            clock: SystemClock()
        )
        let directory = Directory(store: store, clock: SystemClock())
        try await directory.save(tenant, by: "test")
        app = try await directory.createApp("Manager", tenant: tenant.id, roles: ["Logic.Contributor"], by: "test")
        secret = try await directory.addSecret(to: app, life: .days(30), by: "test").secret
        keys = try await TokenKeys.open(store: store, sealer: keyring, clock: SystemClock())
        service = TokenService(
            directory: directory,
            keys: keys,
            limiter: FailureLimiter(limit: 20, clock: SystemClock()),
            clock: SystemClock()
        )
    }

    /// A token of the app for a resource, from this server under an origin.
    func token(audience: String, origin: String) throws -> String {
        try TokenIssuer(keys: keys).token(for: app, audience: audience, origin: origin, proof: .secret).text
    }
}
