import Content
import CryptoExtras
import Foundation
import JSONTree
import Moments
import Outbound
import Secrets
import Testing

@testable import Connectors

/// Every way to sign in, as rules and as it follows from public definitions.
@Suite(.timeLimit(.minutes(2)))
struct CredentialTests {
    /// The request of a call over a connection with a rule.
    private func request(
        rule: JSON?,
        parameters: [String: JSON] = [:],
        secrets: [String: String] = [:],
        definition: JSON = ["swagger": "2.0", "host": "api.example", "paths": ["/x": ["get": ["operationId": "X"]]]],
        properties: JSON? = nil,
        set: String? = nil,
        hostRule: JSON? = nil,
        transport: RecordingTransport = RecordingTransport()
    ) async throws -> OutboundRequest {
        var connection = Connection(
            tenant: "t1",
            name: "c",
            connector: "any",
            parameters: parameters,
            secretNames: Set(secrets.keys),
            authentication: rule
        )
        connection.parameterSet = set
        let authenticator = Authenticator(
            connection: connection,
            definition: try ConnectorDefinition(name: "any", definition: definition, properties: properties),
            source: FixedConnections(
                [connection],
                secrets: Dictionary(
                    uniqueKeysWithValues: secrets.map { ("c/\($0.key)", SecretValue($0.value)) }
                )
            ),
            tokens: ConnectionTokens(clock: VirtualClock(Fixtures.noon)),
            identities: FixedIdentity(),
            network: transport,
            clock: VirtualClock(Fixtures.noon)
        )
        var request = OutboundRequest(method: "GET", url: "https://api.example/x")
        try await authenticator.authenticate(&request, rule: hostRule)
        return try await request.finished()
    }

    struct FixedIdentity: ManagedIdentityTokens {
        func token(audience: String, tenant: String) async throws -> String { "identity of \(tenant) for \(audience)" }
    }

    private static func basic(_ text: String) -> String { "Basic \(Data(text.utf8).base64EncodedString())" }

    @Test(
        arguments: [
            (["type": "None"], nil, nil),
            (["type": "Basic"], "Authorization", basic("u:p")),
            (
                ["type": "Basic", "username": "username", "suffix": "/token", "password": "api_key"], "Authorization",
                basic("u/token:K")
            ),
            (["type": "basic", "username": "api_key", "fixedPassword": "X"], "Authorization", basic("K:X")),
            (["type": "Bearer", "parameter": "api_key"], "Authorization", "Bearer K"),
            (["type": "ApiKey"], "Authorization", "K"),
            (["type": "ApiKey", "name": "X-Key", "prefix": "Token token="], "X-Key", "Token token=K"),
            (
                ["type": "ManagedIdentity", "audience": "https://vault.azure.net"], "Authorization",
                "Bearer identity of t1 for https://vault.azure.net"
            ),
            (
                ["type": "AzureAD", "audience": "https://vault.azure.net"], "Authorization",
                "Bearer identity of t1 for https://vault.azure.net"
            ),
        ] as [(JSON, String?, String?)]
    )
    func `rules without a token endpoint`(_ rule: JSON, _ header: String?, _ value: String?) async throws {
        let made = try await request(
            rule: rule,
            parameters: ["username": "u"],
            secrets: ["password": "p", "api_key": "K"]
        )
        #expect(made.headers[header ?? "Authorization"] == value)
        #expect(made.url == "https://api.example/x")
    }

    @Test func `a key in the query is added to every request that is made of the first`() async throws {
        let step = QueryKey(name: "key", value: SecretValue("a&b"))
        for (url, expected) in [
            ("https://a.example/x", "https://a.example/x?key=a%26b"),
            ("https://a.example/x?page=2", "https://a.example/x?page=2&key=a%26b"),
            ("https://a.example/x?key=a%26b&page=2", "https://a.example/x?key=a%26b&page=2"),
        ] {
            var request = OutboundRequest(method: "GET", url: url)
            try await step.finish(&request)
            #expect(request.url == expected)
        }
    }

