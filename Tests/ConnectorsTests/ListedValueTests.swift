import JSONTree
import Testing

@testable import Connectors

/// Values that a definition lists outside of `enum`.
struct ListedValueTests {
    private static func refusal(_ schema: JSONObject, _ value: String) throws -> String? {
        var parameter: JSONObject = ["name": "code", "in": "query", "type": "string"]
        parameter.merge(schema)
        let definition: JSON = [
            "swagger": "2.0", "info": ["title": "T"], "host": "h.example",
            "paths": [
                "/a": ["get": ["operationId": "A", "responses": [:], "parameters": [.object(parameter)]]]
            ],
        ]
        let connector = try ConnectorDefinition(name: "c", definition: definition)
        let operation = try #require(connector.operation(id: "A"))
        return connector.refusal(
            of: operation,
            parameters: [:],
            queries: [("code", value)],
            headers: [],
            body: nil
        )
    }

    private static let titles: JSON = ["301 - Moved", "307 - Temporary"]

    @Test(
        arguments: [
            (
                ["enum": titles, "x-ms-editor-options": ["items": [["title": "301 - Moved", "value": "301"]]]], "301",
                true
            ),
            (["enum": titles, "x-ms-enum-values": [["displayName": "Moved", "value": "301"]]], "301", true),
            (["enum": titles, "x-ms-enum": ["name": "Code", "values": [["value": "301"]]]], "301", true),
            (["enum": titles, "x-ms-enum": ["name": "Code", "modelAsString": true]], "308", true),
            (["enum": titles, "x-ms-enum": ["name": "Code", "modelAsString": false]], "308", false),
            (["enum": titles, "x-ms-enum-values": [["value": "301"]]], "302", false),
            (["enum": titles], "301 - Moved", true), (["enum": titles, "default": "300"], "300", true),
        ] as [(JSONObject, String, Bool)]
    )
    func `values that stand outside of the list are allowed, too`(
        _ schema: JSONObject,
        _ value: String,
        _ isAllowed: Bool
    ) throws {
        #expect(try (Self.refusal(schema, value) == nil) == isAllowed)
    }
}
