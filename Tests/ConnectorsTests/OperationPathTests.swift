import JSONTree
import Moments
import Outbound
import Testing

@testable import Connectors

/// Which operation a path or a name means, and what is sent for it.
struct OperationPathTests {
    /// `METHOD /path` to the name of the operation there; parameters are texts, and those of `raw` are sent as they are.
    private static func document(_ operations: [(String, String)], raw: Set<String> = []) -> JSON {
        var paths = JSONObject()
        for (place, id) in operations {
            let parts = place.split(separator: " ", maxSplits: 1).map(String.init)
            let names = parts[1].split(separator: "{").dropFirst().map { part in
                String(part.prefix { $0 != "}" && $0 != "+" })
            }
            let parameters = names.map { name -> JSON in
                [
                    "name": .string(name), "in": "path", "required": true, "type": "string",
                    "x-ms-skip-url-encoding": .bool(raw.contains(name)),
                ]
            }
            var item = paths[parts[1]]?.objectValue ?? JSONObject()
            item[parts[0].lowercased()] = [
                "operationId": .string(id), "parameters": .array(parameters), "responses": ["200": [:]],
            ]
            paths[parts[1]] = .object(item)
        }
        return [
            "swagger": "2.0", "info": ["title": "C"], "host": "h.example", "basePath": "/v1", "paths": .object(paths),
        ]
    }

    private static func definition(
        _ operations: [(String, String)],
        raw: Set<String> = []
    ) throws -> ConnectorDefinition {
        try ConnectorDefinition(name: "c", definition: document(operations, raw: raw))
    }

    private static let places = [
        ("GET /items", "List"), ("GET /items/", "ListSlashed"), ("GET /items/{id}", "Get"),
        ("POST /items/{id}", "Plain"), ("POST /items/{id}:cancel", "Cancel"), ("POST /items/{id}.json", "JSON"),
        ("POST /items/{id}:cancelAll", "CancelAll"), ("GET /{any}", "Any"),
        ("GET /users(id={id},k='{k}')", "User"), ("GET /Get Items/{id}", "Spaced"), ("GET /naïve/{id}", "Accented"),
        ("GET /q?action=list", "QList"), ("GET /q?action=show&id={id}", "QShow"), ("GET /q", "QPlain"),
        ("GET /{scope}/providers/alerts/{id}", "Scoped"), ("GET /files/{path+}", "File"), ("GET /", "Root"),
        ("GET /a//b", "Double"),
    ]

    @Test(
        arguments: [
            ("GET", "/items", "List", [:]), ("GET", "/items/", "ListSlashed", [:]), ("get", "/ITEMS", "List", [:]),
            ("GET", "/items/7", "Get", ["id": "7"]), ("GET", "/items/7/", "Get", ["id": "7"]),
            ("POST", "/items/x:cancel", "Cancel", ["id": "x"]), ("POST", "/items/x%3Acancel", "Cancel", ["id": "x"]),
            ("POST", "/items/x:cancelAll", "CancelAll", ["id": "x"]), ("POST", "/items/x.json", "JSON", ["id": "x"]),
            ("POST", "/items/x", "Plain", ["id": "x"]),
            ("GET", "/users(id=1,k='z')", "User", ["id": "1", "k": "z"]),
            ("GET", "/users(id=1,k=%27z%27)", "User", ["id": "1", "k": "z"]),
            ("GET", "/other", "Any", ["any": "other"]),
            ("GET", "/Get%20Items/7", "Spaced", ["id": "7"]), ("GET", "/na%c3%afve/7", "Accented", ["id": "7"]),
            ("GET", "/q?action=list", "QList", [:]), ("GET", "/q?x=1&action=show&id=7", "QShow", ["id": "7"]),
            ("GET", "/q?action=other", "QPlain", [:]), ("GET", "/q", "QPlain", [:]),
            (
                "GET", "/subscriptions/s/resourceGroups/g/providers/alerts/a%2Fb", "Scoped",
                ["scope": "subscriptions/s/resourceGroups/g", "id": "a%2Fb"]
            ),
            ("GET", "/files/a/b/c.txt", "File", ["path": "a/b/c.txt"]), ("GET", "/", "Root", [:]),
            ("GET", "/none/of/these", nil, [:]), ("DELETE", "/items", nil, [:]),
        ] as [(String, String, String?, [String: String])]
    )
    func `a path means the operation that is nearest to it`(
        _ method: String,
        _ path: String,
        _ id: String?,
        _ values: [String: String]
    ) throws {
        let found = try Self.definition(Self.places, raw: ["scope"]).index.find(method: method, path: path)
        #expect(found?.operation.id == id)
        #expect(found?.values ?? [:] == values)
    }

