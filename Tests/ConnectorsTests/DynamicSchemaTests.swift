import JSONTree
import Outbound
import Testing

@testable import Connectors

/// Schemas that a service gives: `x-ms-dynamic-schema` and `x-ms-dynamic-properties`.
struct DynamicSchemaTests {
    private static let schema: JSON = ["type": "object", "required": ["id"], "properties": ["id": ["type": "integer"]]]
    private static let members: JSON = ["id": ["type": "integer"], "type": ["type": "string"]]

    @Test(
        arguments: [
            ("the whole answer", ["x-ms-dynamic-schema": [:]], schema, schema),
            ("at a path", ["x-ms-dynamic-schema": ["value-path": "schema"]], ["schema": schema], schema),
            ("the newer form", ["x-ms-dynamic-properties": ["itemValuePath": "a/b"]], ["a": ["b": schema]], schema),
            (
                "the newer form first",
                ["x-ms-dynamic-schema": ["value-path": "no"], "x-ms-dynamic-properties": ["itemValuePath": "schema"]],
                ["schema": schema], schema
            ),
            (
                "properties, with what the object above requires",
                ["x-ms-dynamic-schema": ["value-path": "properties"]],
                schema, schema
            ),
            (
                "properties of a resource", ["x-ms-dynamic-schema": ["value-path": "properties"]],
                ["id": "/x", "type": "Contoso/x", "properties": members], ["type": "object", "properties": members]
            ),
            (
                "the members themselves", ["x-ms-dynamic-schema": ["value-path": "fields"]], ["fields": members],
                ["type": "object", "properties": members]
            ),
            (
                "members that are called as words of schemas", ["x-ms-dynamic-schema": [:]],
                ["properties": ["type": "object"], "items": ["type": "array"]],
                ["type": "object", "properties": ["properties": ["type": "object"], "items": ["type": "array"]]]
            ),
            ("nothing to fill in", ["x-ms-dynamic-schema": [:]], [:], ["type": "object", "properties": [:]]),
            (
                "a list", ["x-ms-dynamic-schema": ["value-path": "s/Items"]],
                ["s": ["type": "array", "items": schema]], schema
            ),
            ("a text", ["x-ms-dynamic-schema": ["value-path": "s"]], ["s": .string(schema.text)], schema),
            (
                "with what it refers to", ["x-ms-dynamic-schema": ["value-path": "s"]],
                ["s": ["$ref": "#/definitions/A"], "definitions": ["A": schema]],
                ["$ref": "#/definitions/A", "definitions": ["A": schema]]
            ),
            ("not there", ["x-ms-dynamic-schema": ["value-path": "s"]], ["t": schema], "UnexpectedAnswer"),
            ("a list for a schema", ["x-ms-dynamic-schema": [:]], [schema], "UnexpectedAnswer"),
            ("a number", ["x-ms-dynamic-schema": ["value-path": "s"]], ["s": 1], "UnexpectedAnswer"),
            ("an object that is none", ["x-ms-dynamic-schema": [:]], ["id": 1, "name": "x"], "UnexpectedAnswer"),
            (
                "too large", ["x-ms-dynamic-schema": [:]],
                ["type": "string", "description": .string(String(repeating: "x", count: 1_048_576))], "SchemaTooLarge"
            ),
        ] as [(String, JSONObject, JSON, JSON)]
    )
    func `a schema is taken out of the answer`(
        _ name: String,
        _ extensions: JSONObject,
        _ answer: JSON,
        _ expected: JSON
    ) async throws {
        let complete = extensions.mapValues { json -> JSON in
            var object = json.objectValue ?? [:]
            object["operationId"] = "ListBoards"
            return .object(object)
        }
        var node: JSONObject = ["type": "object"]
        node.merge(complete)
        let connector = EditedConnector(
            parameters: [["name": "body", "in": "body", "schema": .object(node)]],
            answers: ["/boards": answer]
        )
        let registry = try connector.registry().registry
        do {
            #expect(try await registry.schema(of: EditedConnector.question(.parameter("body"))) == expected, "\(name)")
        } catch let failure as ChoiceFailure {
            #expect(.string(failure.code.text) == expected, "\(name): \(failure)")
        }
    }

    @Test(
        arguments: [
            (.parameter("body/fields"), ["board": "b"], "b"), (.answer(""), ["board": "b"], "answer"),
            (.answer("value/*/data"), [:], "inner"), (.notification(""), [:], "posted"),
            (.answer("value"), [:], "NothingDynamic"), (.answer("other"), [:], "ParameterNotFound"),
            (.parameter("board"), [:], "NothingDynamic"), (.parameter("body/fields"), [:], "MissingParameter"),
        ] as [(ChoiceQuestion.Place, JSONObject, String)]
    )
    func `schemas of bodies, answers and notifications`(
        _ place: ChoiceQuestion.Place,
        _ values: JSONObject,
        _ expected: String
    ) async throws {
        func dynamic(_ board: JSON) -> JSON {
            [
                "type": "object",
                "x-ms-dynamic-properties": ["operationId": "ListLists", "parameters": ["board": board]],
            ]
        }
        var connector = EditedConnector(
            parameters: [
                EditedConnector.query("board", required: true),
                EditedConnector.body(["fields": dynamic(["parameterReference": "board"])]),
            ]
        )
        var answer = dynamic(["value": "answer"]).objectValue ?? [:]
        answer["properties"] = ["value": ["type": "array", "items": ["$ref": "#/definitions/Row"]]]
        connector.edited = [
            "responses": ["200": ["schema": .object(answer)]],
            "x-ms-notification-content": ["schema": dynamic(["value": "posted"])],
        ]
        connector.more = [
            "definitions": ["Row": ["type": "object", "properties": ["data": dynamic(["value": "inner"])]]]
        ]
        for word in ["b", "answer", "inner", "posted"] {
            connector.answers["/boards/\(word)/lists"] = ["type": "object", "title": .string(word)]
        }
        let registry = try connector.registry().registry
        do {
            let schema = try await registry.schema(of: EditedConnector.question(place, values))
            #expect(schema["title"] == .string(expected))
        } catch let failure as ChoiceFailure {
            #expect(failure.code.text == expected, "\(failure)")
        }
    }

    @Test func `a body that is described nowhere takes all`() async throws {
        let connector = EditedConnector(
            parameters: [
                EditedConnector.query("table"),
                [
                    "name": "body", "in": "body",
                    "schema": [
                        "type": "object",
                        "x-ms-dynamic-schema": [
                            "operationId": "AskFreely",
                            "parameters": ["table": ["parameter": "table"], "body/deep/flag": true],
                        ],
                    ],
                ],
            ],
            answers: ["/open": Self.schema]
        )
        let (registry, sent) = try connector.registry()
        let schema = try await registry.schema(of: EditedConnector.question(.parameter("body"), ["table": "t"]))
        #expect(schema == Self.schema)
        #expect(try JSON.parse(sent.requests.first?.body ?? []) == ["table": "t", "deep": ["flag": true]])
    }
}
