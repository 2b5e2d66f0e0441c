import JSONTree
import Playbooks
import Testing

/// Connectors of one's own in deployment templates: where their service is.
struct CustomAPITests {
    @Test(
        arguments: [
            (
                #""swagger": "2.0", "host": "author.example", "basePath": "/v1""#, "https://mine.example",
                "https mine.example /v1"
            ),
            (
                #""swagger": "2.0", "host": "author.example", "basePath": "/v1""#, "HTTP://mine.example:8080/",
                "http mine.example:8080 /v1"
            ),
            (
                #""swagger": "2.0", "host": "author.example", "basePath": "/v1/""#, "https://mine.example/v1",
                "https mine.example /v1"
            ),
            (
                #""swagger": "2.0", "host": "author.example", "basePath": "/v1""#, "https://mine.example/x",
                "https mine.example /x/v1"
            ),
            (#""swagger": "2.0""#, "https://mine.example/x/?a=b", "https mine.example /x"),
            (#""swagger": "2.0", "host": "author.example", "basePath": "/v1""#, "", "- author.example /v1"),
            // The author's host gets no keys of others, even when ours is not known yet.
            (#""swagger": "2.0", "host": "author.example", "basePath": "/v1""#, "not known", "- - /v1"),
        ] as [(String, String, String)]
    )
    func `the address of the service goes before the host of the document`(
        _ document: String,
        _ url: String,
        _ expected: String
    ) throws {
        let definition = try Self.definition(document, url)
        let parts = [definition["schemes"]?[0], definition["host"], definition["basePath"]]
        #expect(parts.map { $0?.stringValue ?? "-" }.joined(separator: " ") == expected)
    }

    @Test(
        arguments: [
            ("https://author.example/v1", "https://mine.example", "https://mine.example/v1"),
            ("/v1", "https://mine.example/v1", "https://mine.example/v1"), ("https://author.example/v1", "?", "/v1"),
        ]
    )
    func `and before the servers of OpenAPI 3`(_ server: String, _ url: String, _ expected: String) throws {
        let definition = try Self.definition(#""openapi": "3.0.0", "servers": [{"url": "\#(server)"}]"#, url)
        #expect(definition["servers"]?[0]?["url"]?.stringValue == expected)
    }

    static func definition(_ document: String, _ url: String) throws -> JSON {
        let template = """
            {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
             "contentVersion": "1.0.0.0", "parameters": {"endpoint": {"type": "string", "defaultValue": "\(url)"}},
             "resources": [{"type": "Microsoft.Web/customApis", "apiVersion": "2016-06-01", "name": "own",
              "properties": {"backendService": {"serviceUrl": "[parameters('endpoint')]"},
               "swagger": {\(document), "paths": {}}}}]}
            """
        return try #require(PlaybookFile.load(text: template).customAPIs.first?.definition)
    }
}