    @Test(
        arguments: [
            ("List", [:], "https://h.example/v1/items"), ("ListSlashed", [:], "https://h.example/v1/items/"),
            ("Cancel", ["id": "x"], "https://h.example/v1/items/x:cancel"),
            ("Plain", ["id": "x:cancel"], "https://h.example/v1/items/x%3Acancel"),
            ("QShow", ["id": "a b"], "https://h.example/v1/q?action=show&id=a%20b"),
            ("Scoped", ["scope": "s/1", "id": "7"], "https://h.example/v1/s/1/providers/alerts/7"),
            ("Root", [:], "https://h.example/v1/"), ("Double", [:], "https://h.example/v1/a//b"),
            ("GET /items/{id}", ["id": "7"], "https://h.example/v1/items/7"),
        ] as [(String, JSON, String)]
    )
    func `an operation that is named is the one that is prepared`(
        _ id: String,
        _ parameters: JSON,
        _ url: String
    ) async throws {
        let definition = try Self.definition(Self.places, raw: ["scope"])
        let registry = try Self.registry(Self.document(Self.places, raw: ["scope"]))
        let start = ConnectorCall(tenant: "t1", connection: "c", method: "GET", path: "/", executionKey: "k")
        let prepared = try await registry.prepare(
            try await registry.resolving(start, operation: id, parameters: parameters)
        )
        #expect(prepared.operation?.place == definition.operation(id: id)?.place)
        #expect(prepared.request.url == url)
    }

    private static func registry(_ document: JSON) throws -> ConnectorRegistry {
        ConnectorRegistry(
            folders: [try TestFolder.make(["c/apiDefinition.swagger.json": document])],
            connections: FixedConnections(
                [Connection(tenant: "t1", name: "c", connector: "c", authentication: ["type": "None"])]
            ),
            transport: RecordingTransport(),
            clock: Fixtures.clock
        )
    }

