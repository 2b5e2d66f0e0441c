import JSONTree
import Outbound
import Testing

@testable import Connectors

/// Calls by the name of an operation: styles of OpenAPI 3, cookies, and names that it does not have.
struct NamedCallTests {
    private static func parameter(_ name: String, _ place: String, _ schema: JSON, _ more: JSONObject = [:]) -> JSON {
        var object: JSONObject = [
            "name": .string(name), "in": .string(place), "schema": schema, "required": .bool(place == "path"),
        ]
        object.merge(more)
        return .object(object)
    }

    private static let object: JSON = ["type": "object"]
    private static let list: JSON = ["type": "array", "items": ["type": "string"]]
    private static let text: JSON = ["type": "string"]

    private static func operation(_ id: String, _ parameters: JSON, _ more: JSONObject = [:]) -> JSON {
        var object: JSONObject = [
            "operationId": .string(id), "parameters": parameters, "responses": ["200": ["description": "ok"]],
        ]
        object.merge(more)
        return ["get": .object(object)]
    }

    private static let openAPI: JSON = [
        "openapi": "3.0.3", "info": ["title": "T", "version": "1"], "servers": [["url": "https://h.example"]],
        "paths": [
            "/simple/{p}": operation(
                "Simple",
                [parameter("p", "path", object), parameter("X-Plain", "header", object)]
            ),
            "/spread/{p}": operation(
                "Spread",
                [
                    parameter("p", "path", object, ["explode": true]),
                    parameter("X-Spread", "header", object, ["explode": true]),
                ]
            ),
            "/items/{p}": operation("Items", [parameter("p", "path", list)]),
            "/label/{p}": operation("Label", [parameter("p", "path", object, ["style": "label", "explode": true])]),
            "/matrix/{p}": operation("Matrix", [parameter("p", "path", object, ["style": "matrix", "explode": true])]),
            "/query": operation(
                "Query",
                [
                    parameter("ids", "query", list, ["explode": false]),
                    parameter("free", "query", text, ["allowReserved": true]), parameter("plain", "query", text),
                ]
            ),
            "/cookies": operation(
                "Cookies",
                [
                    parameter("lang", "cookie", text), parameter("sid", "cookie", text),
                    parameter("mode", "cookie", ["type": "string", "default": "x"], ["required": true]),
                ]
            ),
            "/mcp": operation("Tool", [], ["x-ms-agentic-protocol": "mcp-streamable-1.0"]),
        ],
    ]

    private static let swagger: JSON = [
        "swagger": "2.0", "info": ["title": "T"], "host": "s.example",
        "paths": [
            "/pipes/{p}": [
                "get": [
                    "operationId": "Pipes", "responses": ["200": [:]],
                    "parameters": [
                        [
                            "name": "p", "in": "path", "required": true, "type": "array", "items": ["type": "string"],
                            "collectionFormat": "pipes",
                        ]
                    ],
                ]
            ],
            "/routed/{Subscription Id}": [
                "get": [
                    "operationId": "Routed", "responses": ["200": [:]],
                    "parameters": [["name": "Subscription Id", "in": "path", "required": true, "type": "string"]],
                ]
            ],
            "/tickets": [
                "post": [
                    "operationId": "Ticket", "responses": ["200": [:]],
                    "parameters": [
                        ["name": "ticket", "in": "body", "schema": ["type": "object"]],
                        ["name": "a/b", "in": "query", "type": "string"],
                    ],
                ]
            ],
            "/form": [
                "post": [
                    "operationId": "Form", "responses": ["200": [:]], "consumes": ["application/x-www-form-urlencoded"],
                    "parameters": [["name": "n", "in": "formData", "type": "string"]],
                ]
            ],
        ],
    ]

    private static let properties: JSON = [
        "properties": [
            "policyTemplateInstances": [
                [
                    "templateId": "routerequesttoendpoint",
                    "parameters": [
                        "x-ms-apimTemplateParameter.newPath": "/v1/{Subscription Id}/x",
                        "x-ms-apimTemplate-operationName": ["Routed"],
                    ],
                ]
            ]
        ]
    ]

