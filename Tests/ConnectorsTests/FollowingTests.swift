import JSONTree
import Moments
import Outbound
import Secrets
import Testing

@testable import Connectors

/// What is made of a call over a connection, a next page above all, shows who calls as the first request does.
@Suite(.timeLimit(.minutes(1)))
struct FollowingTests {
    private static func registry(_ rule: JSON, _ transport: RecordingTransport) throws -> ConnectorRegistry {
        let folder = try TestFolder.make([
            "paged/apiDefinition.swagger.json": [
                "swagger": "2.0", "host": "api.example", "schemes": ["https"],
                "paths": [
                    "/items": [
                        "get": ["operationId": "List", "x-ms-pageable": ["nextLinkName": "next"], "responses": [:]]
                    ]
                ],
            ]
        ])
        let connection = Connection(
            tenant: "t1",
            name: "c",
            connector: "paged",
            parameters: ["accessKeyId": "AKID"],
            secretNames: ["api_key", "secretAccessKey"],
            authentication: rule
        )
        return ConnectorRegistry(
            folders: [folder],
            connections: FixedConnections(
                [connection],
                secrets: ["c/api_key": SecretValue("canary"), "c/secretAccessKey": SecretValue("canary")]
            ),
            transport: transport,
            clock: VirtualClock(Fixtures.noon)
        )
    }

    private func pages(_ rule: JSON, next: String) async throws -> [OutboundRequest] {
        let transport = RecordingTransport { _ in .json(["value": [1], "next": .string(next)]) }
        let registry = try Self.registry(rule, transport)
        let call = ConnectorCall(tenant: "t1", connection: "c", method: "GET", path: "/items", executionKey: "k")
        let prepared = try await registry.prepare(call)
        // Nothing that may be shown holds the key.
        #expect(!prepared.request.url.contains("canary"))
        let first = prepared.interpret(try await prepared.transport.send(prepared.request))
        if let page = prepared.nextPage(after: first) { _ = try await prepared.transport.send(page) }
        return transport.requests
    }

    @Test func `a key in the query is in the next page's too`() async throws {
        let rule: JSON = ["type": "ApiKey", "in": "query", "name": "key"]
        let sent = try await pages(rule, next: "https://api.example/items?page=2")
        #expect(
            sent.map(\.url) == ["https://api.example/items?key=canary", "https://api.example/items?page=2&key=canary"]
        )
    }

    @Test func `a next page is signed anew`() async throws {
        let rule: JSON = ["type": "AwsSigV4", "service": "guardduty", "region": "eu-west-1"]
        let sent = try await pages(rule, next: "/items?page=2")
        #expect(sent.map(\.url) == ["https://api.example/items", "https://api.example/items?page=2"])
        let signatures = sent.compactMap { $0.headers["Authorization"] }
        #expect(signatures.count == 2 && signatures[0] != signatures[1])
        #expect(
            signatures.allSatisfy { $0.hasPrefix("AWS4-HMAC-SHA256 Credential=AKID/20260302/eu-west-1/guardduty/") }
        )
    }

    @Test func `a next page elsewhere is not read`() async throws {
        let rule: JSON = ["type": "ApiKey", "in": "query", "name": "key"]
        #expect(try await pages(rule, next: "https://evil.example/items").count == 1)
    }

    /// A connector whose policies touch headers: what a connection brings along besides them must not get lost.
    @Test(
        arguments: [
            (["type": "ApiKey", "in": "query", "name": "key"], nil, "https://api.example/items?key=canary"),
            (["type": "Bearer", "parameter": "api_key"], "Token Bearer canary", "https://api.example/items"),
        ] as [(JSON, String?, String)]
    )
    func `policies lose neither the way nor the key in the query`(
        _ rule: JSON,
        _ authorization: String?,
        _ url: String
    ) async throws {
        let transport = RecordingTransport { _ in .json([:]) }
        let folder = try TestFolder.make([
            "paged/apiDefinition.swagger.json": [
                "swagger": "2.0", "host": "api.example", "schemes": ["https"],
                "paths": ["/items": ["get": ["operationId": "List", "responses": [:]]]],
            ],
            "paged/apiProperties.json": [
                "properties": [
                    "policyTemplateInstances": [
                        [
                            "templateId": "setheader",
                            "parameters": [
                                "x-ms-apimTemplateParameter.name": authorization == nil ? "X-Agent" : "Authorization",
                                "x-ms-apimTemplateParameter.value": authorization == nil
                                    ? "tocsin" : "Token @headers('Authorization')",
                            ],
                        ]
                    ]
                ]
            ],
        ])
        var connection = Connection(tenant: "t1", name: "c", connector: "paged", authentication: rule)
        connection.way.proxy = "http://proxy.example:3128"
        let (pem, _, _) = try TestCertificates.pem()
        let registry = ConnectorRegistry(
            folders: [folder],
            connections: FixedConnections(
                [connection],
                secrets: ["c/api_key": SecretValue("canary"), "c/clientCertificate": SecretValue(pem)]
            ),
            transport: transport,
            clock: VirtualClock(Fixtures.noon)
        )
        let call = ConnectorCall(tenant: "t1", connection: "c", method: "GET", path: "/items", executionKey: "k")
        let prepared = try await registry.prepare(call)
        _ = try await prepared.transport.send(prepared.request)
        let sent = try #require(transport.requests.first)
        #expect(sent.url == url && sent.route.proxy?.host == "proxy.example" && sent.clientCertificate != nil)
        #expect(sent.headers["Authorization"] == authorization)
    }
}
