import Connectors
import Foundation
import JSONTree
import Outbound
import Testing

struct DefinitionTests {
    static let small: JSON = [
        "swagger": "2.0", "info": ["title": "T"], "host": "api.example", "basePath": "/v1/",
        "schemes": ["http", "https"],
        "consumes": ["application/json"],
        "paths": [
            "/items/{id}": [
                "parameters": [["name": "id", "in": "path", "required": true, "type": "string"]],
                "get": ["operationId": "Get", "responses": ["200": [:]]],
            ],
            "/items/all": ["get": ["operationId": "All", "responses": ["200": [:]]]],
            "/x('{key}')/{a}:{b}.json": ["get": ["operationId": "Odd", "responses": ["default": [:]]]],
            "/{item}/notes": [
                "post": [
                    "operationId": "AddNote", "responses": [:],
                    "parameters": [["name": "item", "in": "path", "required": true, "type": "string"]],
                ]
            ],
            "/hidden": [
                "get": [
                    "operationId": "Hidden", "responses": [:],
                    "parameters": [
                        ["name": "v", "in": "query", "type": "string", "default": "2", "x-ms-visibility": "internal"],
                        ["$ref": "#/parameters/Shared"],
                        [
                            "name": "day", "in": "query", "type": "string", "required": true,
                            "default": "@{formatDateTime(utcNow(), 'yyyy')}",
                        ],
                    ],
                ]
            ],
            "/form": [
                "post": [
                    "operationId": "Form", "consumes": ["application/x-www-form-urlencoded"], "responses": [:],
                    "parameters": [["name": "a", "in": "formData", "type": "string"]],
                ]
            ],
        ],
        "parameters": [
            "Shared": ["name": "X-Shared", "in": "header", "type": "string", "required": true, "default": "s"]
        ],
        "x-unknown": ["anything": 1],
    ]

    @Test(
        arguments: [
            ("GET", "/items/7", "Get"), ("get", "/items/all", "All"), ("GET", "/items/all?x=1", "All"),
            ("GET", "/x('a%2Fb')/1:2.json", "Odd"), ("GET", "/X('a')/1:2.JSON", "Odd"), ("GET", "/items", nil),
            ("POST", "/items/7", nil), ("GET", "/items/7/8", nil), ("GET", "//items//7/", "Get"),
            ("GET", "/x('')/1:2.json", nil), ("GET", "/items/", "Get"), ("GET", "/items//", nil), ("GET", "//7", nil),
            ("POST", "//notes", "AddNote"), ("POST", "/7//notes", "AddNote"), ("POST", "/notes", nil),
        ] as [(String, String, String?)]
    )
    func findsOperations(_ method: String, _ path: String, _ id: String?) throws {
        let definition = try ConnectorDefinition(name: "small", definition: Self.small)
        #expect(definition.operation(method: method, path: path)?.id == id)
    }

    @Test func readsWhatIsSaid() throws {
        let definition = try ConnectorDefinition(name: "Small", definition: Self.small)
        #expect(definition.name == "small")
        #expect(definition.baseURL == "https://api.example/v1")
        #expect(definition.operation(id: "hidden")?.parameters.map(\.name) == ["v", "X-Shared", "day"])
        #expect(definition.operation(id: "Get")?.parameters.first?.isRequired == true)
    }

    @Test func fillsHiddenAndRequiredDefaults() async throws {
        let folder = try Self.folder(["small": (Self.small, nil)])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let registry = Fixtures.registry([Connection(tenant: "t1", name: "s", connector: "small")], folders: [folder])
        let call = try await registry.prepare(
            ConnectorCall(tenant: "t1", connection: "s", method: "GET", path: "/hidden", executionKey: "k")
        )
        #expect(call.request.url == "https://api.example/v1/hidden?v=2&day=2026")
        #expect(call.request.headers["X-Shared"] == "s")
        let form = try await registry.prepare(
            ConnectorCall(
                tenant: "t1",
                connection: "s",
                method: "POST",
                path: "/form",
                body: ["a": "x y&z"],
                executionKey: "k"
            )
        )
        #expect(form.request.headers["Content-Type"] == "application/x-www-form-urlencoded")
        let text = String(decoding: form.request.body ?? [], as: UTF8.self)
        #expect(["a=x+y%26z", "a=x%20y%26z"].contains(text), "\(text)")
    }

