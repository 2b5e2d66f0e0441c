import JSONTree
import Testing

@testable import Connectors

/// Operations as an editor shows them.
struct OperationFormTests {
    private func form(_ connector: EditedConnector) throws -> OperationForm {
        let definition = try ConnectorDefinition(name: "kanban", definition: connector.definition)
        return try #require(definition.form(of: "edit"))
    }

    @Test func `fields come in the order of an editor's page, with members of bodies one by one`() throws {
        let text: JSON = ["type": "string"]
        let connector = EditedConnector(
            parameters: [
                EditedConnector.query("rare", ["x-ms-visibility": "advanced"]), EditedConnector.query("usual"),
                EditedConnector.query("first", ["x-ms-visibility": "important"]),
                EditedConnector.query("hidden", ["x-ms-visibility": "internal", "default": "x"], required: true),
                EditedConnector.body(
                    [
                        "title": text, "id": ["type": "integer", "readOnly": true],
                        "callback": ["type": "string", "x-ms-notification-url": true],
                        "owner": ["$ref": "#/definitions/Person"],
                        "tags": ["type": "array", "items": ["type": "string", "enum": ["a", "b"]]],
                        "steps": ["type": "array", "items": ["type": "object", "properties": ["what": text]]],
                        "parent": ["$ref": "#/definitions/Card"],
                    ],
                    required: ["title", "owner"]
                ),
            ],
            more: [
                "definitions": [
                    "Person": [
                        "allOf": [
                            ["type": "object", "required": ["mail"], "properties": ["mail": text]],
                            ["properties": ["name": text]],
                        ]
                    ],
                    "Card": ["type": "object", "properties": ["above": ["$ref": "#/definitions/Card"]]],
                ]
            ]
        )
        let form = try form(connector)
        #expect(
            form.fields.map(\.name) == [
                "body/title", "body/owner/mail", "first", "usual", "body/owner/name", "body/tags",
                "body/steps", "body/steps/*/what", "body/parent/above", "rare",
            ]
        )
        #expect(form.fields.filter(\.isRequired).map(\.name) == ["body/title", "body/owner/mail"])
        #expect(form.mode == .webhook && form.json["type"] == "ApiConnectionWebhook")
        let tags = form.json["parameters"]?.arrayValue?.first { $0["name"] == "body/tags" }
        #expect(tags?["type"] == "array" && tags?["items"] == ["type": "string", "enum": ["a", "b"]])
    }

    @Test func `a field tells its title, type, limits, default and where its choices come from`() throws {
        let connector = EditedConnector(
            parameters: [
                EditedConnector.query("board", required: true),
                EditedConnector.query(
                    "list",
                    [
                        "x-ms-summary": "List", "description": "Where to", "type": "integer", "format": "int32",
                        "minimum": 1, "default": 3, "enum": [1, 3],
                        "x-ms-enum-values": [["value": 1, "displayName": "One"], ["value": 3]],
                        "x-ms-dynamic-values": [
                            "operationId": "ListLists", "value-path": "id",
                            "parameters": ["board": ["parameter": "board"], "color": ["parameter": "body/tint"]],
                        ],
                    ]
                ),
                EditedConnector.query("odd", ["x-ms-dynamic-values": ["operationId": "Nothing"]]),
                EditedConnector.query("version", ["x-ms-visibility": "internal", "default": "2"], required: true),
                EditedConnector.query(
                    "steady",
                    [
                        "x-ms-dynamic-values": [
                            "operationId": "ListLists", "parameters": ["board": ["parameter": "version"]],
                        ]
                    ]
                ),
                EditedConnector.body([
                    "tint": ["type": "string"],
                    "more": ["type": "object", "x-ms-dynamic-schema": ["operationId": "ListBoards"]],
                ]),
            ]
        )
        let json = try form(connector).json
        let parameters = json["parameters"]?.arrayValue ?? []
        #expect(
            parameters.first { $0["name"] == "list" } == [
                "name": "list", "in": "query", "type": "integer", "format": "int32", "title": "List",
                "description": "Where to", "visibility": "normal", "required": false, "default": 3, "enum": [1, 3],
                "minimum": 1, "enumTitles": [["value": 1, "title": "One"], ["value": 3, "title": "3"]],
                "choices": [
                    "extension": "x-ms-dynamic-values", "operationId": "ListLists", "kind": "list",
                    "dependsOn": ["board", "body/tint"],
                ],
            ]
        )
        // What is hidden has its default, which nobody changes.
        #expect(parameters.first { $0["name"] == "steady" }?["choices"]?["dependsOn"] == [])
        let reason = parameters.first { $0["name"] == "odd" }?["choices"]?["unusable"]?.stringValue
        #expect(reason?.contains("'Nothing'") == true)
        #expect(parameters.first { $0["name"] == "body/more" }?["schema"]?["operationId"] == "ListBoards")
        #expect(parameters.first { $0["name"] == "body/tint" }?["schema"] == nil)
    }

    @Test(
        arguments: [
            ([:], "action", nil, nil), (["x-ms-trigger": "batch"], "trigger", "batch", "polling"),
            (
                ["x-ms-trigger": "single", "x-ms-trigger-hint": "Try", "x-ms-notification-content": ["schema": [:]]],
                "trigger", "single", "webhook"
            ),
        ] as [(JSONObject, JSON, JSON?, JSON?)]
    )
    func `triggers tell their kind`(_ edited: JSONObject, _ kind: JSON, _ batch: JSON?, _ mode: JSON?) throws {
        var connector = EditedConnector(parameters: [])
        connector.edited = edited
        let summary = try form(connector).summary
        #expect(summary["kind"] == kind && summary["batch"] == batch && summary["mode"] == mode)
        #expect(summary["hint"] == edited["x-ms-trigger-hint"] && summary["effect"] == "annotate")
    }

    @Test func `the answer's schema stands alone, also where it holds itself`() throws {
        var connector = EditedConnector(parameters: [])
        connector.edited = ["responses": ["201": ["schema": ["$ref": "#/definitions/Card"]]]]
        let card: JSON = [
            "type": "object",
            "properties": ["above": ["$ref": "#/definitions/Card"], "by": ["$ref": "#/definitions/P"]],
        ]
        connector.more = ["definitions": ["Card": card, "P": ["type": "string"], "Unused": [:]]]
        let answer = try form(connector).json["answer"]
        #expect(answer?["statusCode"] == 201 && answer?["schema"]?["properties"] == card["properties"])
        #expect(answer?["schema"]?["definitions"] == ["Card": card, "P": ["type": "string"]])
    }

    @Test func `only operations that people see are offered`() throws {
        let definition = try ConnectorDefinition(
            name: "kanban",
            definition: EditedConnector(parameters: []).definition
        )
        let offered = definition.offered.map(\.operation.id)
        #expect(offered.contains("Edit") && offered.contains("FindPeople") && !offered.contains("FindHidden"))
    }
}
