import JSONTree
import Testing

@testable import Connectors

/// Calls of operations by name, with parameters as cloud flows write them.
struct NamedParameterTests {
    private static let document: JSON = [
        "swagger": "2.0", "host": "h.example", "schemes": ["https"], "info": ["title": "c"],
        "paths": [
            "/items/{id}": [
                "patch": [
                    "operationId": "Patch",
                    "parameters": [
                        ["name": "id", "in": "path", "required": true, "type": "string"],
                        ["name": "view", "in": "query", "type": "string"],
                        ["name": "body", "in": "body", "schema": ["type": "object"]],
                    ],
                ]
            ]
        ],
    ]

    @Test(
        arguments: [
            (["id": "7", "body/Title": "t"], ["Title": "t"]), (["id": "7", "item/Title": "t"], ["Title": "t"]),
            (
                ["id": "7", "item/Title": "t", "item/Status/Value": "Done", "view": "v"],
                ["Title": "t", "Status": ["Value": "Done"]]
            ), (["id": "7", "item": ["a", "b"]], ["a", "b"]),
            (["id": "7", "view": "v"], nil),
        ] as [(JSON, JSON?)]
    )
    func `members of a body go by the body's name or by another one`(_ parameters: JSON, _ body: JSON?) async throws {
        let call = try await Self.resolved(parameters)
        #expect(call.path == "/items/7")
        #expect(call.body == body)
    }

    @Test(
        arguments: [
            ["id": "7", "item": "t"], ["id": "7", "item/Title": "t", "other/Title": "u"],
            ["id": "7", "body": ["a": 1], "item/Title": "t"],
        ] as [JSON]
    )
    func `a plain value is no body, nor is one of several`(_ parameters: JSON) async throws {
        await #expect(throws: ConnectorError.self) { _ = try await Self.resolved(parameters) }
    }

    private static func resolved(_ parameters: JSON) async throws -> ConnectorCall {
        let registry = ConnectorRegistry(
            folders: [try TestFolder.make(["c/apiDefinition.swagger.json": document])],
            connections: FixedConnections(
                [Connection(tenant: "t1", name: "c", connector: "c", authentication: ["type": "None"])]
            ),
            transport: RecordingTransport(),
            clock: Fixtures.clock
        )
        let start = ConnectorCall(tenant: "t1", connection: "c", method: "GET", path: "/", executionKey: "k")
        return try await registry.resolving(start, operation: "Patch", parameters: parameters)
    }
}