    private static func request(_ connector: String, _ id: String, _ parameters: JSON) async throws -> OutboundRequest {
        let folder = try TestFolder.make([
            "o/openapi.json": openAPI, "s/apiDefinition.swagger.json": swagger, "s/apiProperties.json": properties,
        ])
        let registry = ConnectorRegistry(
            folders: [folder],
            connections: FixedConnections(
                ["o", "s"].map {
                    Connection(tenant: "t1", name: $0, connector: $0, authentication: ["type": "None"])
                }
            ),
            transport: RecordingTransport(),
            clock: Fixtures.clock
        )
        let start = ConnectorCall(tenant: "t1", connection: connector, method: "GET", path: "/", executionKey: "k")
        return try await registry.prepare(
            try await registry.resolving(start, operation: id, parameters: parameters)
        ).request
    }

    @Test(
        arguments: [
            (
                "o", "Simple", ["p": ["R": 1, "G": 2], "X-Plain": ["R": 1, "G": 2]], "/simple/R,1,G,2", "X-Plain",
                "R,1,G,2"
            ),
            ("o", "Spread", ["p": ["R": 1, "G": 2], "X-Spread": ["R": 1]], "/spread/R=1,G=2", "X-Spread", "R=1"),
            ("o", "Items", ["p": ["a,b", "c"]], "/items/a%2Cb,c", "X", nil),
            ("o", "Label", ["p": ["R": 1, "G": 2]], "/label/.R=1.G=2", "X", nil),
            ("o", "Matrix", ["p": ["R": 1, "G": 2]], "/matrix/;R=1;G=2", "X", nil),
            (
                "o", "Query", ["ids": ["a", "b"], "free": "x/y:&z", "plain": "x/y,z"],
                "/query?ids=a,b&free=x/y:%26z&plain=x%2Fy%2Cz", "X", nil
            ),
            ("o", "Cookies", ["lang": "de;en", "sid": "7"], "/cookies", "Cookie", "lang=de%3Ben; sid=7; mode=x"),
            ("o", "Tool", [:], "/mcp", "Accept", "application/json, text/event-stream"),
            ("s", "Pipes", ["p": ["a", "b"]], "/pipes/a%7Cb", "X", nil),
            ("s", "Routed", ["Subscription Id": "7"], "/v1/7/x", "X", nil),
            ("s", "Ticket", ["a/b": "1", "body/x": 2], "/tickets?a%2Fb=1", "X", nil),
        ] as [(String, String, JSON, String, String, String?)]
    )
    func `values stand where the definition says`(
        _ connector: String,
        _ id: String,
        _ parameters: JSON,
        _ place: String,
        _ header: String,
        _ value: String?
    ) async throws {
        let request = try await Self.request(connector, id, parameters)
        #expect(request.url == "https://\(connector == "o" ? "h" : "s").example\(place)")
        #expect(request.headers[header] == value)
    }

    @Test(
        arguments: [
            ("s", "Ticket", ["body": ["x": 1]], #"{"x":1}"#), ("s", "Ticket", ["ticket/x": 1], #"{"x":1}"#),
            ("s", "Ticket", ["item/x": 1], #"{"x":1}"#),
            ("s", "Form", ["body": ["n": "1"]], "n=1"), ("s", "Form", ["n": "1", "other": .null], "n=1"),
        ] as [(String, String, JSON, String)]
    )
    func `a body is taken as a whole or member by member`(
        _ connector: String,
        _ id: String,
        _ parameters: JSON,
        _ body: String
    ) async throws {
        let request = try await Self.request(connector, id, parameters)
        #expect(request.body.map { String(decoding: $0, as: UTF8.self) } == body)
    }

    @Test(
        arguments: [
            ("o", "Query", ["Plain": "x"], ["'Plain'", "Is 'plain' meant?", "'ids', 'free', 'plain'"]),
            ("o", "Query", ["body": ["a": 1]], ["'body'"]), ("o", "Tool", ["x": 1], ["'x'", "It has none"]),
            ("s", "Form", ["m": "1"], ["'m'", "'n'"]),
            ("s", "Ticket", ["tickets/x": 1, "ticked/y": 2], ["'tickets'", "'ticket'"]),
        ] as [(String, String, JSON, [String])]
    )
    func `a name that the operation does not have is refused, and nothing is sent`(
        _ connector: String,
        _ id: String,
        _ parameters: JSON,
        _ parts: [String]
    ) async throws {
        let error = await #expect(throws: ConnectorError.self) { try await Self.request(connector, id, parameters) }
        #expect(error?.code == .invalidParameter)
        for part in parts { #expect(error?.message.contains(part) == true, "\(error?.message ?? "")") }
    }
}
