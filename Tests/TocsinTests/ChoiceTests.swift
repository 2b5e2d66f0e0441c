import Foundation
import JSONTree
import Testing

/// Choices and schemas from a service, by command and by API, over sockets.
struct ChoiceTests {
    private static let definition = #"""
        {"swagger": "2.0", "info": {"title": "Kanban"}, "host": "kanban.example",
         "securityDefinitions": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
         "paths": {
          "/cards": {"post": {"operationId": "CreateCard", "summary": "Create card", "responses": {"201": {"description": "made",
             "schema": {"type": "object", "x-ms-dynamic-schema": {"operationId": "GetFields", "parameters": {"board": {"parameter": "board"}}, "value-path": "fields"}}}},
            "parameters": [
             {"name": "board", "in": "query", "required": true, "type": "string", "x-ms-summary": "Board",
              "x-ms-dynamic-list": {"operationId": "ListBoards", "itemsPath": "value", "itemValuePath": "id", "itemTitlePath": "name"}},
             {"name": "body", "in": "body", "schema": {"type": "object", "required": ["lane"], "properties": {
              "lane": {"type": "string", "x-ms-dynamic-values": {"operationId": "ListLanes", "value-path": "id",
               "parameters": {"board": {"parameter": "board"}}}}}}}]}},
          "/boards": {"get": {"operationId": "ListBoards", "x-ms-pageable": {"nextLinkName": "next"},
            "responses": {"200": {"description": "OK"}}}},
          "/boards/{board}/lanes": {"get": {"operationId": "ListLanes", "responses": {"200": {"description": "OK"}},
            "parameters": [{"name": "board", "in": "path", "required": true, "type": "string"}]}},
          "/boards/{board}/fields": {"get": {"operationId": "GetFields", "responses": {"200": {"description": "OK"}},
            "parameters": [{"name": "board", "in": "path", "required": true, "type": "string"}]}}}}
        """#
    private static let properties =
        #"{"properties": {"connectionParameters": {"key": {"type": "securestring", "uiDefinition": {"constraints": {"required": "true"}}}}}}"#

    private static func service() throws -> AnsweringService {
        try AnsweringService { request in
            guard request.headers["x-key"] == "canary-key" else { return (401, ["message": "no key"]) }
            switch request.line {
            case "GET /boards": return (200, ["value": [["id": "b1", "name": "First"]], "next": "/boards?page=2"])
            case "GET /boards?page=2": return (200, ["value": [["id": "b2", "name": "Second"]]])
            case "GET /boards/b2/lanes": return (200, [["id": "todo"], ["id": "done"]])
            case "GET /boards/b2/fields":
                return (200, ["fields": ["type": "object", "properties": ["points": ["type": "integer"]]]])
            default: return (404, ["error": ["message": "Unknown board, canary-key"]])
            }
        }
    }

    /// A data folder with the connector and a connection to the service.
    private static func data(_ service: AnsweringService) throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write("data/connectors/kanban/apiDefinition.swagger.json", definition)
        try scratch.write("data/connectors/kanban/apiProperties.json", properties)
        let made = try Program.run(
            "connections",
            "create",
            "kanban",
            "--connector",
            "kanban",
            "--secret",
            "key=\(try scratch.file("key", "canary-key"))",
            "--base-url",
            "http://127.0.0.1:\(service.port)",
            "--allow-network",
            "127.0.0.1/32",
            "--data",
            scratch.path("data")
        )
        try #require(made.exitCode == 0, "\(made.errors)")
        return scratch
    }

    @Test func `the command shows choices, schemas, and what is missing`() throws {
        let service = try Self.service()
        let scratch = try Self.data(service)
        func ask(_ command: String, _ arguments: String...) throws -> Program.Result {
            try Program.run(
                ["connections", command, "kanban", "--operation", "CreateCard"] + arguments + [
                    "--data", scratch.path("data"),
                ]
            )
        }
        let boards = try ask("choices", "--parameter", "board")
        #expect(boards.exitCode == 0, "\(boards.errors)")
        #expect(boards.output.contains("First") && boards.output.contains("b2"))
        let lanes = try ask("choices", "--parameter", "body/lane", "--value", "board=b2", "--json")
        #expect(
            try JSON.parse(lanes.output)["value"]?.arrayValue?.compactMap { $0["value"]?.stringValue } == [
                "todo", "done",
            ]
        )
        let missing = try ask("choices", "--parameter", "body/lane")
        #expect(missing.exitCode == 1 && missing.errors.contains("the parameter 'board' (Board)"), "\(missing.errors)")
        let refused = try ask("choices", "--parameter", "body/lane", "--value", "board=b9")
        #expect(refused.exitCode == 1 && refused.errors.contains("'ListLanes' with 404"), "\(refused.errors)")
        #expect(refused.errors.contains("Unknown board, …") && !refused.errors.contains("canary"))
        let schema = try ask("schema", "--value", "board=b2")
        #expect(try JSON.parse(schema.output)["properties"] == ["points": ["type": "integer"]], "\(schema.errors)")
        #expect(try ask("choices", "--parameter", "board", "--value", "board").errors.contains("NAME=VALUE"))
        let shown = try Program.run(
            "connectors",
            "show",
            "kanban",
            "--operation",
            "createcard",
            "--data",
            scratch.path("data")
        )
        #expect(shown.output.contains("from ListLanes by board"), "\(shown.output)")
        #expect(shown.output.contains("Schema of the answer: from GetFields by board"))
        let unknown = try Program.run(
            "connectors",
            "show",
            "kanban",
            "--operation",
            "x",
            "--data",
            scratch.path("data")
        )
        #expect(unknown.exitCode == 1 && unknown.errors.contains("OperationNotFound"))
    }

    @Test func `an editor asks the running server, with the roles that it needs`() async throws {
        let service = try Self.service()
        let scratch = try Self.data(service)
        let server = try await ServerProcess(data: scratch.path("data"))
        func token(_ role: String) async throws -> String {
            let app = try Program.run(
                "apps",
                "create",
                "--name",
                role,
                "--role",
                role,
                "--json",
                "--data",
                scratch.path("data")
            )
            return try await server.token(try JSON.parse(app.output))
        }
        let (reader, author) = (try await token("Logic.Reader"), try await token("Logic.Contributor"))
        let connector = "/tocsin/v1/connectors/kanban"
        let list = try await server.ask("GET", "\(connector)/operations", token: reader)
        #expect(
            list.json?["value"]?.arrayValue?.compactMap { $0["operationId"]?.stringValue } == [
                "CreateCard", "ListBoards", "ListLanes", "GetFields",
            ]
        )
        let form = try await server.ask("GET", "\(connector)/operations/createcard", token: reader).json
        #expect(form?["parameters"]?.arrayValue?.compactMap { $0["name"]?.stringValue } == ["board", "body/lane"])
        #expect(form?["parameters"]?[1]?["choices"]?["dependsOn"] == ["board"])
        #expect(try await server.ask("GET", "\(connector)/operations/none", token: reader).status == 404)
        #expect(try await server.ask("GET", "\(connector)/operations").status == 401)
        #expect(try await server.ask("GET", "/tocsin/v1/connectors/none/operations", token: reader).status == 404)
        let path = "/tocsin/v1/connections/kanban"
        let question: JSON = ["operation": "CreateCard", "parameter": "body/lane", "parameters": ["board": "b2"]]
        #expect(try await server.ask("POST", "\(path)/choices", token: reader, body: question).status == 403)
        #expect(service.requests.isEmpty)
        let choices = try await server.ask("POST", "\(path)/choices", token: author, body: question)
        #expect(choices.json?["value"]?[0] == ["value": "todo", "title": "todo", "isSelectable": true])
        for (body, status, code) in [
            (["operation": "CreateCard", "parameter": "body/lane"], 400, "MissingParameter"),
            (
                ["operation": "CreateCard", "parameter": "body/lane", "parameters": ["board": "b9"]], 502,
                "ServiceRefused"
            ),
            (["operation": "CreateCard", "parameter": "none"], 404, "ParameterNotFound"),
            (["operation": "None", "parameter": "board"], 404, "OperationNotFound"),
            (["operation": "CreateCard"], 400, nil), (["parameter": "board"], 400, nil),
            (["operation": "CreateCard", "parameter": "board", "parameters": []], 400, nil),
            (["operation": "CreateCard", "parameter": "board", "more": 1], 400, nil),
        ] as [(JSON, Int, JSON?)] {
            let answer = try await server.ask("POST", "\(path)/choices", token: author, body: body)
            #expect(answer.status == status, "\(body.text)")
            if let code { #expect(answer.json?["error"] == code, "\(answer.json?.text ?? "")") }
        }
        let schema = try await server.ask(
            "POST",
            "\(path)/schema",
            token: author,
            body: ["operation": "CreateCard", "answer": "", "parameters": ["board": "b2"]]
        )
        #expect(schema.json?["schema"]?["type"] == "object")
        let both: JSON = ["operation": "CreateCard", "answer": "", "parameter": "board"]
        #expect(try await server.ask("POST", "\(path)/schema", token: author, body: both).status == 400)
        let nobody = try await server.ask("POST", "/tocsin/v1/connections/none/choices", token: author, body: question)
        #expect(nobody.status == 404)
        #expect(try !server.logged().contains("canary"))
        #expect(try await server.stop() == 0)
    }
}
