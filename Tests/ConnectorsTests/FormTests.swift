import JSONTree
import Outbound
import Testing

@testable import Connectors

/// Forms as definitions describe them: arrays, files, objects, and fields that several schemas name.
struct FormTests {
    static let file: JSON = ["$content-type": "text/plain", "$content": "aGk="]

    static let openAPI: JSON = [
        "openapi": "3.1.0", "servers": [["url": "https://h.example"]],
        "components": [
            "schemas": ["Base": ["type": "object", "required": ["b"], "properties": ["b": ["type": "string"]]]]
        ],
        "paths": [
            "/encoded": [
                "post": [
                    "operationId": "Encoded",
                    "requestBody": [
                        "content": [
                            "application/x-www-form-urlencoded": [
                                "schema": [
                                    "type": "object",
                                    "properties": [
                                        "ids": ["type": "array", "items": ["type": "string"]],
                                        "row": ["type": "array", "items": ["type": "string"]],
                                        "maybe": ["anyOf": [["type": "array"], ["type": "null"]]],
                                        "meta": ["type": "object"], "plain": ["type": "object"],
                                    ],
                                ],
                                "encoding": ["meta": ["style": "deepObject"], "row": ["explode": false]],
                            ]
                        ]
                    ],
                ]
            ],
            "/parts": [
                "post": [
                    "operationId": "Parts",
                    "requestBody": [
                        "content": [
                            "multipart/form-data": [
                                "schema": [
                                    "type": "object",
                                    "properties": [
                                        "files": ["type": "array", "items": ["type": "string", "format": "binary"]],
                                        "tags": ["type": "array", "items": ["type": "string"]],
                                    ],
                                ]
                            ]
                        ]
                    ],
                ]
            ],
            "/joined": [
                "post": [
                    "operationId": "Joined",
                    "requestBody": [
                        "required": true,
                        "content": [
                            "application/x-www-form-urlencoded": [
                                "schema": [
                                    "allOf": [
                                        ["$ref": "#/components/schemas/Base"],
                                        ["type": "object", "properties": ["c": ["type": "string"]]],
                                    ],
                                    "oneOf": [["type": "object", "properties": ["d": ["type": "string"]]]],
                                ]
                            ]
                        ],
                    ],
                ]
            ],
            "/list": [
                "get": [
                    "operationId": "List",
                    "parameters": [
                        [
                            "name": "tags", "in": "query",
                            "schema": [
                                "anyOf": [["type": "array", "items": ["type": "integer"]], ["type": "null"]]
                            ],
                        ],
                        [
                            "name": "kind", "in": "query",
                            "schema": ["allOf": [["type": "array", "items": ["type": "string"]]]],
                        ],
                        [
                            "name": "any", "in": "query",
                            "schema": ["oneOf": [["type": "string"], ["type": "array", "items": ["type": "string"]]]],
                        ],
                    ],
                ]
            ],
        ],
    ]

    static func field(_ name: String, _ more: JSONObject) -> JSON {
        var object: JSONObject = [
            "name": .string(name), "in": "formData", "type": "array", "items": ["type": "string"],
        ]
        object.merge(more)
        return .object(object)
    }

    static let swagger: JSON = [
        "swagger": "2.0", "host": "h.example",
        "paths": [
            "/encoded": [
                "post": [
                    "operationId": "Encoded",
                    "parameters": [
                        field("multi", ["collectionFormat": "multi"]), field("pipes", ["collectionFormat": "pipes"]),
                        field("row", [:]),
                    ],
                ]
            ],
            "/parts": [
                "post": [
                    "operationId": "Parts", "consumes": ["multipart/form-data"],
                    "parameters": [field("multi", ["collectionFormat": "multi"]), field("row", [:])],
                ]
            ],
        ],
    ]

    static func request(_ connector: String, _ operation: String, _ parameters: JSON) async throws -> OutboundRequest {
        let folder = try TestFolder.make(["o/openapi.json": openAPI, "s/apiDefinition.swagger.json": swagger])
        let connection = Connection(tenant: "t1", name: connector, connector: connector)
        let registry = Fixtures.registry([connection], folders: [folder])
        let start = ConnectorCall(tenant: "t1", connection: connector, method: "GET", path: "/", executionKey: "k")
        let call = try await registry.resolving(start, operation: operation, parameters: parameters)
        return try await registry.prepare(call).request
    }

    @Test(
        arguments: [
            ("o", "Encoded", ["ids": ["a", "b"]], "ids=a&ids=b"), ("o", "Encoded", ["row": ["a", "b"]], "row=a%2Cb"),
            ("o", "Encoded", ["maybe": ["a", "b"]], "maybe=a&maybe=b"),
            ("o", "Encoded", ["meta": ["k": "v"]], "meta%5Bk%5D=v"),
            ("o", "Encoded", ["plain": ["k": "v"]], "plain=%7B%22k%22%3A%22v%22%7D"),
            ("o", "Joined", ["b": "1", "c": "2", "d": "3"], "b=1&c=2&d=3"),
            ("o", "Joined", ["body": ["b": "1"]], "b=1"),
            (
                "s", "Encoded", ["multi": ["a", "b"], "pipes": ["a", "b"], "row": ["a", "b"]],
                "multi=a&multi=b&pipes=a%7Cb&row=a%2Cb"
            ),
        ] as [(String, String, JSON, String)]
    )
    func `fields are written as the definition says`(
        _ connector: String,
        _ operation: String,
        _ parameters: JSON,
        _ body: String
    ) async throws {
        let request = try await Self.request(connector, operation, parameters)
        #expect(String(decoding: request.body ?? [], as: UTF8.self) == body)
    }

    @Test func `what a joined schema requires is asked for`() async throws {
        let error = await #expect(throws: ConnectorError.self) { try await Self.request("o", "Joined", ["c": "2"]) }
        #expect(error?.message.contains("'b'") == true)
    }

    @Test(
        arguments: [
            ("o", ["files": [file, file], "tags": ["a", "b"]], ["files", "files", "tags", "tags"], 2),
            ("s", ["multi": ["a", "b"], "row": ["a", "b"]], ["multi", "multi", "row"], 0),
        ] as [(String, JSON, [String], Int)]
    )
    func `items of an array are parts of their own`(
        _ connector: String,
        _ parameters: JSON,
        _ names: [String],
        _ files: Int
    ) async throws {
        let request = try await Self.request(connector, "Parts", parameters)
        let text = String(decoding: request.body ?? [], as: UTF8.self)
        let found = text.split(separator: "form-data; name=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
        #expect(found == names)
        #expect(text.split(separator: "filename=").count - 1 == files)
        #expect(!text.contains("$content"))
        if connector == "s" { #expect(text.contains("a,b")) }
    }

    @Test(
        arguments: [
            (["tags": [1, 2]], "tags=1&tags=2"), (["kind": ["a", "b"]], "kind=a&kind=b"), (["any": "x"], "any=x"),
            (["any": ["x", "y"]], "any=x&any=y"),
        ] as [(JSON, String)]
    )
    func `a list is one, wherever its schema says so`(_ parameters: JSON, _ query: String) async throws {
        #expect(try await Self.request("o", "List", parameters).url == "https://h.example/list?\(query)")
    }

    @Test func `items of a list are checked`() async throws {
        let error = await #expect(throws: ConnectorError.self) { try await Self.request("o", "List", ["tags": ["x"]]) }
        #expect(error?.message.contains("'tags' must be a whole number") == true, "\(error?.message ?? "")")
    }
}
