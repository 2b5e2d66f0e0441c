import Foundation
import JSONTree
import Outbound
import Secrets
import Testing

@testable import Connectors

/// Policies in calls: their order, what they see of secrets and credentials, and what becomes of answers.
struct PolicyCallTests {
    static func definition(_ policies: JSON, security: JSON = [:]) throws -> (JSON, JSON) {
        let definition: JSON = [
            "swagger": "2.0", "info": ["title": "T"], "host": "api.example", "basePath": "/v1",
            "securityDefinitions": security,
            "paths": [
                "/items/{id}": [
                    "get": [
                        "operationId": "Get", "responses": ["200": [:]],
                        "parameters": [["name": "id", "in": "path", "required": true, "type": "string"]],
                    ],
                    "post": [
                        "operationId": "Set", "responses": ["200": [:]],
                        "parameters": [
                            ["name": "id", "in": "path", "required": true, "type": "string"],
                            ["name": "body", "in": "body", "schema": ["type": "object"]],
                        ],
                    ],
                ],
                "/new": ["get": ["operationId": "OnNew", "x-ms-trigger": "batch", "responses": ["200": [:]]]],
            ],
        ]
        let properties: JSON = [
            "properties": [
                "connectionParameters": ["api_key": ["type": "securestring"], "site": ["type": "string"]],
                "policyTemplateInstances": policies,
            ]
        ]
        return (definition, properties)
    }

    static func policy(_ template: String, _ parameters: JSONObject, section: String? = nil) -> JSON {
        var object = JSONObject()
        for (name, value) in parameters {
            object[name == "operations" ? "x-ms-apimTemplate-operationName" : "x-ms-apimTemplateParameter.\(name)"] =
                value
        }
        object["x-ms-apimTemplate-policySection"] = section.map(JSON.string)
        return ["templateId": .string(template), "parameters": .object(object)]
    }

    static func prepare(
        _ policies: JSON,
        security: JSON = [:],
        method: String = "GET",
        path: String = "/items/a%2Fb",
        body: JSON? = nil,
        baseURL: String? = nil,
        transport: RecordingTransport = RecordingTransport()
    ) async throws -> PreparedCall {
        let (definition, properties) = try definition(policies, security: security)
        let folder = try DefinitionTests.folder(["c": (definition, nil)])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try properties.text.write(toFile: "\(folder)/c/apiProperties.json", atomically: false, encoding: .utf8)
        let connection = Connection(
            tenant: "t1",
            name: "c",
            connector: "c",
            parameters: ["site": "contoso"],
            secretNames: ["api_key"],
            baseURL: baseURL
        )
        let registry = ConnectorRegistry(
            folders: [folder],
            connections: FixedConnections([connection], secrets: ["c/api_key": SecretValue("K3y")]),
            transport: transport,
            clock: Fixtures.clock
        )
        return try await registry.prepare(
            ConnectorCall(tenant: "t1", connection: "c", method: method, path: path, body: body, executionKey: "k")
        )
    }

    @Test func `policies apply in their order, to their operations only`() async throws {
        let policies: JSON = [
            Self.policy("dynamicHostUrl", ["urlTemplate": "https://@connectionParameters('site').example"]),
            Self.policy("routerequesttoendpoint", ["newPath": "/x/{id}/y", "operations": ["Get"]]),
            Self.policy("routerequesttoendpoint", ["newPath": "/never", "operations": ["Other"]]),
            Self.policy("setheader", ["name": "A", "value": "1", "operations": []]),
            Self.policy("setheader", ["name": "B", "value": "@headers('A')2"]),
            Self.policy("setqueryparameter", ["name": "q", "value": "ü x", "operations": [""]]),
            Self.policy("setheader", ["name": "C", "value": "late"], section: "Response"),
        ]
        let call = try await Self.prepare(policies, path: "/items/a%2Fb?r=1")
        #expect(call.request.url == "https://contoso.example/x/a%2Fb/y?r=1&q=%C3%BC%20x")
        #expect(call.request.headers["A"] == "1" && call.request.headers["B"] == "12")
        #expect(call.request.headers["C"] == nil)
    }

