import Foundation
import JSONTree
import Testing

@testable import Connectors

/// Files of definitions as people write and name them: versions, names, encodings, and what lies beside them.
struct DefinitionFileTests {
    @Test(
        arguments: [
            (["swagger": "2.0"], .swagger2, nil), (["openapi": "3.0.3"], .openAPI3, nil),
            (["openapi": "3.1.1"], .openAPI3, nil),
            (["swagger": 2.0], .swagger2, "is a number"), (["swagger": 2], .swagger2, "is a number"),
            (["openapi": 3.1], .openAPI3, "is a number"), (["openapi": "3.2.0"], .openAPI3, "read as 3.1"),
            (["swagger": "3.0"], .openAPI3, "read as OpenAPI 3"),
            (["openapi": "2.0"], .swagger2, "read as Swagger 2.0"),
            (["openapi": "", "swagger": "2.0"], .swagger2, nil),
            (["openapi": "", "components": [:], "host": "h", "paths": [:]], .openAPI3, "says no version"),
            (["servers": [], "paths": [:]], .openAPI3, "says no version"),
            (["paths": ["/a": ["post": ["requestBody": [:]]]]], .openAPI3, "says no version"),
            (
                ["paths": ["/a": ["get": ["parameters": [["in": "query", "schema": [:]]]]]]], .openAPI3,
                "says no version"
            ),
            (["definitions": [:], "paths": [:]], .swagger2, "says no version"),
            (
                ["paths": ["/a": ["get": ["parameters": [["in": "body", "schema": [:]]]]]]], .swagger2,
                "says no version"
            ),
            (
                ["host": "h", "paths": ["/a": ["get": ["parameters": [["in": "query", "schema": [:]]]]]]], .openAPI3,
                "says no"
            ),
        ] as [(JSON, DefinitionVersion.Format, String?)]
    )
    func `a version is read as it is meant`(_ json: JSON, _ format: DefinitionVersion.Format, _ part: String?) throws {
        let version = try #require(DefinitionVersion(json))
        #expect(version.format == format)
        #expect(
            version.note?.message.contains(part ?? "nothing") == (part == nil ? nil : true),
            "\(version.note?.message ?? "")"
        )
    }

    @Test(
        arguments: [
            ["swagger": "1.2"], ["openapi": "4.0"], ["openapi": "3.3"], ["swagger": "2.1"], ["swagger": "two"], [:], [],
            ["paths": [:]], ["components": [:]],
        ] as [JSON]
    )
    func `what says nothing known is none`(_ json: JSON) { #expect(DefinitionVersion(json) == nil) }

    @Test(
        arguments: [
            ("openapi.yaml", "swagger: 2.0\ninfo: {title: T}\nhost: h.example\npaths: {/a: {get: {operationId: Get}}}"),
            (
                "openapi.yaml",
                "openapi: 3.0\ninfo: {title: T}\nservers: [{url: 'https://h.example'}]\npaths: {/a: {get: {operationId: Get}}}"
            ),
            (
                "openapi.json",
                #"{"swagger": "3.0", "info": {"title": "T"}, "servers": [{"url": "https://h.example"}], "components": {}, "paths": {"/a": {"get": {"operationId": "Get"}}}}"#
            ),
            (
                "openapi.json",
                #"{"openapi": "", "info": {"title": "T"}, "host": "h.example", "components": {}, "paths": {"/a": {"get": {"operationId": "Get"}}}}"#
            ),
        ]
    )
    func `such a definition loads with a warning at its place`(_ file: String, _ text: String) throws {
        let check = try ConnectorCheckTests.check([file: text])
        #expect(check.isLoaded && check.definition?.operation(id: "Get") != nil, "\(check.remarks)")
        #expect(check.definition?.baseURL == "https://h.example")
        let warnings = check.remarks.filter { $0.severity == .warning }
        #expect(warnings.count == 1 && warnings.allSatisfy { $0.line == 1 && !$0.remedy.isEmpty }, "\(warnings)")
    }

    @Test func `members of Swagger 2_0 count in an OpenAPI 3 document that has none of its own`() throws {
        let document: JSON = [
            "openapi": "3.0.0", "info": ["title": "T"], "host": "h.example", "basePath": "/v1", "schemes": ["http"],
            "paths": [
                "/a": [
                    "get": ["operationId": "Get", "responses": ["200": ["schema": ["type": "array", "items": [:]]]]]
                ]
            ],
            "securityDefinitions": ["k": ["type": "apiKey", "in": "header", "name": "X-K"]],
        ]
        let connector = try ConnectorDefinition(name: "c", definition: document)
        #expect(connector.baseURL == "http://h.example/v1")
        #expect(connector.operation(id: "Get")?.answerSchema?["type"] == "array")
        #expect(connector.connectionParameters.map(\.name) == ["k"])
    }

    // MARK: Names

    private static let definition = ConnectorCheckTests.good
    private static let yaml = "swagger: '2.0'\ninfo: {title: T}\npaths: {/a: {get: {operationId: Get}}}"
    private static let properties = #"{"properties": {"connectionParameters": {"api_key": {"type": "securestring"}}}}"#

    @Test(
        arguments: [
            (
                ["apiDefinition.swagger.json": definition, "apiProperties.json": properties],
                "apiDefinition.swagger.json"
            ),
            (
                ["APIDEFINITION.Swagger.json": definition, "apiproperties.json": properties],
                "APIDEFINITION.Swagger.json"
            ),
            (["Mine-Cloud.swagger.json": definition, "ApiProperties.json": properties], "Mine-Cloud.swagger.json"),
            (["swagger.json": definition, "apiProperties.json": properties], "swagger.json"),
            (["apiDefinition.json": definition, "apiProperties.json": properties], "apiDefinition.json"),
            (["apiDefinition.swagger.yaml": yaml, "apiProperties.json": properties], "apiDefinition.swagger.yaml"),
            (["OpenAPI.yaml": yaml, "apiProperties.JSON": properties], "OpenAPI.yaml"),
            (["openapi.json": definition, "old.swagger.json": "{", "apiProperties.json": properties], "openapi.json"),
        ] as [([String: String], String)]
    )
    func `files are found however they are named`(_ files: [String: String], _ name: String) throws {
        let folder = NSTemporaryDirectory() + "tocsin-names-\(UInt64.random(in: 0 ... .max))/mine"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)")) }
        let place = try #require(ConnectorFolder(folder))
        #expect(place.definitionName == name)
        let connector = try ConnectorLoader.load(place)
        #expect(connector.operation(id: "Get") != nil)
        #expect(connector.connectionParameters.map(\.name) == ["api_key"])
        // Where it is installed, the files have their usual names.
        let found = try #require(ConnectorCheck.files(in: folder))
        #expect(found.first?.written == name && found.contains { $0.usual == "apiProperties.json" })
        #expect(ConnectorFolder.definitionNames.contains(found.first?.usual ?? ""))
    }

    @Test(arguments: [["a.swagger.json", "b.swagger.json"], ["package.json"], ["notes.yaml"], []])
    func `a folder is no connector where it is not clear what defines it`(_ names: [String]) throws {
        let folder = NSTemporaryDirectory() + "tocsin-names-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in names { try Data(Self.definition.utf8).write(to: URL(filePath: "\(folder)/\(name)")) }
        #expect(ConnectorFolder(folder) == nil && ConnectorCheck.files(in: folder) == nil)
    }

    // MARK: Encodings

    @Test(
        arguments: [
            (.utf16LittleEndian, [0xFF, 0xFE]), (.utf16BigEndian, [0xFE, 0xFF]),
            (.utf32LittleEndian, [0xFF, 0xFE, 0, 0]),
        ] as [(String.Encoding, [UInt8])]
    )
    func `a byte order mark says the encoding`(_ encoding: String.Encoding, _ mark: [UInt8]) throws {
        let text = Self.definition.replacing("\"T\"", with: "\"Größe\"")
        let bytes = mark + [UInt8](try #require(text.data(using: encoding)))
        let read = try DefinitionText(bytes: bytes, file: "apiDefinition.swagger.json", isLenient: false)
        #expect(read.json["info"]?["title"] == "Größe")
        #expect(read.remarks.map(\.severity) == [.warning])
    }

    // MARK: apiProperties.json

    @Test func `properties that stand at the top count, with a warning`() throws {
        let bare = """
            {"connectionParameters": {"api_key": {"type": "securestring"}},
             "policyTemplateInstances": [{"templateId": "magic", "parameters": {}}]}
            """
        let check = try ConnectorCheckTests.check([
            "apiDefinition.swagger.json": Self.definition, "apiProperties.json": bare,
        ])
        #expect(check.definition?.connectionParameters.map(\.name) == ["api_key"])
        #expect(check.remarks.contains { $0.message.contains("read from the top") && $0.severity == .warning })
        #expect(check.remarks.contains { $0.message.contains("'magic'") && $0.line == 2 })
    }
}
