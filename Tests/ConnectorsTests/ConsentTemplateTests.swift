import JSONTree
import Secrets
import Testing

@testable import Connectors

/// Placeholders in what definitions say of a consent.
struct ConsentTemplateTests {
    /// Settings for a consent of a kind, with custom parameters and the connection's own.
    private static func consent(
        _ provider: String,
        _ custom: [(String, String)],
        _ parameters: JSONObject = [:]
    ) -> JSON {
        var values = JSONObject()
        for (name, value) in custom { values[name] = ["value": .string(value)] }
        var all: JSONObject = [
            "token": [
                "type": "oauthSetting",
                "oAuthSettings": [
                    "identityProvider": .string(provider), "scopes": ["s"], "customParameters": .object(values),
                ],
            ]
        ]
        all.merge(parameters)
        return ["properties": ["connectionParameters": .object(all)]]
    }

    private static func rule(
        _ properties: JSON,
        _ parameters: [String: JSON],
        _ secrets: [String: String] = [:]
    ) async throws -> ConsentRule {
        let connection = Connection(
            tenant: "t1",
            name: "c",
            connector: "any",
            parameters: parameters,
            secretNames: Set(secrets.keys)
        )
        let kept = Dictionary(uniqueKeysWithValues: secrets.map { ("c/\($0.key)", SecretValue($0.value)) })
        let reader = CredentialReader(
            connection: connection,
            definition: try ConnectorDefinition(
                name: "any",
                definition: ["swagger": "2.0", "host": "api.example", "paths": [:]],
                properties: properties
            ),
            source: FixedConnections([connection], secrets: kept)
        )
        let credential = try #require(try await reader.credentials().first)
        guard case .token(let demand) = credential else { throw ConnectorError(.notSupported, "no token") }
        return try #require(demand.consent)
    }

    @Test func `templates may bring names of their own for the app`() async throws {
        let custom = [
            ("authorizationUrlTemplate", "{EvalUrl}/authorize"),
            ("authorizationUrlQueryStringTemplate", "?client_id={EvalId}&state={State}"),
            ("tokenUrlTemplate", "{EvalUrl}/token"), ("refreshUrlTemplate", "{EvalUrl}/token"),
            ("tokenBodyTemplate", "code={Code}&client_id={EvalId}&client_secret={EvalSecret}"),
            ("refreshBodyTemplate", "refresh_token={RefreshToken}&client_id={EvalId}"),
        ]
        let own: JSONObject = [
            "token:EvalUrl": ["type": "string"], "token:EvalId": ["type": "string"],
            "token:EvalSecret": ["type": "securestring"],
        ]
        let given: [String: JSON] = ["token:EvalUrl": "https://l.example", "token:EvalId": "me"]
        let rule = try await Self.rule(Self.consent("oauth2generic", custom, own), given, ["token:EvalSecret": "S"])
        let address = try rule.authorizationAddress(state: "T", challenge: "C", redirect: "r", connection: "c")
        #expect(address.hasPrefix("https://l.example/authorize?client_id=me&state=T"))
        let form = try rule.exchange(code: "X", verifier: "V", redirect: "r", connection: "c").form
        #expect(form.hasPrefix("code=X&client_id=me&client_secret=S"))
        // One that names the app as usual needs it.
        let usual = custom.map { ($0.0, $0.1.replacing("{EvalId}", with: "{{ client id }}")) }
        let error = await #expect(throws: ConnectorError.self) {
            try await Self.rule(Self.consent("oauth2generic", usual, own), given, ["token:EvalSecret": "S"])
        }
        #expect(error?.message.contains("'clientId'") == true)
        let named = try await Self.rule(
            Self.consent("oauth2generic", usual, own),
            given.merging(["clientId": "app"]) { $1 },
            ["token:EvalSecret": "S"]
        )
        #expect(
            try named.refresh(SecretValue("R"), connection: "c").form == "refresh_token=R&client_id=app"
        )
    }

    @Test(
        arguments: [
            ("{{ client id }}", [:], "app/.default"), ("api://<<Client ID>>", [:], "api://app/.default"),
            ("[your resource]", ["token:ResourceUri": "https://r.example"], "https://r.example/.default"),
            ("[your resource]", [:], nil), ("https://graph.example", [:], "https://graph.example/.default"),
        ] as [(String, [String: JSON], String?)]
    )
    func `a placeholder for the resource is the app, or is asked for`(
        _ resource: String,
        _ parameters: [String: JSON],
        _ scope: String?
    ) async throws {
        let properties = Self.consent("aad", [("resourceUri", resource)])
        let given = parameters.merging(["clientId": "app"]) { $1 }
        guard let scope else {
            let error = await #expect(throws: ConnectorError.self) { try await Self.rule(properties, given) }
            #expect(error?.message.contains("'token:ResourceUri'") == true)
            return
        }
        #expect(try await Self.rule(properties, given).scopes == [scope, "offline_access"])
    }
}