    @Test(
        arguments: [
            (
                [
                    "type": "ClientCredentials",
                    "tokenUrl": "https://login.example/@{parameters('connectionParameters')?['org']}/token",
                    "scope": "a b", "audience": "https://api",
                ],
                "https://login.example/o1/token",
                "grant_type=client_credentials&client_id=id%201&client_secret=s%26&scope=a%20b&audience=https%3A%2F%2Fapi",
                nil
            ),
            (
                ["type": "ClientCredentials", "tokenUrl": "/oauth/token", "style": "basic"],
                "https://api.example/oauth/token", "grant_type=client_credentials", basic("id%201:s%26")
            ),
            (
                [
                    "type": "ClientCredentials", "tokenUrl": "https://l.example/t", "clientId": "key",
                    "clientSecret": "shared",
                ],
                "https://l.example/t", "grant_type=client_credentials&client_id=K1&client_secret=S1", nil
            ),
            (
                ["type": "AzureAD", "audience": "https://graph.microsoft.com"],
                "https://login.microsoftonline.com/contoso/oauth2/v2.0/token",
                "grant_type=client_credentials&client_id=id%201&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_secret=s%26",
                nil
            ),
        ] as [(JSON, String, String, String?)]
    )
    func `rules that ask a token endpoint`(
        _ rule: JSON,
        _ url: String,
        _ form: String,
        _ authorization: String?
    ) async throws {
        let transport = RecordingTransport { _ in .json(["access_token": "T", "expires_in": "3600"]) }
        let made = try await request(
            rule: rule,
            parameters: ["org": "o1", "clientId": "id 1", "tenantId": "contoso", "key": "K1"],
            secrets: ["clientSecret": "s&", "shared": "S1"],
            transport: transport
        )
        #expect(made.headers["Authorization"] == "Bearer T")
        let asked = try #require(transport.requests.first)
        #expect(asked.url == url && transport.requests.count == 1)
        #expect(String(decoding: asked.body ?? [], as: UTF8.self) == form)
        #expect(asked.headers["Authorization"] == authorization)
    }

    @Test func `a certificate takes the place of the secret`() async throws {
        let (pem, _, key) = try TestCertificates.pem()
        let transport = RecordingTransport { _ in .json(["access_token": "T", "expires_in": 3600]) }
        _ = try await request(
            rule: ["type": "AzureAD", "audience": "https://graph.microsoft.com"],
            parameters: ["clientId": "app", "tenantId": "contoso"],
            secrets: ["certificate": pem],
            transport: transport
        )
        let form = StrictProvider.fields(String(decoding: transport.requests.first?.body ?? [], as: UTF8.self))
        #expect(form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        let (_, claims) = try SignatureTests.opened(form["client_assertion"] ?? "", key.publicKey)
        #expect(claims["aud"] == "https://login.microsoftonline.com/contoso/oauth2/v2.0/token")
        #expect(form["client_secret"] == nil)
    }

    @Test func `the connection's own rule comes before the host's, the host's before the adapter's`() async throws {
        let host: JSON = ["type": "ApiKey", "name": "X-Host"]
        let own: JSON = ["type": "ApiKey", "name": "X-Own"]
        #expect(try await request(rule: own, secrets: ["api_key": "K"], hostRule: host).headers["X-Own"] == "K")
        #expect(try await request(rule: nil, secrets: ["api_key": "K"], hostRule: host).headers["X-Host"] == "K")
    }

    private static func definition(_ schemes: JSON) -> JSON {
        ["swagger": "2.0", "host": "api.example", "paths": [:], "securityDefinitions": schemes]
    }

    private static func properties(_ parameters: JSON) -> JSON { ["properties": ["connectionParameters": parameters]] }

    private static let secret: JSON = ["type": "securestring"]
    private static let text: JSON = ["type": "string"]
    private static func key(_ name: String, _ place: String = "header") -> JSON {
        ["type": "apiKey", "in": .string(place), "name": .string(name)]
    }

    /// Section 4 of the survey: same name first, then `api_key`, then the only securestring; several schemes; sets.
    @Test(
        arguments: [
            (
                definition(["k": key("X-K")]), properties(["k": secret, "api_key": secret]),
                ["k": "1", "api_key": "2"], "X-K=1"
            ),
            (
                definition(["Key": key("X-K")]), properties(["api_key": secret, "o": secret]),
                ["api_key": "2", "o": "3"], "X-K=2"
            ),
            (definition(["Key": key("X-K")]), properties(["other": secret, "url": text]), ["other": "3"], "X-K=3"),
            (definition(["Key": key("X-K")]), properties(["API_KEY": secret]), ["API_KEY": "Bearer 4"], "X-K=Bearer 4"),
            (
                definition(["h": key("X-K"), "q": key("k", "query")]), properties(["api_key": secret]),
                ["api_key": "5"],
                "X-K=5 k=5"
            ),
            (
                definition(["API Key": key("appKey", "query"), "APP ID": key("appID", "query")]),
                properties(["api_key": secret, "app_id": secret]), ["api_key": "6", "app_id": "7"], "appKey=6 appID=7"
            ),
            (
                definition(["b": ["type": "basic"]]), properties(["username": text, "password": secret]),
                ["username": "u", "password": "p"], "Authorization=\(basic("u:p"))"
            ),
            (
                definition(["b": ["type": "basic"]]), properties(["Email": text, "Token": secret]),
                ["Email": "e", "Token": "t"], "Authorization=\(basic("e:t"))"
            ),
            (definition([:]), properties(["api_key": secret]), ["api_key": "8"], ""),
            (definition(["b": ["type": "basic"]]), properties([:]), [:], ""),
        ] as [(JSON, JSON?, [String: String], String)]
    )
    func `credentials follow from schemes and parameters`(
        _ definition: JSON,
        _ properties: JSON?,
        _ secrets: [String: String],
        _ expected: String
    ) async throws {
        let made = try await request(rule: nil, secrets: secrets, definition: definition, properties: properties)
        var found = ["Authorization", "X-K"].compactMap { name in made.headers[name].map { "\(name)=\($0)" } }
        if let mark = made.url.firstIndex(of: "?") {
            found += made.url[made.url.index(after: mark)...].split(separator: "&").map(String.init)
        }
        #expect(found.joined(separator: " ") == expected)
    }

