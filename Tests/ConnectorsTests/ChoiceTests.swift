import JSONTree
import Outbound
import Secrets
import Testing

@testable import Connectors

/// Choices that a service gives: every form of `x-ms-dynamic-values` and `x-ms-dynamic-list`, and what depends on what.
struct ChoiceTests {
    private static let two: JSON = [
        ["id": "a", "name": "Alpha", "n": ["x": 1]], ["id": "b", "name": "Beta", "n": ["x": 2]],
    ]

    @Test(
        arguments: [
            (
                "values", ["x-ms-dynamic-values": ["value-path": "id", "value-title": "name"]], two,
                #""a"=Alpha "b"=Beta"#
            ),
            (
                "values in a collection",
                ["x-ms-dynamic-values": ["value-path": "id", "value-title": "name", "value-collection": "value"]],
                ["value": two], #""a"=Alpha "b"=Beta"#
            ),
            (
                "a collection deep inside",
                ["x-ms-dynamic-values": ["value-path": "id", "value-title": "name", "value-collection": "d/r/board"]],
                ["d": ["r": ["board": two]]], #""a"=Alpha "b"=Beta"#
            ),
            ("no title", ["x-ms-dynamic-values": ["value-path": "id"]], two, #""a"=a "b"=b"#),
            (
                "a title deep inside", ["x-ms-dynamic-values": ["value-path": "n/x", "value-title": "n/x"]], two,
                "1=1 2=2"
            ),
            ("plain items", ["x-ms-dynamic-values": [:]], ["x", 2], #""x"=x 2=2"#),
            ("plain items with a path", ["x-ms-dynamic-values": ["value-path": "id"]], ["x"], #""x"=x"#),
            (
                "list",
                ["x-ms-dynamic-list": ["itemsPath": "value", "itemValuePath": "id", "itemTitlePath": "name"]],
                ["value": two], #""a"=Alpha "b"=Beta"#
            ),
            (
                "the newer form goes first",
                [
                    "x-ms-dynamic-values": ["value-path": "name"],
                    "x-ms-dynamic-list": ["itemValuePath": "id", "itemTitlePath": "name"],
                ], two, #""a"=Alpha "b"=Beta"#
            ),
            (
                "the older form where the newer one names nothing",
                ["x-ms-dynamic-values": ["value-path": "id"], "x-ms-dynamic-list": ["operationId": "Nothing"]],
                two, #""a"=a "b"=b"#
            ),
            (
                "letters that differ", ["x-ms-dynamic-values": ["value-path": "ID", "value-title": "Name"]], two,
                #""a"=Alpha "b"=Beta"#
            ),
            (
                "a name with slashes", ["x-ms-dynamic-values": ["value-path": "a/b"]], [["a/b": 7, "a": ["b": 8]]],
                "7=7"
            ),
            (
                "items without value are left out", ["x-ms-dynamic-values": ["value-path": "id"]], [["id": 1], [:]],
                "1=1"
            ),
            ("no items", ["x-ms-dynamic-values": ["value-path": "id"]], [], ""),
            (
                "a collection that is null",
                ["x-ms-dynamic-values": ["value-path": "id", "value-collection": "value"]], ["value": nil], ""
            ),
            (
                "no collection",
                ["x-ms-dynamic-values": ["value-path": "id", "value-collection": "value"]], ["items": two],
                "UnexpectedAnswer"
            ),
            ("an object for a list", ["x-ms-dynamic-values": ["value-path": "id"]], ["value": two], "UnexpectedAnswer"),
            ("no item has a value", ["x-ms-dynamic-values": ["value-path": "key"]], two, "UnexpectedAnswer"),
            ("objects without a path", ["x-ms-dynamic-values": [:]], two, "UnexpectedAnswer"),
            (
                "an operation that is not there", ["x-ms-dynamic-values": ["operationId": "Nothing"]], two,
                "InvalidConnectorDefinition"
            ),
            (
                "something that only the original editor knows",
                ["x-ms-dynamic-list": ["operationId": "", "builtInOperation": "getVariables"]], two,
                "InvalidConnectorDefinition"
            ),
            ("no object", ["x-ms-dynamic-values": "ListBoards"], two, "InvalidConnectorDefinition"),
            ("nothing", [:], two, "NothingDynamic"),
        ] as [(String, JSONObject, JSON, String)]
    )
    func `a list is read as its extension says`(
        _ name: String,
        _ extensions: JSONObject,
        _ answer: JSON,
        _ expected: String
    ) async throws {
        let complete = extensions.mapValues { json -> JSON in
            guard var object = json.objectValue, object["operationId"] == nil else { return json }
            object["operationId"] = "ListBoards"
            return .object(object)
        }
        let connector = EditedConnector(
            parameters: [EditedConnector.query("board", complete)],
            answers: ["/boards": answer]
        )
        #expect(try await connector.outcome("board") == expected, "\(name)")
    }

    @Test func `descriptions and what cannot be chosen are told`() async throws {
        let connector = EditedConnector(
            parameters: [
                EditedConnector.query(
                    "board",
                    [
                        "x-ms-dynamic-values": [
                            "operationId": "ListBoards", "value-path": "id", "value-title": "name",
                            "value-description": "note", "value-selectable": "open",
                        ]
                    ]
                )
            ],
            answers: ["/boards": [["id": 1, "name": "A", "note": "first", "open": false], ["id": 2, "name": "B"]]]
        )
        #expect(
            try await connector.choices("board").json == [
                "value": [
                    ["value": 1, "title": "A", "isSelectable": false, "description": "first"],
                    ["value": 2, "title": "B", "isSelectable": true],
                ],
                "isComplete": true,
            ]
        )
    }

    /// What the service is sent, for the references of an extension at `body/card/list` and the values so far.
    @Test(
        arguments: [
            (["board": ["parameter": "board"]], ["board": "b 1"], "/boards/b%201/lists"),
            (["board": ["parameterReference": "board"]], ["board": 7], "/boards/7/lists"),
            (["board": ["parameterReference": "query/board"]], ["board": "b"], "/boards/b/lists"),
            (["board": ["parameter": "BOARD"]], ["board": "b"], "/boards/b/lists"),
            (["board": "fixed"], [:], "/boards/fixed/lists"),
            (["board": ["value": "fixed"]], [:], "/boards/fixed/lists"),
            (["board": "x", "color": ["parameter": "color"]], ["color": "red"], "/boards/x/lists?color=red"),
            (["board": "x", "color": ["parameter": "color"]], [:], "/boards/x/lists"),
            (["board": "x", "color": ["parameter": "color", "required": true]], [:], "MissingParameter color"),
            (["board": "x", "color": nil], [:], "/boards/x/lists"),
            // Members of the body: by their place, by the body's name, with dots, or bare.
            (["board": ["parameterReference": "body/home"]], ["body/home": "h"], "/boards/h/lists"),
            (["board": ["parameterReference": "body/home"]], ["body": ["home": "h"]], "/boards/h/lists"),
            (["board": ["parameter": "home"]], ["body": ["home": "h"]], "/boards/h/lists"),
            (["board": ["parameter": "card.owner"]], ["body/card/owner": "o"], "/boards/o/lists"),
            (["board": ["parameter": "owner"]], ["body": ["card": ["owner": "o"]]], "/boards/o/lists"),
            (["board": ["parameterReference": "body/card/owner"]], ["body/card": ["owner": "o"]], "/boards/o/lists"),
            (
                ["board": ["parameter": "lane"]], ["body/lane": "outer", "body/card/lane": "beside"],
                "/boards/beside/lists"
            ),
            // Defaults stand in for values.
            (["board": ["parameter": "preset"]], [:], "/boards/standard/lists"),
            // What is not there yet is named, and what cannot be known either.
            (["board": ["parameter": "board"]], [:], "MissingParameter board"),
            (["board": ["parameter": "board"]], ["board": ""], "MissingParameter board"),
            (["board": ["parameterReference": "body/home"]], ["body": [:]], "MissingParameter body/home"),
            (["board": ["parameter": "unheard"]], [:], "MissingParameter unheard"),
            (["board": ["parameter": "unheard"]], ["unheard": "u"], "/boards/u/lists"),
            (["board": ["parameter": "board"]], ["board": "@triggerBody()"], "InvalidParameter board"),
            (["board": ["parameter": "board"]], ["board": "x-@{triggerBody()}"], "InvalidParameter board"),
            (["board": ["parameter": "board"]], ["board": "@@me"], "/boards/%40me/lists"),
            (["lane": "x"], [:], "InvalidConnectorDefinition lane"),
        ] as [(JSON, JSONObject, String)]
    )
    func `values and references become the call`(
        _ references: JSON,
        _ values: JSONObject,
        _ expected: String
    ) async throws {
        let list: JSON = [
            "type": "string",
            "x-ms-dynamic-values": ["operationId": "ListLists", "value-path": "id", "parameters": references],
        ]
        let text: JSON = ["type": "string"]
        let connector = EditedConnector(
            parameters: [
                EditedConnector.query("board"), EditedConnector.query("color"),
                EditedConnector.query("preset", ["default": "standard"]),
                EditedConnector.body([
                    "home": text, "lane": text,
                    "card": ["type": "object", "properties": ["owner": text, "lane": text, "list": list]],
                ]),
            ]
        )
        let (registry, sent) = try connector.registry()
        do {
            _ = try await registry.choices(of: EditedConnector.question(.parameter("body/card/list"), values))
            Issue.record("The service has no answer")
        } catch let failure as ChoiceFailure {
            guard failure.code != .serviceRefused else {
                #expect(sent.requests.map(\.url) == ["https://kanban.example" + expected])
                return
            }
            let parts = expected.split(separator: " ")
            #expect(parts.first.map(String.init) == failure.code.text, "\(failure)")
            #expect(failure.message.contains("'\(parts.last ?? "")'"), "\(failure)")
            #expect(sent.requests.isEmpty)
        }
    }

    @Test func `fields of items refer to others of the same item`() async throws {
        let text: JSON = ["type": "string"]
        let item: JSON = [
            "type": "object",
            "properties": [
                "board": text,
                "list": [
                    "type": "string",
                    "x-ms-dynamic-list": [
                        "operationId": "ListLists", "itemValuePath": "id",
                        "parameters": ["board": ["parameterReference": "body/cards/*/board"]],
                    ],
                ],
            ],
        ]
        let connector = EditedConnector(
            parameters: [EditedConnector.body(["cards": ["type": "array", "items": item]])],
            answers: ["/boards/two/lists": [["id": "l"]]]
        )
        let values: JSONObject = ["body": ["cards": [["board": "one"], ["board": "two"]]]]
        #expect(try await connector.outcome("body/cards/1/list", values) == #""l"=l"#)
        #expect(try await connector.outcome("body/cards/*/list", values) == "MissingParameter")
        #expect(try await connector.outcome("body/cards/7/list", values) == "MissingParameter")
    }

    @Test(
        arguments: [
            ("ListBoards", nil, true), ("ReplaceBoards", nil, false), ("FindPeople", nil, false),
            ("FindPeople", "read", true), ("FindHidden", nil, true), ("FindHidden", "annotate", false),
            ("ListBoards", "contain", false),
        ] as [(String, JSON?, Bool)]
    )
    func `only what reads is called`(_ operation: String, _ effect: JSON?, _ isCalled: Bool) async throws {
        var connector = EditedConnector(
            parameters: [EditedConnector.query("who", ["x-ms-dynamic-values": ["operationId": .string(operation)]])],
            answers: ["/boards": ["x"], "/people": ["x"], "/hidden": ["x"]]
        )
        connector.adapter = effect.map {
            ["operations": .object([operation: ["effect": $0, "idempotency": ["kind": "none"]]])]
        }
        if operation.hasPrefix("Find") {
            connector.parameters = [
                EditedConnector.query(
                    "who",
                    [
                        "x-ms-dynamic-values": [
                            "operationId": .string(operation), "parameters": ["text": "a", "body/top": 5],
                        ]
                    ]
                )
            ]
        }
        let (registry, sent) = try connector.registry()
        do {
            let list = try await registry.choices(of: EditedConnector.question(.parameter("who")))
            #expect(isCalled && list.choices.map(\.title) == ["x"])
            if operation.hasPrefix("Find") {
                #expect(try JSON.parse(sent.requests.first?.body ?? []) == ["text": "a", "top": 5])
            }
        } catch let failure as ChoiceFailure {
            #expect(!isCalled && failure.code == .changesSomething && failure.message.contains("\"effect\": \"read\""))
            #expect(sent.requests.isEmpty)
        }
    }

    @Test func `pages are followed up to a limit`() async throws {
        let parameters: JSON = [
            EditedConnector.query(
                "board",
                ["x-ms-dynamic-values": ["operationId": "ListBoards", "value-path": "id", "value-collection": "value"]]
            )
        ]
        var short = EditedConnector(parameters: parameters)
        short.answers = [
            "/boards": ["value": [["id": 1]], "next": "https://kanban.example/boards?skip=1"],
            "/boards?skip=1": ["value": [["id": 2]]],
        ]
        #expect(try await short.outcome("board") == "1=1 2=2")
        #expect(try await short.choices("board").isComplete)
        var endless = EditedConnector(parameters: parameters)
        endless.answers = ["/boards": ["value": [["id": 1]], "next": "/boards"]]
        let (registry, sent) = try endless.registry()
        let list = try await registry.choices(of: EditedConnector.question(.parameter("board")))
        #expect(!list.isComplete && list.choices.count == ConnectorRegistry.choicePageLimit)
        #expect(sent.requests.count == ConnectorRegistry.choicePageLimit)
        var large = EditedConnector(parameters: parameters)
        let many = (0...ConnectorRegistry.choiceLimit).map { JSON.object(["id": .integer(Int64($0))]) }
        large.answers = ["/boards": ["value": .array(many)]]
        let cut = try await large.choices("board")
        #expect(!cut.isComplete && cut.choices.count == ConnectorRegistry.choiceLimit)
        // A page of another host is not read: the credentials would go there.
        var foreign = EditedConnector(parameters: parameters)
        foreign.answers = ["/boards": ["value": [["id": 1]], "next": "https://elsewhere.example/boards"]]
        #expect(try await foreign.outcome("board") == "1=1")
    }

    @Test func `a refusal says what the service says, without its secrets`() async throws {
        let connector = EditedConnector(
            parameters: [EditedConnector.query("board", ["x-ms-dynamic-values": ["operationId": "ListBoards"]])]
        )
        let transport = RecordingTransport { request in
            .json(
                [
                    "error": [
                        "code": "x", "message": "Key K3y-secret of\n\(request.headers["Authorization"] ?? "") is void",
                    ]
                ],
                status: 403
            )
        }
        var connection = EditedConnector.connection
        connection.secretNames = ["api_key"]
        connection.authentication = ["type": "Bearer", "parameter": "api_key"]
        let registry = ConnectorRegistry(
            folders: [try TestFolder.make(["kanban/apiDefinition.swagger.json": connector.definition])],
            connections: FixedConnections([connection], secrets: ["kanban/api_key": .init("K3y-secret")]),
            transport: transport
        )
        var question = EditedConnector.question(.parameter("board"))
        question.connection = connection
        let asked = question
        let failure = await #expect(throws: ChoiceFailure.self) {
            try await registry.choices(of: asked)
        }
        #expect(failure?.code == .serviceRefused)
        let message = failure?.message ?? ""
        #expect(message.contains("'ListBoards' with 403") && message.contains("Key … of … is void"), "\(message)")
        #expect(!message.contains("K3y"))
    }

    @Test(arguments: [("Nothing", "board", "OperationNotFound"), ("Edit", "nothing", "ParameterNotFound")])
    func `what is not there is named`(_ operation: String, _ field: String, _ code: String) async throws {
        let (registry, _) = try EditedConnector(parameters: [EditedConnector.query("board")]).registry()
        var question = EditedConnector.question(.parameter(field))
        question.operation = operation
        let asked = question
        let failure = await #expect(throws: ChoiceFailure.self) {
            try await registry.choices(of: asked)
        }
        #expect(failure?.code.text == code && failure?.code.isAbsence == true)
    }
}