    @Test func `an address of the connection takes the place of all others`() async throws {
        let policies: JSON = [
            Self.policy("dynamichosturl", ["urlTemplate": "https://other.example"]),
            Self.policy("routerequesttoendpoint", ["newPath": "/v2"]),
        ]
        let call = try await Self.prepare(policies, baseURL: "http://127.0.0.1:9/b")
        #expect(call.request.url == "http://127.0.0.1:9/b/v2")
    }

    @Test func `secrets go where policies put them, and never to another origin`() async throws {
        let policies: JSON = [
            Self.policy("setheader", ["name": "X-Key", "value": "Key @connectionParameters('API_KEY')"])
        ]
        let call = try await Self.prepare(policies)
        #expect(call.request.headers["X-Key"] == "Key K3y")
        #expect(call.request.credentialHeaders.contains("x-key"))
    }

    @Test func `a credential is there before policies rewrite it`() async throws {
        let security: JSON = ["api_key": ["type": "apiKey", "in": "header", "name": "Authorization"]]
        let policies: JSON = [
            Self.policy("setheader", ["name": "authorization", "value": "DeepL-Auth-Key @headers('Authorization')"])
        ]
        let call = try await Self.prepare(policies, security: security)
        #expect(call.request.headers.values("Authorization") == ["DeepL-Auth-Key K3y"])
    }

