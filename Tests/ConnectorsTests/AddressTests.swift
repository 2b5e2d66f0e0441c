import JSONTree
import Outbound
import Secrets
import Testing

@testable import Connectors

/// Where the service of a connector is: its definition, its servers, its policies, and what a connection gives.
struct AddressTests {
    private static func openAPI(_ servers: JSON, own: JSON? = nil) -> JSON {
        var get: JSONObject = ["operationId": "Get", "responses": ["200": ["description": "ok"]]]
        get["servers"] = own
        return [
            "openapi": "3.0.3", "info": ["title": "T", "version": "1"], "servers": servers,
            "paths": ["/a": ["get": .object(get)]],
        ]
    }

    private static func swagger(_ host: String, _ basePath: String? = nil) -> JSON {
        var object: JSONObject = [
            "swagger": "2.0", "info": ["title": "T"], "host": .string(host),
            "paths": ["/a": ["get": ["operationId": "Get", "responses": ["200": [:]]]]],
        ]
        object["basePath"] = basePath.map(JSON.string)
        return .object(object)
    }

    private static func hostPolicy(_ template: String) -> JSON {
        [
            "templateId": "dynamichosturl",
            "parameters": ["x-ms-apimTemplateParameter.urlTemplate": .string(template)],
        ]
    }

    private static func properties(_ parameters: JSON, _ policies: JSON = []) -> JSON {
        ["properties": ["connectionParameters": parameters, "policyTemplateInstances": policies]]
    }

    private static func registry(
        _ definition: JSON,
        _ properties: JSON? = nil,
        _ parameters: [String: JSON] = [:],
        baseURL: String? = nil
    ) throws -> (registry: ConnectorRegistry, connection: Connection) {
        let name = definition["openapi"] == nil ? "apiDefinition.swagger.json" : "openapi.json"
        var files: [String: JSON] = ["c/\(name)": definition]
        files["c/apiProperties.json"] = properties
        let connection = Connection(
            tenant: "t1",
            name: "c",
            connector: "c",
            parameters: parameters,
            baseURL: baseURL,
            authentication: ["type": "None"]
        )
        let registry = ConnectorRegistry(
            folders: [try TestFolder.make(files)],
            connections: FixedConnections([connection]),
            transport: RecordingTransport(),
            clock: Fixtures.clock
        )
        return (registry, connection)
    }

    private static func url(_ world: (registry: ConnectorRegistry, connection: Connection)) async throws -> String {
        let start = ConnectorCall(tenant: "t1", connection: "c", method: "GET", path: "/", executionKey: "k")
        let call = try await world.registry.resolving(start, operation: "Get", parameters: [:])
        return try await world.registry.prepare(call).request.url
    }

    @Test(
        arguments: [
            ([["url": "https://h.example/v1"]], [["url": "/alt"]], nil, "https://h.example/alt/a"),
            ([["url": "https://h.example/v1"]], [["url": "/alt"]], "https://me.example", "https://me.example/alt/a"),
            (
                [["url": "https://h.example/v1"]], [["url": "/v2"]], "https://me.example/proxy/v1",
                "https://me.example/proxy/v2/a"
            ),
            ([["url": "/v1"]], [["url": "./beta"]], "https://me.example", "https://me.example/beta/a"),
            ([["url": "/v1"]], nil, "https://me.example", "https://me.example/v1/a"),
            (
                [["url": "https://{r}.example/v1", "variables": ["r": ["default": "eu"]]]],
                [["url": "/{v}", "variables": ["v": ["default": "v3"]]]], nil, "https://eu.example/v3/a"
            ),
            ([["url": "https://h.example/v1"]], [["url": "https://up.example/x"]], nil, "https://up.example/x/a"),
            ([["url": "https://h.example/v1"]], [["url": "//up.example/x"]], nil, "https://up.example/x/a"),
        ] as [(JSON, JSON?, String?, String)]
    )
    func `an operation's own server may be relative to the others`(
        _ servers: JSON,
        _ own: JSON?,
        _ baseURL: String?,
        _ url: String
    ) async throws {
        #expect(try await Self.url(try Self.registry(Self.openAPI(servers, own: own), baseURL: baseURL)) == url)
    }

    private static let braces = swagger("{region}.api.example", "/v1")

