import Foundation
import JSONTree
import Testing

@testable import Connectors

/// Definitions that are written in several files, and what stands beside a reference.
struct ReferencedFileTests {
    private static let root = """
        openapi: 3.1.0
        info: {title: T, version: "1"}
        servers: [{url: 'https://h.example'}]
        paths:
          /cases/{id}: {$ref: ./paths/case.yaml}
          /gone: {$ref: ./paths/gone.yaml}
        components:
          schemas:
            Case:
              type: object
              required: [title]
              properties:
                title: {type: string}
                parent: {$ref: 'common.json#/schemas/Parent'}
        """
    private static let path = """
        get:
          operationId: GetCase
          parameters:
            - {$ref: '../common.json#/parameters/id'}
            - {$ref: '../common.json#/parameters/version'}
          responses: {"200": {description: ok, content: {application/json: {schema: {$ref: '../openapi.yaml#/components/schemas/Case'}}}}}
        put:
          operationId: SetCase
          parameters: [{$ref: '../common.json#/parameters/id'}]
          requestBody: {required: true, content: {application/json: {schema: {$ref: ../schemas/change.yaml}}}}
          responses: {"204": {description: ok}}
        """
    private static let change = """
        type: object
        required: [kind]
        properties:
          kind: {$ref: '#/$defs/Kind'}
          inner: {$ref: '#'}
        $defs: {Kind: {type: string, enum: [a, b]}}
        """
    private static let common = """
        {"parameters": {"id": {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
           "version": {"name": "api-version", "in": "query", "required": true, "schema": {"type": "string", "default": "2026-01-01"}}},
         "schemas": {"Parent": {"type": "object", "properties": {"name": {"type": "string"}}}}}
        """

    private static func folder(_ files: [String: String]) throws -> String {
        let folder = NSTemporaryDirectory() + "tocsin-files-\(UUID().uuidString)/cases"
        for (name, text) in files {
            let url = URL(filePath: "\(folder)/\(name)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
        }
        return folder
    }

    private static var files: [String: String] {
        [
            "openapi.yaml": root.replacing("  /gone: {$ref: ./paths/gone.yaml}\n", with: ""), "paths/case.yaml": path,
            "schemas/change.yaml": change, "common.json": common,
        ]
    }

    @Test func `files below the folder are read, and refer to each other`() throws {
        let folder = try Self.folder(Self.files)
        let check = try #require(ConnectorCheck.check(folder: folder).first)
        #expect(check.isLoaded, "\(check.remarks.map(\.text))")
        #expect(!check.remarks.contains { $0.message.contains("reference") }, "\(check.remarks.map(\.text))")
        let connector = try #require(try ConnectorLoader.load("cases", from: [String(folder.dropLast(6))]))
        #expect(connector.operations.map(\.id) == ["GetCase", "SetCase"])
        let get = try #require(connector.operation(id: "GetCase"))
        #expect(get.parameters.map(\.name) == ["id", "api-version"])
        #expect(get.parameters[1].defaultValue == "2026-01-01")
        #expect(get.answerSchema?["required"] == ["title"])
        let set = try #require(connector.operation(id: "SetCase"))
        func refusal(_ body: JSON) -> String? {
            connector.refusal(of: set, parameters: ["id": "1"], queries: [], headers: [], body: body)
        }
        #expect(refusal(["kind": "a", "inner": ["kind": "b"]]) == nil)
        #expect(refusal(["kind": "c"])?.contains("/kind") == true)
        #expect(refusal(["kind": "a", "inner": ["kind": "c"]])?.contains("/inner/kind") == true)
    }

    @Test func `one file says the same`() throws {
        let folder = try Self.folder(Self.files)
        let definition = Array(try #require(Self.files["openapi.yaml"]).utf8)
        let whole = try ConnectorCheck.joined(definition, file: "openapi.yaml", in: folder)
        let bytes = try #require(whole)
        let alone = try Self.folder(["openapi.json": String(decoding: bytes, as: UTF8.self)])
        let check = try #require(ConnectorCheck.check(folder: alone).first)
        #expect(check.isLoaded, "\(check.remarks.map(\.text))")
        #expect(check.definition?.operation(id: "GetCase")?.parameters.count == 2)
        #expect(try ConnectorCheck.joined(Array(#"{"openapi": "3.0.0"}"#.utf8), file: "a.json", in: folder) == nil)
    }

    @Test(
        arguments: [
            ("./paths/gone.yaml", "leads to no file"), ("../cases/common.json", "leads to no file"),
            ("https://h.example/a.yaml", "leads to no file"), ("/etc/hostname", "leads to no file"),
            ("#/nowhere", "leads nowhere"),
        ]
    )
    func `a path that is not there is an error, because its operations are missing`(
        _ target: String,
        _ part: String
    ) throws {
        var files = Self.files
        files["openapi.yaml"] = Self.root.replacing("./paths/gone.yaml", with: "'\(target)'")
        let check = try #require(ConnectorCheck.check(folder: try Self.folder(files)).first)
        #expect(!check.isLoaded)
        let error = try #require(check.remarks.first { $0.severity == .error })
        #expect(error.message.contains(part) && error.message.contains("operations are missing"), "\(error.message)")
    }

    @Test func `a file that cannot be read is told by its name`() throws {
        var files = Self.files
        files["common.json"] = "{,}"
        let check = try #require(ConnectorCheck.check(folder: try Self.folder(files)).first)
        #expect(check.remarks.contains { $0.severity == .error && $0.file == "common.json" })
    }

    @Test(
        arguments: [
            ("3.1.0", "2", "v2"), ("3.0.3", nil, "v1"),
        ] as [(String, String?, String)]
    )
    func `what stands beside a reference counts since 3_1`(
        _ version: String,
        _ internalValue: String?,
        _ kind: String
    ) throws {
        let schema: JSON = [
            "type": "object",
            "properties": [
                "kind": ["$ref": "#/components/schemas/Kind", "default": "v2"],
                "hidden": ["$ref": "#/components/schemas/Number", "default": "2", "x-ms-visibility": "internal"],
                "parent": ["$ref": "#/components/schemas/Node", "description": "Its own"],
            ],
            "required": ["kind"],
        ]
        let definition: JSON = [
            "openapi": .string(version), "info": ["title": "T", "version": "1"],
            "servers": [["url": "https://h.example"]],
            "components": [
                "schemas": [
                    "Kind": ["type": "string", "default": "v1"], "Number": ["type": "string"], "Node": schema,
                ]
            ],
            "paths": [
                "/a": [
                    "post": [
                        "operationId": "Post",
                        "requestBody": [
                            "content": ["application/json": ["schema": ["$ref": "#/components/schemas/Node"]]]
                        ],
                        "responses": ["200": ["description": "ok"]],
                    ]
                ]
            ],
        ]
        let connector = try ConnectorDefinition(name: "c", definition: definition)
        let operation = try #require(connector.operation(id: "Post"))
        let body = try connector.filling(["x": 1], of: operation, form: .byName, now: Fixtures.noon)
        #expect(body?["kind"]?.stringValue == kind)
        #expect(body?["hidden"]?.stringValue == internalValue)
    }
}
