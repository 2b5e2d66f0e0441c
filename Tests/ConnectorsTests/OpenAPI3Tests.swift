import Foundation
import JSONTree
import Outbound
import Secrets
import Testing

@testable import Connectors

/// OpenAPI 3 documents, in JSON and in YAML, as connectors.
struct OpenAPI3Tests {
    static let yaml = """
        openapi: 3.0.3
        info: {title: Cases, version: "1"}
        servers:
          - url: https://{region}.example.com/{base}
            variables:
              region: {default: eu, enum: [eu, us]}
              base: {default: v2}
        components:
          securitySchemes:
            key: {type: apiKey, in: header, name: X-Key}
          parameters:
            page: {name: page, in: query, schema: {type: integer, minimum: 1}}
          schemas:
            Case: &case
              type: object
              required: [title]
              properties:
                title: {type: string, minLength: 2}
                parent: {$ref: '#/components/schemas/Case'}
                note: {type: string, nullable: true}
            Copy: *case
        paths:
          /cases/{id}:
            parameters:
              - {name: id, in: path, required: true, schema: {type: string}}
            get:
              operationId: GetCase
              parameters:
                - $ref: '#/components/parameters/page'
                - {name: tags, in: query, schema: {type: array, items: {type: string}}}
                - {name: ids, in: query, explode: false, schema: {type: array, items: {type: integer}}}
                - {name: words, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: string}}}
                - {name: filter, in: query, style: deepObject, schema: {type: object}}
                - {name: since, in: query, schema: {type: string, format: date-time}}
              responses: {"200": {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Case'}}}}}
            put:
              operationId: SetCase
              requestBody:
                required: true
                content:
                  text/plain: {schema: {type: string}}
                  application/json: {schema: {$ref: '#/components/schemas/Case'}}
              responses: {2XX: {description: ok}}
          /upload:
            servers: [{url: 'https://upload.example.com'}]
            post:
              operationId: Upload
              requestBody:
                required: true
                content:
                  multipart/form-data:
                    schema:
                      type: object
                      required: [file]
                      properties: {file: {type: string, format: binary}, name: {type: string}}
              responses: {"201": {description: made}}
        """

    static func call(
        _ operation: String,
        _ parameters: JSON,
        connection: [String: JSON] = [:]
    ) async throws -> OutboundRequest {
        let folder = NSTemporaryDirectory() + "tocsin-openapi-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: "\(folder)/cases", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try yaml.write(toFile: "\(folder)/cases/openapi.yaml", atomically: false, encoding: .utf8)
        let registry = ConnectorRegistry(
            folders: [folder],
            connections: FixedConnections(
                [Connection(tenant: "t1", name: "c", connector: "cases", parameters: connection, secretNames: ["key"])],
                secrets: ["c/key": SecretValue("K")]
            ),
            transport: RecordingTransport(),
            clock: Fixtures.clock
        )
        #expect(registry.names == ["cases"])
        let start = ConnectorCall(tenant: "t1", connection: "c", method: "GET", path: "/", executionKey: "k")
        let call = try await registry.resolving(start, operation: operation, parameters: parameters)
        return try await registry.prepare(call).request
    }