    @Test(
        arguments: [
            (openAPI([["url": "https://{tenant}.example/api"]]), ["tenant": "me"], "https://me.example/api/a"),
            (braces, ["region": "eu"], "https://eu.api.example/v1/a"),
        ] as [(JSON, [String: JSON], String)]
    )
    func `braces in a host are a parameter of connections`(
        _ definition: JSON,
        _ parameters: [String: JSON],
        _ url: String
    ) async throws {
        let world = try Self.registry(definition, nil, parameters)
        try await world.registry.check(world.connection, secrets: [:])
        #expect(try await Self.url(world) == url)
        let bare = try Self.registry(definition)
        let error = await #expect(throws: ConnectorError.self) {
            try await bare.registry.check(bare.connection, secrets: [:])
        }
        let name = try #require(parameters.keys.first)
        #expect(error?.code == .incompleteConnection)
        #expect(error?.message.contains("'\(name)'") == true, "\(error?.message ?? "")")
    }

    @Test(
        arguments: [
            swagger("[region].api.example"), swagger("<your-host>"), swagger("{{domain}}"),
            openAPI([["url": "https://<your-host>/api"]]),
        ]
    )
    func `what stands for a host needs an address from the connection, and is told`(_ definition: JSON) async throws {
        let connector = try ConnectorDefinition(name: "c", definition: definition)
        #expect(connector.baseURL == nil)
        #expect(connector.remarks.contains { $0.severity == .warning && $0.message.contains("stands for a host") })
        let bare = try Self.registry(definition)
        let error = await #expect(throws: ConnectorError.self) {
            try await bare.registry.check(bare.connection, secrets: [:])
        }
        #expect(error?.message.contains("'baseUrl'") == true, "\(error?.message ?? "")")
        let given = try Self.registry(definition, baseURL: "https://me.example")
        try await given.registry.check(given.connection, secrets: [:])
        #expect(try await Self.url(given).hasPrefix("https://me.example/"))
    }

    @Test(arguments: ["h.example", "h.example:8443", "[2001:db8::1]", "[2001:db8::1]:443", "localhost"])
    func `hosts that are names stay as they are`(_ host: String) throws {
        #expect(try ConnectorDefinition(name: "c", definition: Self.swagger(host)).baseURL == "https://\(host)")
    }

    private static let region: JSON = [
        "region": [
            "type": "string",
            "uiDefinition": [
                "constraints": [
                    "required": "true",
                    "allowedValues": [
                        ["text": "United States", "value": "us.example"], ["text": "Europe", "value": "eu.example"],
                    ],
                ]
            ],
        ]
    ]

    @Test(arguments: [("us.example", "us.example"), ("united states", "us.example"), ("Europe", "eu.example")])
    func `the text of a choice stands for its value`(_ given: String, _ kept: String) async throws {
        let properties = Self.properties(Self.region, [Self.hostPolicy("https://@connectionParameters('region')")])
        let world = try Self.registry(Self.swagger("x.example"), properties, ["region": .string(given)])
        #expect(try await world.registry.check(world.connection, secrets: [:]).parameters["region"] == .string(kept))
    }

    @Test func `what is no choice is refused with the list`() async throws {
        let properties = Self.properties(Self.region)
        let world = try Self.registry(Self.swagger("x.example"), properties, ["region": "Mars"])
        let error = await #expect(throws: ConnectorError.self) {
            try await world.registry.check(world.connection, secrets: [:])
        }
        #expect(error?.code == .invalidParameter)
        #expect(error?.message.contains("'us.example' (United States), 'eu.example' (Europe)") == true)
    }

    @Test func `variables of servers have choices, too`() async throws {
        let servers: JSON = [
            ["url": "https://{r}.example", "variables": ["r": ["default": "eu", "enum": ["eu", "us"]]]]
        ]
        let world = try Self.registry(Self.openAPI(servers), nil, ["r": "mars"])
        let error = await #expect(throws: ConnectorError.self) {
            try await world.registry.check(world.connection, secrets: [:])
        }
        #expect(error?.message.contains("'eu', 'us'") == true, "\(error?.message ?? "")")
    }

    @Test(
        arguments: [
            ("https://@connectionParameters('sub').api.example", [:], "'sub'"),
            ("https://@connectionParameters('sub').api.example", ["sub": "a b"], "'sub'"),
            ("https://api.example", [:], nil), ("https://@connectionParameters('sub').api.example", ["sub": "a"], nil),
        ] as [(String, [String: JSON], String?)]
    )
    func `an address that cannot be made is told with its parameters when the connection is made`(
        _ template: String,
        _ parameters: [String: JSON],
        _ named: String?
    ) async throws {
        let properties = Self.properties(["sub": ["type": "string"]], [Self.hostPolicy(template)])
        let world = try Self.registry(Self.swagger("x.example"), properties, parameters)
        guard let named else {
            try await world.registry.check(world.connection, secrets: [:])
            return
        }
        let error = await #expect(throws: ConnectorError.self) {
            try await world.registry.check(world.connection, secrets: [:])
        }
        #expect(error?.code == .incompleteConnection)
        #expect(error?.message.contains(named) == true, "\(error?.message ?? "")")
    }

    @Test(
        arguments: [
            ("https://@connectionParameters('host')", "/api/3", ["host": "me.example"], "https://me.example/a"),
            ("@connectionParameters('host')", "/api", ["host": "https://me.example/"], "https://me.example/a"),
            ("https://@connectionParameters('host')/v2", "/v1", ["host": "me.example"], "https://me.example/v2/a"),
            ("@connectionParameters('host')", "/v1", ["host": "https://me.example/v9"], "https://me.example/v9/a"),
            ("https://auth.example", "/v1", [:], "https://auth.example/a"),
        ] as [(String, String, [String: JSON], String)]
    )
    func `the address of a policy takes the place of the base path, too`(
        _ template: String,
        _ basePath: String,
        _ parameters: [String: JSON],
        _ url: String
    ) async throws {
        let properties = Self.properties(["host": ["type": "string"]], [Self.hostPolicy(template)])
        #expect(
            try await Self.url(try Self.registry(Self.swagger("x.example", basePath), properties, parameters)) == url
        )
    }
}
