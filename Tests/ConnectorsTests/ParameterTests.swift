import JSONTree
import Outbound
import Secrets
import Testing

@testable import Connectors

/// Which parameters a call has: given, filled in, spread over several names, or supplied by credentials and policies.
struct ParameterTests {
    static func parameter(_ name: String, _ place: String, _ more: JSONObject = [:]) -> JSON {
        var object: JSONObject = ["name": .string(name), "in": .string(place), "required": true, "type": "string"]
        object.merge(more)
        return .object(object)
    }

    static let swagger: JSON = [
        "swagger": "2.0", "host": "h.example",
        "securityDefinitions": ["key": ["type": "apiKey", "in": "header", "name": "X-Key"]],
        "paths": [
            "/supplied": [
                "get": [
                    "operationId": "Supplied",
                    "parameters": [parameter("x-key", "header"), parameter("v", "query")],
                ]
            ],
            "/unsupplied": ["get": ["operationId": "Unsupplied", "parameters": [parameter("v", "query")]]],
            "/odd": [
                "get": [
                    "operationId": "Odd",
                    "parameters": [
                        parameter("q", "Query", ["default": "@me", "required": "true"]),
                        parameter("X-Odd", "HEADER", ["default": "@{nope}"]),
                        parameter("odata", "query", ["default": "@odata.type"]),
                        parameter("now", "query", ["default": "@{addDays('2026-03-01', 1, 'yyyy-MM-dd')}"]),
                        parameter("only", "query", ["enum": ["ListUsers"]]),
                    ],
                ]
            ],
        ],
    ]

    static let properties: JSON = [
        "properties": [
            "connectionParameters": ["key": ["type": "securestring"]],
            "policyTemplateInstances": [
                [
                    "templateId": "setqueryparameter",
                    "parameters": [
                        "x-ms-apimTemplateParameter.name": "v", "x-ms-apimTemplateParameter.value": "2",
                        "x-ms-apimTemplate-operationName": ["Supplied"],
                    ],
                ]
            ],
        ]
    ]

    static let openAPI: JSON = [
        "openapi": "3.0.3", "servers": [["url": "https://h.example"]],
        "paths": [
            "/deep": [
                "get": [
                    "operationId": "Deep",
                    "parameters": [
                        [
                            "name": "filter", "in": "query", "required": true, "style": "deepObject",
                            "schema": ["type": "object", "properties": ["status": ["type": "string"]]],
                        ]
                    ],
                ]
            ],
            "/wide": [
                "get": [
                    "operationId": "Wide",
                    "parameters": [
                        [
                            "name": "page", "in": "query", "required": true,
                            "schema": ["type": "object", "properties": ["size": ["type": "integer"]]],
                        ]
                    ],
                ]
            ],
            "/signed": [
                "post": [
                    "operationId": "Signed",
                    "parameters": [
                        ["name": "Authorization", "in": "header", "required": true, "schema": ["type": "string"]],
                        ["name": "Accept", "in": "header", "required": true, "schema": ["type": "string"]],
                        ["name": "Content-Type", "in": "header", "required": true, "schema": ["type": "string"]],
                    ],
                    "requestBody": ["content": ["application/json": ["schema": ["type": "object"]]]],
                ]
            ],
        ],
    ]

    static func registry() throws -> ConnectorRegistry {
        let folder = try TestFolder.make([
            "s/apiDefinition.swagger.json": swagger, "s/apiProperties.json": properties, "o/openapi.json": openAPI,
        ])
        let connections = FixedConnections(
            ["s", "o"].map { Connection(tenant: "t1", name: $0, connector: $0, secretNames: $0 == "s" ? ["key"] : []) },
            secrets: ["s/key": SecretValue("K3y")]
        )
        return ConnectorRegistry(
            folders: [folder],
            connections: connections,
            transport: RecordingTransport(),
            clock: Fixtures.clock
        )
    }

    static func call(
        _ connection: String,
        _ path: String,
        _ queries: [(name: String, value: JSON)] = []
    ) -> ConnectorCall {
        ConnectorCall(
            tenant: "t1",
            connection: connection,
            method: path == "/signed" ? "POST" : "GET",
            path: path,
            queries: queries,
            body: path == "/signed" ? ["a": 1] : nil,
            executionKey: "k"
        )
    }

    @Test func `what credentials and policies supply is not asked of the call`() async throws {
        let request = try await Self.registry().prepare(Self.call("s", "/supplied")).request
        #expect(request.url == "https://h.example/supplied?v=2")
        #expect(request.headers["X-Key"] == "K3y")
        let error = await #expect(throws: ConnectorError.self) {
            try await Self.registry().prepare(Self.call("s", "/unsupplied"))
        }
        #expect(error?.code == .missingParameter)
        #expect(error?.message.contains("query parameter 'v'") == true)
    }

    @Test func `defaults that only look like expressions are texts, and members are read as people write them`()
        async throws
    {
        let request = try await Self.registry().prepare(Self.call("s", "/odd")).request
        #expect(
            request.url == "https://h.example/odd?q=%40me&odata=%40odata.type&now=2026-03-02&only=ListUsers",
            "\(request.url)"
        )
        #expect(request.headers["X-Odd"] == "@{nope}")
    }

    @Test(
        arguments: [
            ("/deep", "filter", ["status": "open"], "filter%5Bstatus%5D=open"),
            ("/deep?filter[status]=open", nil, nil, "filter[status]=open"),
            ("/deep", "filter[status]", "open", "filter%5Bstatus%5D=open"),
            ("/wide", "page", ["size": 5], "size=5"), ("/wide?size=5", nil, nil, "size=5"),
        ] as [(String, String?, JSON?, String)]
    )
    func `an object is there under the names that it is spread over`(
        _ path: String,
        _ name: String?,
        _ value: JSON?,
        _ query: String
    ) async throws {
        let queries = name.map { [(name: $0, value: value ?? .null)] } ?? []
        let request = try await Self.registry().prepare(Self.call("o", path, queries)).request
        #expect(request.url.hasSuffix("?\(query)"), "\(request.url)")
    }

    @Test(arguments: ["/deep", "/wide", "/deep?filters[status]=x", "/wide?length=5"])
    func `an object is missing when none of its names is there`(_ path: String) async throws {
        let error = await #expect(throws: ConnectorError.self) {
            try await Self.registry().prepare(Self.call("o", path))
        }
        #expect(error?.code == .missingParameter)
    }

    @Test func `headers that are made with the request are not asked of the call`() async throws {
        let request = try await Self.registry().prepare(Self.call("o", "/signed")).request
        #expect(request.headers["Content-Type"] == "application/json")
        #expect(request.headers["Accept"] == "application/json")
    }
}
