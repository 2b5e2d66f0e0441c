import Identity
import JSONTree
import Moments
import Outbound
import Secrets
import Stores
import Synchronization
import Testing

@testable import Connectors

/// A connector whose service asks for a person's consent, over a strict provider and a real store.
struct SignInWorld {
    static let tenant = "t1"

    let provider: StrictProvider
    let clock: VirtualClock
    let house: StoreHouse
    let registry: ConnectorRegistry
    let desk: ConsentDesk

    /// `house`: a store that outlives this world, as a data folder outlives a process.
    init(
        provider: StrictProvider = StrictProvider(),
        clock: VirtualClock = VirtualClock(Fixtures.noon),
        house: StoreHouse? = nil
    ) async throws {
        self.provider = provider
        self.clock = clock
        let present = if let house { house } else { try await StoreHouse() }
        self.house = present
        registry = ConnectorRegistry(
            folders: [try Self.folder()],
            connections: present.connections,
            transport: provider,
            containment: ContainmentSwitch(store: present.store, clock: clock),
            clock: clock
        )
        desk = ConsentDesk(registry: registry, redirectURL: provider.redirect)
    }

    /// A connection of the service, as its operator sets it up.
    func connect(_ name: String = "mail", secret: String = StrictProvider.secret) async throws -> Connection {
        let connection = Connection(
            tenant: Self.tenant,
            name: name,
            connector: "consented",
            parameters: ["clientId": .string(StrictProvider.client)]
        )
        let secrets = ["clientSecret": SecretValue(secret)]
        try await registry.check(connection, secrets: secrets)
        try await house.connections.put(connection, secrets: secrets, by: "tester")
        await registry.forget(connection)
        return try #require(try await house.connections.connection(name, tenant: Self.tenant))
    }

    /// Everything that a person does with a browser.
    func signIn(_ connection: Connection) async throws {
        let ticket = try await desk.begin(connection, networks: .publicInternet)
        let departure = try #require(try await desk.depart(ticket: ticket))
        let back = try provider.consent(departure.address)
        let query = StrictProvider.fields(String(back.split(separator: "?")[1]))
        let name = try await desk.complete(
            state: query["state"] ?? "",
            binding: departure.binding,
            code: query["code"],
            refusal: nil,
            issuer: query["iss"]
        )
        #expect(name == connection.name)
    }

    func call(_ connection: String = "mail", path: String = "/me") -> ConnectorCall {
        ConnectorCall(tenant: Self.tenant, connection: connection, method: "GET", path: path, executionKey: "k")
    }

    /// Makes the call and gives the status.
    func status(_ connection: String = "mail") async throws -> Int {
        let prepared = try await registry.prepare(call(connection))
        return try await prepared.transport.send(prepared.request).status
    }

    /// A folder with a connector of the kind that public definitions describe, and one with a rule of its adapter.
    static func folder() throws -> String {
        try TestFolder.make([
            "consented/apiDefinition.swagger.json": [
                "swagger": "2.0", "info": ["title": "Mail", "version": "1"], "host": "api.mail.example",
                "schemes": ["https"],
                "paths": [
                    "/me": ["get": ["operationId": "GetMe", "responses": [:]]],
                    "/users/{id}/disable": [
                        "post": [
                            "operationId": "Disable",
                            "parameters": [["name": "id", "in": "path", "required": true, "type": "string"]],
                            "responses": [:],
                        ]
                    ],
                ],
                "securityDefinitions": [
                    "oauth2_auth": [
                        "type": "oauth2", "flow": "accessCode", "authorizationUrl": "https://login.example/authorize",
                        "tokenUrl": "https://login.example/token", "scopes": ["mail.read": "read"],
                    ]
                ],
            ],
            "consented/apiProperties.json": [
                "properties": [
                    "connectionParameters": [
                        "token": [
                            "type": "oauthSetting",
                            "oAuthSettings": [
                                "identityProvider": "oauth2", "clientId": "<<Please add your clientID here>>",
                                "scopes": ["mail.read", "offline_access"],
                                "customParameters": [
                                    "authorizationUrl": ["value": "https://login.example/authorize"],
                                    "tokenUrl": ["value": "https://login.example/token"],
                                    "refreshUrl": ["value": "https://login.example/token"],
                                ],
                            ],
                        ]
                    ]
                ]
            ],
            "consented/adapter.json": [
                "operations": ["Disable": ["effect": "contain", "idempotency": ["kind": "safe"]]]
            ],
        ])
    }
}

/// A store with its keys and the connections in it.
struct StoreHouse {
    let store: Store
    let keyring: Keyring
    let connections: ConnectionStore

    init() async throws {
        store = try Store.temporary(
            options: StoreOptions(
                migrations: SecretsMigrations.all + IdentityMigrations.all + ConnectionStore.migrations
            )
        )
        keyring = try await Keyring.open(
            store: store,
            masterKey: .given(SecretValue(String(repeating: "cd", count: 32)), place: "the test"),
            clock: SystemClock()
        )
        connections = ConnectionStore(store: store, secrets: SecretStore(keyring))
    }

    /// The same store as a process finds it that has just started: nothing of the former is in memory.
    init(after former: StoreHouse) {
        store = former.store
        keyring = former.keyring
        connections = ConnectionStore(store: former.store, secrets: SecretStore(former.keyring))
    }
}
