import JSONTree
import Outbound

@testable import Connectors

/// A connector of one operation that is edited, `Edit`, and the operations that it asks for choices; and its service.
struct EditedConnector {
    /// The parameters of `Edit`.
    var parameters: JSON
    /// Other members of `Edit`.
    var edited: JSONObject = [:]
    /// What the service answers, by path and query.
    var answers: [String: JSON] = [:]
    var adapter: JSON?
    /// Members of the whole definition.
    var more: JSONObject = [:]

    static func query(_ name: String, _ more: JSONObject = [:], required: Bool = false) -> JSON {
        var object: JSONObject = ["name": .string(name), "in": "query", "type": "string", "required": .bool(required)]
        object.merge(more)
        return .object(object)
    }

    static func body(_ properties: JSON, required: JSON = [], isRequired: Bool = true) -> JSON {
        [
            "name": "body", "in": "body", "required": .bool(isRequired),
            "schema": ["type": "object", "required": required, "properties": properties],
        ]
    }

    private static func operation(_ id: String, _ parameters: JSON = [], _ more: JSONObject = [:]) -> JSON {
        var object: JSONObject = [
            "operationId": .string(id), "parameters": parameters, "responses": ["200": ["description": "OK"]],
        ]
        object.merge(more)
        return .object(object)
    }

    var definition: JSON {
        var edit: JSONObject = ["operationId": "Edit", "parameters": parameters, "responses": ["200": [:]]]
        edit.merge(edited)
        var board: JSON { ["name": "board", "in": "path", "required": true, "type": "string"] }
        var search: JSON { Self.body(["text": ["type": "string"], "top": ["type": "integer"]]) }
        var object: JSONObject = [
            "swagger": "2.0", "host": "kanban.example",
            "paths": [
                "/edit": ["post": .object(edit)],
                "/boards": [
                    "get": Self.operation(
                        "ListBoards",
                        [Self.query("archived"), Self.query("team")],
                        ["x-ms-pageable": ["nextLinkName": "next"]]
                    ),
                    "put": Self.operation("ReplaceBoards"),
                ],
                "/boards/{board}/lists": ["get": Self.operation("ListLists", [board, Self.query("color")])],
                "/people": ["post": Self.operation("FindPeople", [search])],
                "/hidden": ["post": Self.operation("FindHidden", [search], ["x-ms-visibility": "internal"])],
                "/open": [
                    "post": Self.operation(
                        "AskFreely",
                        [["name": "body", "in": "body", "schema": ["type": "object"]]],
                        ["x-ms-visibility": "internal"]
                    )
                ],
                "/root": ["get": Self.operation("OpenRoot", [Self.query("drive")])],
                "/folder": ["get": Self.operation("OpenFolder", [Self.query("path", required: true)])],
            ],
        ]
        object.merge(more)
        return .object(object)
    }

    /// The registry over it, and what its service was sent.
    func registry() throws -> (registry: ConnectorRegistry, sent: RecordingTransport) {
        var files: [String: JSON] = ["kanban/apiDefinition.swagger.json": definition]
        files["kanban/adapter.json"] = adapter
        let answers = answers
        let transport = RecordingTransport { request in
            let place = request.url.replacing("https://kanban.example", with: "")
            guard let answer = answers[place] else {
                return .json(["error": ["message": "No \(place) for K3y-secret\n<now>"]], status: 404)
            }
            return .json(answer)
        }
        return (
            Fixtures.registry([Self.connection], transport: transport, folders: [try TestFolder.make(files)]), transport
        )
    }

    static let connection = Connection(tenant: "t1", name: "kanban", connector: "kanban")

    static func question(
        _ place: ChoiceQuestion.Place,
        _ values: JSONObject = [:],
        folder: JSON? = nil
    ) -> ChoiceQuestion {
        ChoiceQuestion(connection: connection, operation: "edit", place: place, values: values, folder: folder)
    }

    func choices(_ field: String, _ values: JSONObject = [:], folder: JSON? = nil) async throws -> ChoiceList {
        try await registry().registry.choices(of: Self.question(.parameter(field), values, folder: folder))
    }

    /// What comes of asking, in one line: the choices as `value=title`, or the word of the failure.
    func outcome(_ field: String, _ values: JSONObject = [:], folder: JSON? = nil) async throws -> String {
        do {
            return try await choices(field, values, folder: folder).choices.map { "\($0.value.text)=\($0.title)" }
                .joined(separator: " ")
        } catch let failure as ChoiceFailure {
            return failure.code.text
        }
    }
}