    @Test func `a name that several operations bear is refused, and each is reached by method and path`() async throws {
        let registry = try Self.registry(
            Self.document([("DELETE /tags/{id}", "Tag"), ("PUT /tags/{id}", "Tag"), ("GET /tags", "Tags")])
        )
        let start = ConnectorCall(tenant: "t1", connection: "c", method: "GET", path: "/", executionKey: "k")
        let error = await #expect(throws: ConnectorError.self) {
            _ = try await registry.resolving(start, operation: "tag", parameters: ["id": "7"])
        }
        #expect(error?.message.contains("'DELETE /tags/{id}', 'PUT /tags/{id}'") == true, "\(error?.message ?? "")")
        let put = try await registry.resolving(start, operation: "PUT /tags/{id}", parameters: ["id": "7"])
        #expect(put.method == "PUT" && put.path == "/tags/7")
    }

    @Test(
        arguments: [
            ("GET /notes/{id}", "GetNote", .read), ("POST /notes", "AddNote", .annotate),
            ("DELETE /notes/{id}", "DeleteNote", .destroy), ("GET /notes/delete/{id}", "get_notes_delete", .destroy),
            ("GET /notes/{id}", "deleteNote", .destroy), ("POST /hosts/{id}/isolate", "HostAction", .contain),
            ("GET /block/{height}", "GetBlock", .read), ("GET /quarantine", "ListQuarantine", .read),
            ("GET /users/{id}/disable", "x", .contain), ("POST /block-ip", "BlockIp", .contain),
            ("GET /blocklist", "Blocklist", .read), ("POST /search", "Search", .annotate),
            ("GET /r/{id}", "RestartService", .annotate), ("GET /schemas/delete", "GetDeleteSchema", .read),
            ("GET /deleted", "ListDeleted", .read),
        ] as [(String, String, EffectClass)]
    )
    func `words of names tell what an operation does where its method does not`(
        _ place: String,
        _ id: String,
        _ effect: EffectClass
    ) throws {
        let definition = try Self.definition([(place, id)])
        let operation = try #require(definition.operations.first)
        #expect(definition.effect(of: operation) == effect)
        #expect(definition.idempotency(of: operation) == (effect == .read ? .safe : .none))
    }

    @Test(
        arguments: [
            ("?page=2", "https://api.example/v1/items?page=2"),
            ("/v1/items?page=2", "https://api.example/v1/items?page=2"),
            ("items?page=2", "https://api.example/v1/items?page=2"), ("../v2/items", "https://api.example/v2/items"),
            ("http://api.example/v1/items?page=2", "https://api.example/v1/items?page=2"),
            ("http://api.example:80/v1/items?page=2", "https://api.example/v1/items?page=2"),
            ("https://api.example/v1/items?page=2", "https://api.example/v1/items?page=2"),
            ("https://evil.example/v1/items?page=2", nil), ("//evil.example/items?page=2", nil), ("bareword", nil),
            ("http://api.example:8080/v1/items?page=2", nil), ("", nil),
        ] as [(String, String?)]
    )
    func `a next page is a reference of the same service`(_ link: String, _ url: String?) async throws {
        let definition: JSON = [
            "swagger": "2.0", "host": "api.example", "basePath": "/v1", "schemes": ["https"],
            "paths": [
                "/items": ["get": ["operationId": "List", "x-ms-pageable": ["nextLinkName": "next"], "responses": [:]]]
            ],
        ]
        let registry = try Self.registry(definition)
        let prepared = try await registry.prepare(
            ConnectorCall(tenant: "t1", connection: "c", method: "GET", path: "/items", executionKey: "k")
        )
        #expect(prepared.following(link)?.url == url)
    }

    // MARK: Callback addresses

    private static let webhooks: JSON = [
        "swagger": "2.0", "info": ["title": "C"], "host": "h.example",
        "definitions": [
            "Hook": [
                "type": "object", "required": ["target"],
                "properties": [
                    "target": ["$ref": "#/definitions/Target"],
                    "events": ["type": "array", "items": ["type": "string"]],
                    "next": ["$ref": "#/definitions/Hook"],
                ],
            ],
            "Target": [
                "allOf": [
                    ["type": "object", "properties": ["url": ["type": "string", "x-ms-notification-url": true]]],
                    ["type": "object", "properties": ["note": ["type": "string"]]],
                ]
            ],
        ],
        "paths": [
            "/hooks": [
                "post": [
                    "operationId": "InBody", "responses": [:],
                    "parameters": [
                        ["name": "hook", "in": "body", "required": true, "schema": ["$ref": "#/definitions/Hook"]]
                    ],
                ]
            ],
            "/subscribe": [
                "post": [
                    "operationId": "InQuery", "responses": [:],
                    "parameters": [
                        [
                            "name": "callback", "in": "query", "type": "string", "required": true,
                            "x-ms-notification-url": "true",
                        ]
                    ],
                ]
            ],
        ],
    ]

    @Test(
        arguments: [
            ("InBody", [:], "/hooks", ["target": ["url": "https://t.example/cb"]]),
            (
                "InBody", ["hook": ["events": ["a"], "target": ["note": "n"]]], "/hooks",
                ["events": ["a"], "target": ["note": "n", "url": "https://t.example/cb"]]
            ),
            (
                "InBody", ["hook/target/url": "https://mine.example/"], "/hooks",
                ["target": ["url": "https://mine.example/"]]
            ),
            ("InQuery", [:], "/subscribe?callback=https%3A%2F%2Ft.example%2Fcb", nil),
        ] as [(String, JSON, String, JSON?)]
    )
    func `the callback address is put where the definition wants it`(
        _ operation: String,
        _ parameters: JSON,
        _ path: String,
        _ body: JSON?
    ) async throws {
        let registry = try Self.registry(Self.webhooks)
        var start = ConnectorCall(tenant: "t1", connection: "c", method: "GET", path: "/", executionKey: "k")
        start.callback = "https://t.example/cb"
        let call = try await registry.resolving(start, operation: operation, parameters: parameters)
        let request = try await registry.prepare(call).request
        #expect(request.url == "https://h.example\(path)")
        #expect(try request.body.map { try JSON.parse($0) } == body)
    }
}
