import JSONTree
import Outbound
import Testing

@testable import Connectors

/// What an adapter says of operations, and what becomes of the call that it changes.
struct AdapterEntryTests {
    private static func definition(_ ids: [String]) -> JSON {
        var paths = JSONObject()
        for (number, id) in ids.enumerated() {
            paths["/\(number)"] = [
                "post": [
                    "operationId": .string(id), "responses": ["200": [:]],
                    "parameters": [["name": "body", "in": "body", "schema": [:]]],
                ]
            ]
        }
        return ["swagger": "2.0", "info": ["title": "T"], "host": "h.example", "paths": .object(paths)]
    }

    @Test func `ids that differ by case have entries of their own`() throws {
        let adapter: JSON = [
            "operations": [
                "getItem": ["effect": "read"], "GetItem": ["effect": "contain"], "other": ["effect": "destroy"],
            ]
        ]
        let connector = try ConnectorDefinition(
            name: "c",
            definition: Self.definition(["getItem", "GetItem", "Other"]),
            adapter: adapter
        )
        #expect(connector.operations.map(connector.effect) == [.read, .contain, .destroy])
    }

    @Test(arguments: [("GETITEM", "'getItem' (POST /0)"), ("Absent", "does not have")])
    func `an entry that may be for several operations, or is for none, is an error`(
        _ name: String,
        _ part: String
    ) throws {
        let error = #expect(throws: ConnectorError.self) {
            try ConnectorDefinition(
                name: "c",
                definition: Self.definition(["getItem", "GetItem"]),
                adapter: ["operations": .object([name: ["effect": "read"]])]
            )
        }
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test(
        arguments: [
            (["headers": ["X-A": "1"]], "text/csv", "text/csv"),
            (["headers": ["X-A": "1", "Content-Type": "text/plain"]], "text/csv", "text/plain"),
            (["headers": ["X-A": "1"], "body": ["a": 1]], "text/csv", "application/json"),
            (["path": "/x"], "text/csv", "text/csv"),
        ] as [(JSON, String, String)]
    )
    func `the content type of the call goes with its body`(
        _ request: JSON,
        _ given: String,
        _ sent: String
    ) async throws {
        let folder = try TestFolder.make([
            "c/apiDefinition.swagger.json": Self.definition(["Send"]),
            "c/adapter.json": ["operations": ["Send": ["request": request]]],
        ])
        let registry = ConnectorRegistry(
            folders: [folder],
            connections: FixedConnections(
                [Connection(tenant: "t1", name: "c", connector: "c", authentication: ["type": "None"])]
            ),
            transport: RecordingTransport(),
            clock: Fixtures.clock
        )
        let call = ConnectorCall(
            tenant: "t1",
            connection: "c",
            method: "POST",
            path: "/0",
            headers: [(name: "Content-Type", value: .string(given))],
            body: "a,b",
            executionKey: "k"
        )
        #expect(try await registry.prepare(call).request.headers["Content-Type"] == sent)
    }

    @Test(
        arguments: [
            ("https://h.example/0?page=2", nil), ("https://other.example/0?page=2&key=s3cret", "https://other.example"),
        ] as [(String, String?)]
    )
    func `a next page that is not followed is told`(_ link: String, _ host: String?) async throws {
        var definition = try #require(Self.definition(["List"]).objectValue)
        definition["paths"] = [
            "/0": [
                "get": [
                    "operationId": "List", "responses": ["200": [:]], "x-ms-pageable": ["nextLinkName": "next"],
                ]
            ]
        ]
        let registry = ConnectorRegistry(
            folders: [try TestFolder.make(["c/apiDefinition.swagger.json": .object(definition)])],
            connections: FixedConnections(
                [Connection(tenant: "t1", name: "c", connector: "c", authentication: ["type": "None"])]
            ),
            transport: RecordingTransport(),
            clock: Fixtures.clock
        )
        let call = ConnectorCall(tenant: "t1", connection: "c", method: "GET", path: "/0", executionKey: "k")
        let outputs = try await registry.prepare(call).interpret(.json(["next": .string(link)]))
        let remark = outputs.headers[PreparedCall.remarkHeader]?.stringValue
        #expect((remark == nil) == (host == nil))
        #expect(remark?.contains("s3cret") != true)
        if let host { #expect(remark?.contains(host) == true) }
    }
}
