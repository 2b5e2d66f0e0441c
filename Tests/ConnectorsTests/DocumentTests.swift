import JSONTree
import Outbound
import Testing

@testable import Connectors

/// Documents as people write them: references and addresses.
struct DocumentTests {
    static let paths: JSON = ["/a": ["get": ["operationId": "Get"]]]

    static func document(_ members: JSONObject) -> JSON {
        var object: JSONObject = ["paths": paths]
        object.merge(members)
        return .object(object)
    }

    /// A body whose schema stands where a reference leads.
    static func referring(_ target: String, _ members: JSONObject) -> JSON {
        var object: JSONObject = [
            "swagger": "2.0", "host": "h.example",
            "paths": [
                "/first": [
                    "post": [
                        "operationId": "First",
                        "parameters": [
                            ["name": "v", "in": "query", "type": "string", "required": true, "default": "1"],
                            [
                                "name": "body", "in": "body",
                                "schema": [
                                    "type": "object", "required": ["a"], "properties": ["a": ["type": "string"]],
                                ],
                            ],
                        ],
                    ]
                ],
                "/second": [
                    "post": [
                        "operationId": "Second",
                        "parameters": [
                            ["$ref": "#/paths/~1first/post/parameters/0"],
                            [
                                "name": "body", "in": "body", "required": true,
                                "schema": ["type": "object", "properties": ["child": ["$ref": .string(target)]]],
                            ],
                        ],
                    ]
                ],
                "/third": ["$ref": "#/x-items/third"],
            ],
            "x-items": ["third": ["get": ["operationId": "Third"]]],
        ]
        object.merge(members)
        return .object(object)
    }

    static let schema: JSON = ["type": "object", "required": ["a"], "properties": ["a": ["type": "string"]]]

    @Test(
        arguments: [
            ("#/definitions/T", ["definitions": ["T": schema]]),
            ("#/parameters/P/schema", ["parameters": ["P": ["name": "p", "in": "body", "schema": schema]]]),
            ("#/responses/R/schema", ["responses": ["R": ["description": "", "schema": schema]]]),
            ("#/x-schemas/0/inner", ["x-schemas": [["inner": schema]]]),
            ("#/paths/~1first/post/parameters/1/schema", [:]),
        ] as [(String, JSONObject)]
    )
    func `references lead anywhere in the document, through arrays too`(
        _ target: String,
        _ members: JSONObject
    ) async throws {
        let document = Self.referring(target, members)
        let definition = try ConnectorDefinition(name: "c", definition: document)
        #expect(definition.operations.map(\.id) == ["First", "Second", "Third"])
        let folder = try TestFolder.make(["c/apiDefinition.swagger.json": document])
        let registry = Fixtures.registry([Connection(tenant: "t1", name: "c", connector: "c")], folders: [folder])
        func call(_ body: JSON) -> ConnectorCall {
            ConnectorCall(tenant: "t1", connection: "c", method: "POST", path: "/second", body: body, executionKey: "k")
        }
        let request = try await registry.prepare(call(["child": ["a": "x"]])).request
        #expect(request.url == "https://h.example/second?v=1")
        let error = await #expect(throws: ConnectorError.self) { try await registry.prepare(call(["child": [:]])) }
        #expect(error?.message.contains("/child/a is required") == true, "\(error?.message ?? "")")
    }

    @Test(
        arguments: [
            (["swagger": "2.0", "basePath": "/api/v3"], "https://mine.example", "https://mine.example/api/v3/a"),
            (["swagger": "2.0", "basePath": "/api/v3"], "https://mine.example/", "https://mine.example/api/v3/a"),
            (["swagger": "2.0", "basePath": "/api/v3"], "https://mine.example/x", "https://mine.example/x/a"),
            (
                ["swagger": "2.0", "host": "h.example", "basePath": "/v1"], "https://mine.example",
                "https://mine.example/a"
            ),
            (
                ["openapi": "3.0.0", "servers": [["url": "/api/v3"]]], "https://mine.example",
                "https://mine.example/api/v3/a"
            ),
            (["openapi": "3.0.0", "servers": [["url": "//h.example/v2"]]], nil, "https://h.example/v2/a"),
            (["swagger": "2.0", "host": "https://h.example/", "basePath": "/v1"], nil, "https://h.example/v1/a"),
        ] as [(JSONObject, String?, String)]
    )
    func `an address is put together of definition and connection`(
        _ members: JSONObject,
        _ baseURL: String?,
        _ url: String
    ) async throws {
        let folder = try TestFolder.make(["c/openapi.json": Self.document(members)])
        let connection = Connection(tenant: "t1", name: "c", connector: "c", baseURL: baseURL)
        let call = ConnectorCall(tenant: "t1", connection: "c", method: "GET", path: "/a", executionKey: "k")
        #expect(try await Fixtures.registry([connection], folders: [folder]).prepare(call).request.url == url)
    }
}