    @Test(
        arguments: [
            (["swagger": "1.2", "paths": [:]], nil, "no Swagger 2.0"), (["swagger": "2.0"], nil, "has no 'paths'"),
            ([:], nil, "no Swagger 2.0"), ([], nil, "no Swagger 2.0"),
            (small, ["operations": ["Nothing": [:]]], "'Nothing', which its definition does not have"),
            (small, ["operations": ["Get": ["effect": "harm"]]], "'effect' must be one of read"),
            (small, ["operations": ["Get": ["idempotency": ["kind": "magic"]]]], "must be safe, header"),
            (
                small, ["operations": ["Get": ["idempotency": ["kind": "lookup", "delay": "PT1M"]]]],
                "needs the member 'lookup'"
            ),
            (small, ["operations": ["Get": ["idempotency": ["kind": "header"]]]], "'name' must be a text"),
            (
                small,
                [
                    "operations": [
                        "Get": [
                            "idempotency": [
                                "kind": "lookup", "delay": "soon",
                                "lookup": ["operation": "All", "items": "@item()", "match": true, "outputs": [:]],
                            ]
                        ]
                    ]
                ], "ISO 8601 duration"
            ),
            (
                small, ["operations": ["Get": ["idempotency": ["kind": "none", "businessKey": "@nonsense("]]]],
                "businessKey'"
            ),
        ] as [(JSON, JSON?, String)]
    )
    func refuses(_ definition: JSON, _ adapter: JSON?, _ part: String) {
        let error = #expect(throws: ConnectorError.self) {
            try ConnectorDefinition(name: "x", definition: definition, adapter: adapter)
        }
        #expect(error?.code == .invalidDefinition)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test func namesThePlaceOfABrokenFile() async throws {
        let folder = try Self.folder(["broken": (nil, "{\n \"swagger\": }")])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let error = #expect(throws: ConnectorError.self) {
            try Fixtures.registry([], folders: [folder]).connector("broken")
        }
        #expect(error?.message.contains("line 2, column") == true, "\(error?.message ?? "")")
        #expect(try Fixtures.registry([], folders: [folder]).connector("absent") == nil)
    }

    @Test func ourOwnConnectorsLoad() throws {
        let registry = Fixtures.registry()
        #expect(registry.names.contains("freshdesk") && registry.names.contains("microsoftgraphsecurity"))
        for name in registry.names {
            let definition = try #require(try registry.connector(name))
            #expect(!definition.operations.isEmpty)
            for operation in definition.operations {
                #expect(operation.summary != nil && operation.details != nil, "\(name) \(operation.id)")
                for parameter in operation.parameters where parameter.place != .body {
                    #expect(parameter.summary != nil, "\(name) \(operation.id) \(parameter.name)")
                }
            }
        }
    }

    /// Every public definition of the corpus loads, and its operations are found by their own paths.
    @Test func theCorpusLoads() throws {
        let corpus = ProcessInfo.processInfo.environment["TOCSIN_CORPUS"] ?? "\(Folders.root)/../shared/corpus"
        let folder = "\(corpus)/connectors"
        guard FileManager.default.fileExists(atPath: folder) else {
            print("skipped: the corpus of public connectors is not at \(folder)")
            return
        }
        let registry = Fixtures.registry([], folders: [folder])
        var operations = 0
        #expect(registry.names.count >= 100)
        for name in registry.names {
            let definition = try #require(try registry.connector(name), "\(name)")
            for operation in definition.operations {
                operations += 1
                let path = operation.path.text.replacing("{", with: "v-").replacing("}", with: "")
                #expect(definition.operation(method: operation.method, path: path) != nil, "\(name) \(operation.id)")
            }
        }
        #expect(operations > 1_000)
    }

    static func folder(_ connectors: [String: (JSON?, String?)]) throws -> String {
        let folder = NSTemporaryDirectory() + "tocsin-connectors-\(UInt64.random(in: 0 ... .max))"
        for (name, (json, text)) in connectors {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            let content = json.map(\.text) ?? text ?? ""
            try content.write(
                toFile: "\(folder)/\(name)/apiDefinition.swagger.json",
                atomically: false,
                encoding: .utf8
            )
        }
        return folder
    }
}