    @Test func `a choice of ways is named by the connection, or found by what it gives`() async throws {
        let properties: JSON = [
            "properties": [
                "connectionParameterSets": [
                    "values": [
                        ["name": "basic-auth", "parameters": ["username": Self.text, "password": Self.secret]],
                        ["name": "key-auth", "parameters": ["api_key": Self.secret]],
                    ]
                ]
            ]
        ]
        let definition = Self.definition(["k": Self.key("X-K"), "b": ["type": "basic"]])
        let key = try await request(
            rule: nil,
            secrets: ["api_key": "K"],
            definition: definition,
            properties: properties
        )
        #expect(key.headers["X-K"] == "K" && key.headers["Authorization"] == nil)
        let basic = try await request(
            rule: nil,
            parameters: ["username": "u"],
            secrets: ["password": "p", "api_key": "K"],
            definition: definition,
            properties: properties,
            set: "Basic-Auth"
        )
        #expect(basic.headers["Authorization"] == Self.basic("u:p"))
        let error = await #expect(throws: ConnectorError.self) {
            try await request(rule: nil, definition: definition, properties: properties, set: "other")
        }
        #expect(error?.message.contains("'basic-auth', 'key-auth'") == true)
    }

    @Test func `templates of oauth2generic are filled in, in any case, and PKCE is added`() throws {
        var rule = ConsentRule(
            authorizationURL: "https://{customHost}/oauth/authorize",
            tokenURL: "https://{CUSTOMHOST}/oauth/token",
            refreshURL: "https://{customHost}/oauth/token",
            clientID: "id 1",
            clientSecret: SecretValue("s&"),
            scopes: ["a", "b"]
        )
        rule.authorizationQuery =
            "?response_type=code&client_id={ClientId}&scope={scopes}&redirect_uri={redirectUrl}&state={STATE}"
        rule.tokenBody = "code={Code}&client_id={clientid}&client_secret={ClientSecret}&redirect_uri={RedirectUrl}"
        rule.refreshBody = "refresh_token={RefreshToken}&client_secret={clientSecret}"
        rule.delimiter = ","
        rule.values = ["customhost": "login.example"]
        let address = try rule.authorizationAddress(
            state: "S",
            challenge: "C",
            redirect: "https://t.example/cb",
            connection: "c"
        )
        #expect(
            address
                == "https://login.example/oauth/authorize?response_type=code&client_id=id%201&scope=a%2Cb&redirect_uri=https%3A%2F%2Ft.example%2Fcb&state=S&code_challenge=C&code_challenge_method=S256"
        )
        let (endpoint, form) = try rule.exchange(
            code: "c/1",
            verifier: "V",
            redirect: "https://t.example/cb",
            connection: "c"
        )
        #expect(endpoint.url == "https://login.example/oauth/token")
        #expect(
            form
                == "code=c%2F1&client_id=id%201&client_secret=s%26&redirect_uri=https%3A%2F%2Ft.example%2Fcb&code_verifier=V"
        )
        #expect(try rule.refresh(SecretValue("r+"), connection: "c").form == "refresh_token=r%2B&client_secret=s%26")
        rule.values = ["customhost": "evil.example/@"]
        #expect(throws: ConnectorError.self) { try rule.refresh(SecretValue("r"), connection: "c") }
        rule.values = [:]
        #expect(throws: ConnectorError.self) { try rule.refresh(SecretValue("r"), connection: "c") }
    }

    @Test(
        arguments: [
            (["type": "Magic"], "not one of"), (["type": "Bearer"], "'token'"),
            (["type": "ClientCredentials", "tokenUrl": "https://l.example"], "'clientId'"),
            (["type": "ClientCredentials", "clientId": "c"], "'tokenUrl'"),
            (["type": "AwsSigV4", "service": "s3", "region": "r"], "'accessKeyId'"),
            (["type": "GoogleServiceAccount"], "'serviceAccountKey'"),
            (["type": "LogAnalyticsSharedKey"], "'workspaceId'"),
            (["type": "AuthorizationCode"], "clientId"),
            (
                ["type": "ClientCredentials", "tokenUrl": "https://l.example", "clientId": "c", "style": "odd"],
                "'clientSecret'"
            ),
        ] as [(JSON, String)]
    )
    func `what a rule lacks is said by name`(_ rule: JSON, _ word: String) async throws {
        let error = await #expect(throws: ConnectorError.self) { try await request(rule: rule) }
        #expect(
            error?.code == .incompleteConnection && error?.message.contains(word) == true,
            "\(error?.message ?? "")"
        )
    }
}