    @Test func `parameters are written as style and explode say`() async throws {
        let request = try await Self.call(
            "GetCase",
            [
                "id": "a/b", "page": 2, "tags": ["x", "y z"], "ids": [1, 2], "words": ["u", "v"],
                "filter": ["state": "open", "n": 1],
            ]
        )
        #expect(
            request.url
                == "https://eu.example.com/v2/cases/a%2Fb?page=2&tags=x&tags=y%20z&ids=1,2&words=u%7Cv&filter%5Bstate%5D=open&filter%5Bn%5D=1"
        )
        #expect(request.headers["X-Key"] == "K")
    }

    @Test func `variables of servers are parameters of connections`() async throws {
        let request = try await Self.call("GetCase", ["id": "1"], connection: ["region": "us"])
        #expect(request.url == "https://us.example.com/v2/cases/1")
        let upload = try await Self.call(
            "Upload",
            ["file": ["$content-type": "text/plain", "$content": "aGk="], "name": "n"]
        )
        #expect(upload.url == "https://upload.example.com/upload")
        let text = String(decoding: upload.body ?? [], as: UTF8.self)
        #expect(upload.headers["Content-Type"]?.hasPrefix("multipart/form-data; boundary=") == true)
        #expect(
            text.contains("name=\"file\"; filename=\"file\"") && text.contains("name=\"name\"") && text.contains("hi")
        )
    }

    @Test func `JSON goes before other media types of a body`() async throws {
        let request = try await Self.call("SetCase", ["id": "1", "body": ["title": "Two", "note": nil]])
        #expect(request.headers["Content-Type"] == "application/json")
        #expect(try JSON.parse(request.body ?? []) == ["title": "Two", "note": nil])
    }

    @Test(
        arguments: [
            ("SetCase", ["id": "1", "body": ["title": "T"]], "/title must have at least 2"),
            (
                "SetCase", ["id": "1", "body": ["title": "Two", "parent": ["title": 3, "parent": [:]]]],
                "/parent/parent/title is required"
            ),
            ("SetCase", ["id": "1"], "needs the body parameter"),
            ("GetCase", ["id": "1", "page": 0], "'page' must be at least 1"),
            ("GetCase", ["id": "1", "page": "x"], "'page' must be a whole number"),
            ("GetCase", ["id": "1", "ids": [1, "x"]], "'ids' must be a whole number"),
            ("GetCase", [:], "'id'"),
            ("Upload", ["name": "n"], "formData parameter 'file'"),
        ] as [(String, JSON, String)]
    )
    func `what the document does not allow is not sent`(
        _ operation: String,
        _ parameters: JSON,
        _ part: String
    ) async throws {
        let error = await #expect(throws: ConnectorError.self) { try await Self.call(operation, parameters) }
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test func `version 3_1 with lists of types loads`() throws {
        let document: JSON = [
            "openapi": "3.1.0", "info": ["title": "T"], "servers": [["url": "https://h.example"]],
            "paths": [
                "/a": [
                    "post": [
                        "parameters": [["name": "q", "in": "query", "schema": ["type": ["null", "integer"]]]],
                        "requestBody": [
                            "content": [
                                "application/json": [
                                    "schema": ["type": ["object", "null"], "properties": ["k": ["const": "v"]]]
                                ]
                            ]
                        ],
                    ]
                ]
            ],
        ]
        let connector = try ConnectorDefinition(name: "c", definition: document)
        let operation = try #require(connector.operation(method: "POST", path: "/a"))
        #expect(operation.id == "POST /a" && operation.parameters.map(\.type) == ["integer", "object"])
        #expect(connector.baseURL == "https://h.example")
        let check = connector.requestChecks.check(of: operation, in: connector.document)
        #expect(throws: ConnectorError.self) {
            try check.check(RequestValues(path: [:], queries: [], headers: [], body: ["k": "other"]))
        }
        try check.check(RequestValues(path: [:], queries: [("q", "1")], headers: [], body: ["k": "v"]))
    }

    // MARK: YAML

    @Test(
        arguments: [
            (
                "a: 1\nb: 1.5\nc: true\nd: ~\ne: '1'\nf: 2026-03-01\ng: [x, -2]\nh: \"true\"",
                ["a": 1, "b": 1.5, "c": true, "d": nil, "e": "1", "f": "2026-03-01", "g": ["x", -2], "h": "true"]
            ),
            ("a: &x {k: 1}\nb: *x\nc: {<<: *x, l: 2}", ["a": ["k": 1], "b": ["k": 1], "c": ["k": 1, "l": 2]]),
            ("200: ok\n'x y': no", ["200": "ok", "x y": "no"]),
        ] as [(String, JSON)]
    )
    func `YAML is read by its core schema`(_ text: String, _ expected: JSON) throws {
        #expect(try YAMLText.document(Array(text.utf8), file: "f.yaml").json == expected)
    }

    @Test(
        arguments: [
            ("a: [1,\nb: 2", 2, "not YAML"), ("a: 1\na: 2", 1, "stands twice"), ("a: *nothing", 1, "not YAML"),
            ("? [x]\n: 1", 1, "no text"), ("", 0, "empty"), ("a:\n\t- b", 2, "not YAML"),
        ]
    )
    func `broken YAML is told with its line`(_ text: String, _ line: Int, _ part: String) {
        let remark = #expect(throws: ConnectorRemark.self) {
            try YAMLText.document(Array(text.utf8), file: "f.yaml")
        }
        #expect(remark?.message.contains(part) == true, "\(remark?.message ?? "")")
        #expect(((remark?.line ?? 0) > 0) == (line > 0), "\(remark?.place ?? "")")
        #expect(remark?.remedy.isEmpty == false)
    }

    @Test func `aliases that grow without end are refused`() {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        for level in 1...9 {
            let list = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ",")
            text += "a\(level): &a\(level) [\(list)]\n"
        }
        let remark = #expect(throws: ConnectorRemark.self) {
            try YAMLText.document(Array(text.utf8), file: "f.yaml")
        }
        #expect(remark?.message.contains("1000000 values") == true, "\(remark?.message ?? "")")
    }

    @Test func `a remark on YAML has line and column`() throws {
        let text =
            "openapi: 3.0.0\ninfo: {title: T}\npaths:\n  /a/{id}:\n    get:\n      operationId: A\n      responses: {}\n"
        let check = try ConnectorCheckTests.check(["openapi.yaml": text])
        #expect(check.isLoaded)
        let warning = try #require(check.remarks.first { $0.message.contains("{id}") })
        #expect(warning.line == 6 && warning.file == "openapi.yaml")
    }
}