    @Test func `setvaluefromurl asks the service once more, and uses the answer`() async throws {
        let transport = RecordingTransport { request in
            request.url.contains("/token") ? .json(["access_token": "T0"]) : .json(["@odata.etag": "W/1"])
        }
        let policies: JSON = [
            Self.policy("setheader", ["name": "Authorization", "value": "Basic @connectionParameters('api_key')"]),
            Self.policy(
                "setvaluefromurl",
                [
                    "parameterTemplate": "@headers('Authorization')", "httpMethod": "POST",
                    "parameterValueUrl": "/token?grant=x", "parameterValuePathTemplate": "@body().access_token",
                ]
            ),
            Self.policy("setheader", ["name": "Authorization", "value": "Bearer @headers('Authorization')"]),
            Self.policy(
                "SetValueFromUrl",
                [
                    "parameterTemplate": "@queryParameters('etag')", "httpMethod": "GET",
                    "parameterValueUrl": "/i/{id}",
                    "parameterValuePathTemplate": "@body()['@odata.etag']",
                ]
            ),
        ]
        let call = try await Self.prepare(policies, transport: transport)
        #expect(call.request.headers.values("Authorization") == ["Bearer T0"])
        #expect(call.request.url == "https://api.example/v1/items/a%2Fb?etag=W%2F1")
        #expect(
            transport.requests.map(\.url) == ["https://api.example/v1/token?grant=x", "https://api.example/v1/i/a%2Fb"]
        )
        #expect(transport.requests.map(\.method) == ["POST", "GET"])
        #expect(transport.requests.first?.headers["Authorization"] == "Basic K3y")
    }

    @Test(arguments: [(404, [:] as JSON, "answered 404"), (200, [:] as JSON, "where it is not")])
    func `setvaluefromurl says what it did not get`(_ status: Int, _ body: JSON, _ part: String) async throws {
        let transport = RecordingTransport { _ in .json(body, status: status) }
        let policies: JSON = [
            Self.policy(
                "setvaluefromurl",
                [
                    "parameterTemplate": "@headers('If-Match')", "parameterValueUrl": "/i",
                    "parameterValuePathTemplate": "@body().etag",
                ]
            )
        ]
        let error = await #expect(throws: ConnectorError.self) {
            try await Self.prepare(policies, transport: transport)
        }
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test func `policies of the request change its body`() async throws {
        let policies: JSON = [
            Self.policy(
                "stringtoarray",
                [
                    "propertyParentPath": "@body()", "propertySubPath": "assignments", "delimiterList": ";",
                    "childPropertyName": "userId", "newPropertyPath": "@body().assignments",
                ]
            ),
            Self.policy(
                "setproperty",
                [
                    "newPropertyParentPathTemplate": "@body().assignments", "newPropertySubPathTemplate": "orderHint",
                    "propertyValuePathTemplate": " !",
                ]
            ),
            Self.policy(
                "convertarraytoobject",
                [
                    "propertyParentPath": "@body()", "propertySubPath": "assignments",
                    "keyWithinCollectionPath": "userId",
                    "newPropertyPath": "@body().assignments", "retainKey": "false",
                ]
            ),
        ]
        let call = try await Self.prepare(policies, method: "POST", body: ["assignments": "u1;u2"])
        #expect(
            try JSON.parse(call.request.body ?? []) == [
                "assignments": ["u1": ["orderHint": " !"], "u2": ["orderHint": " !"]]
            ]
        )
    }

    // MARK: Answers

    static func answers(_ policies: JSON, _ id: String = "Get") throws -> AnswerPolicies {
        let (definition, properties) = try definition(policies)
        let connector = try ConnectorDefinition(name: "c", definition: definition, properties: properties)
        return AnswerPolicies(
            AnswerRules(connector.policies, operation: connector.operation(id: id)),
            scope: PolicyScope(connection: PolicyConnection(name: "c", values: [:]))
        )
    }

    @Test func `policies of the answer change headers and body`() throws {
        let policies: JSON = [
            Self.policy("setheader", ["name": "X-A", "value": "@body().n"], section: "Response"),
            Self.policy(
                "convertobjecttoarray",
                [
                    "propertyParentPath": "@body()", "propertySubPath": "m", "newPropertyPath": "@body()._m",
                    "keyName": "k", "valueName": "v",
                ],
                section: "response"
            ),
            Self.policy("setheader", ["name": "X-B", "value": "request"]),
        ]
        let outputs = ConnectorOutputs(statusCode: 200, body: ["n": "1", "m": ["a": 1]])
        let result = try Self.answers(policies).apply(to: outputs)
        #expect(result.body == ["n": "1", "m": ["a": 1], "_m": [["k": "a", "v": 1]]])
        #expect(result.headers == ["X-A": "1"])
        let refused = ConnectorOutputs(statusCode: 404, body: ["n": "1", "m": ["a": 1]])
        #expect(try Self.answers(policies).apply(to: refused).body == refused.body)
    }

    @Test func `a polling trigger names its next poll`() throws {
        let policies: JSON = [
            Self.policy(
                "pollingtrigger",
                [
                    "triggerConfig": ["$filter": "changed gt @{triggerBody().value[0].at}", "page": "1"],
                    "triggerDataPath": "@triggerBody().value",
                ]
            )
        ]
        let mine = try Self.answers(policies, "OnNew")
        // An action's empty answer is its answer, also where the policy names no operations.
        let nobody = ConnectorOutputs(statusCode: 200, body: ["value": []])
        #expect(try Self.answers(policies).apply(to: nobody, url: "https://api.example/v1/items/1").statusCode == 200)
        let url = "https://api.example/v1/items/1?$filter=old&top=5"
        let found = mine.apply(
            to: ConnectorOutputs(statusCode: 200, body: ["value": [["at": "t2"], ["at": "t1"]]]),
            url: url
        )
        #expect(found.statusCode == 200)
        #expect(found.headers["Location"] == "https://api.example/v1/items/1?top=5&$filter=changed%20gt%20t2&page=1")
        let nothing = mine.apply(to: ConnectorOutputs(statusCode: 200, body: ["value": []]), url: url)
        #expect(nothing.statusCode == 202)
        #expect(nothing.headers["Location"] == .string(url))
        let failed = ConnectorOutputs(statusCode: 500)
        #expect(mine.apply(to: failed, url: url) == failed)
        #expect(try Self.answers(policies, "Set").rules.isEmpty)
    }

    @Test func `a status marks the connection as signed out`() throws {
        let mine = try Self.answers([Self.policy("setconnectionstatustounauthenticated", ["statusCode": 403])])
        #expect(mine.marksUnauthenticated(403) && !mine.marksUnauthenticated(401))
    }

    @Test func `updatenextlink names the next page`() throws {
        let (definition, properties) = try Self.definition([
            Self.policy("updatenextlink", ["nextLinkPropertyName": "@odata.nextLink", "operations": ["Get"]])
        ])
        let connector = try ConnectorDefinition(name: "c", definition: definition, properties: properties)
        #expect(connector.operation(id: "Get")?.nextLinkName == "@odata.nextLink")
        #expect(connector.operation(id: "Set")?.nextLinkName == nil)
    }

    @Test func `a policy that is not known refuses its operations`() async throws {
        let error = await #expect(throws: ConnectorError.self) {
            try await Self.prepare([Self.policy("magic", [:])])
        }
        #expect(error?.code == .notSupported)
        #expect(error?.message.contains("magic") == true)
    }
}
