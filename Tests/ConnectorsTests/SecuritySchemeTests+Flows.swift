import Foundation
import JSONTree
import Outbound
import Secrets
import Testing

@testable import Connectors

/// Signing in by OAuth 2.0, and by one of several sets of parameters.
extension SecuritySchemeTests {
    // MARK: OAuth 2.0

    static let app: JSON = ["tokenUrl": "/oauth2/token", "scopes": ["r": "read"]]

    static func flows(_ flows: JSON) -> JSON { document(["o": ["type": "oauth2", "flows": flows]]) }

    static let appOrConsent = flows([
        "authorizationCode": [
            "authorizationUrl": "https://a.example/authorize", "tokenUrl": "https://a.example/token",
        ],
        "clientCredentials": app,
    ])
    static let application: JSON = [
        "type": "oauth2", "flow": "application", "tokenUrl": "https://t.example/t", "scopes": ["r": ""],
    ]

    @Test(
        arguments: [
            (
                appOrConsent, ["clientId": "i"], ["clientSecret": "s"], "https://api.example/oauth2/token",
                "grant_type=client_credentials&client_id=i&client_secret=s&scope=r"
            ),
            (
                flows(["clientCredentials": ["tokenUrl": "token"]]), ["clientId": "i"], ["clientSecret": "s"],
                "https://api.example/v1/token", "grant_type=client_credentials&client_id=i&client_secret=s"
            ),
            (
                flows(["password": app]), ["username": "u"], ["password": "p&"], "https://api.example/oauth2/token",
                "grant_type=password&username=u&password=p%26&scope=r"
            ),
            (
                swagger(["o": application]), ["clientId": "i"], ["clientSecret": "s"], "https://t.example/t",
                "grant_type=client_credentials&client_id=i&client_secret=s&scope=r"
            ),
        ] as [(JSON, [String: JSON], [String: String], String, String)]
    )
    func `flows without a person ask their token endpoint`(
        _ document: JSON,
        _ parameters: [String: JSON],
        _ secrets: [String: String],
        _ url: String,
        _ form: String
    ) async throws {
        let probe = SignInProbe(definition: document, parameters: parameters, secrets: secrets)
        let (made, tokens) = try await probe.request()
        #expect(made.headers["Authorization"] == "Bearer T")
        #expect(tokens.map(\.url) == [url])
        #expect(String(decoding: tokens.first?.body ?? [], as: UTF8.self) == form)
    }

    @Test func `an app of the parameters' own names gets its token, too`() async throws {
        let probe = SignInProbe(
            definition: Self.swagger(["o": Self.application]),
            properties: Self.properties(["client_id": Self.text, "client_secret": Self.secret]),
            parameters: ["client_id": "i"],
            secrets: ["client_secret": "s"]
        )
        let (made, tokens) = try await probe.request()
        #expect(made.headers["Authorization"] == "Bearer T" && tokens.count == 1)
    }

    @Test func `without a secret of an app a person consents, at the addresses of the scheme that is meant`()
        async throws
    {
        let other: JSON = [
            "type": "oauth2",
            "flows": [
                "authorizationCode": ["authorizationUrl": "https://o.example/a", "tokenUrl": "https://o.example/t"],
                "clientCredentials": ["tokenUrl": "https://o.example/t"],
            ],
        ]
        let document = Self.document(["one": Self.consent, "two": other], [["two": []], ["one": []]])
        let found = try await SignInProbe(definition: document, parameters: ["clientId": "i"]).credentials()
        guard case .token(let demand)? = found.first, let rule = demand.consent else {
            Issue.record("\(found.count) credentials, none of them a consent")
            return
        }
        #expect(rule.authorizationURL == "https://o.example/a" && rule.tokenURL == "https://o.example/t")
    }

    @Test func `a relative token endpoint needs an address`() async throws {
        var document = Self.flows(["clientCredentials": Self.app]).objectValue
        document?["servers"] = [["url": "/api"]]
        var probe = SignInProbe(
            definition: .object(document ?? [:]),
            parameters: ["clientId": "i"],
            secrets: ["clientSecret": "s"]
        )
        #expect(try await probe.refusal().contains("a 'baseUrl'"))
        probe.baseURL = "https://mine.example/api"
        #expect(try await probe.request().tokens.map(\.url) == ["https://mine.example/oauth2/token"])
    }

    @Test(
        arguments: [
            (["resourceUri": ["value": "https://r.example"]], [:], [], "https://r.example/.default offline_access"),
            (
                [:], ["AzureActiveDirectoryResourceId": "https://p.example"], [],
                "https://p.example/.default offline_access"
            ),
            (
                [:], [:], ["https://s.example/Mail.Read", "offline_access"],
                "https://s.example/Mail.Read offline_access"
            ),
            ([:], [:], [], "https://management.azure.com/.default offline_access"),
        ] as [(JSON, JSON, JSON, String)]
    )
    func `a directory's token is for what the settings name`(
        _ custom: JSON,
        _ settings: JSON,
        _ scopes: JSON,
        _ expected: String
    ) async throws {
        let oauth: JSON = [
            "identityProvider": "aad", "scopes": scopes, "properties": settings, "customParameters": custom,
        ]
        let probe = SignInProbe(
            definition: Self.swagger([:]),
            properties: Self.properties(["token": ["type": "oauthSetting", "oAuthSettings": oauth]]),
            parameters: ["clientId": "i"]
        )
        guard case .token(let demand)? = try await probe.credentials().first else {
            Issue.record("no token is asked for")
            return
        }
        #expect(demand.consent?.scopes.joined(separator: " ") == expected)
    }

    @Test func `query templates of oauth2generic are added to the token's addresses`() async throws {
        func value(_ text: JSON) -> JSON { ["value": text] }
        let oauth: JSON = [
            "identityProvider": "oauth2generic", "scopes": [],
            "customParameters": [
                "AuthorizationUrlTemplate": value("https://a.example/authorize"),
                "TokenUrlTemplate": value("https://a.example/token?v=1"),
                "TokenUrlQueryStringTemplate": value("?org={org}"),
                "RefreshUrlTemplate": value("https://a.example/refresh"),
                "RefreshUrlQueryStringTemplate": value("?kind=x&org={org}"),
            ],
        ]
        let probe = SignInProbe(
            definition: Self.swagger([:]),
            properties: Self.properties(["token": ["type": "oauthSetting", "oAuthSettings": oauth], "org": Self.text]),
            parameters: ["clientId": "i", "org": "o 1"]
        )
        guard case .token(let demand)? = try await probe.credentials().first, let rule = demand.consent else {
            Issue.record("no consent is asked for")
            return
        }
        let exchange = try rule.exchange(code: "c", verifier: "v", redirect: "https://t.example/cb", connection: "c")
        #expect(exchange.0.url == "https://a.example/token?v=1&org=o%201")
        #expect(try rule.refresh(.init("r"), connection: "c").0.url == "https://a.example/refresh?kind=x&org=o%201")
    }

    // MARK: Sets of parameters

    static let sets: JSON = {
        func required(_ type: JSON) -> JSON { ["type": type, "uiDefinition": ["constraints": ["required": "true"]]] }
        let oauth: JSON = ["type": "oauthSetting", "oAuthSettings": ["identityProvider": "oauth2"]]
        return [
            "properties": [
                "connectionParameterSets": [
                    "values": [
                        ["name": "oauth", "parameters": ["token": oauth]],
                        ["name": "key-auth", "parameters": ["api_key": required("securestring")]],
                        [
                            "name": "basic-auth",
                            "parameters": ["username": required("string"), "password": required("securestring")],
                        ],
                        ["name": "none", "parameters": [:]],
                    ]
                ]
            ]
        ]
    }()

    @Test(
        arguments: [
            ([:], ["api_key": "K"], nil, "X-K=K"),
            (["username": "u"], ["password": "p"], nil, "Authorization=\(userAndPassword("u:p"))"),
            // More of the one than of the other.
            (["username": "u"], ["password": "p", "api_key": "K"], nil, "Authorization=\(userAndPassword("u:p"))"),
            (["clientId": "i"], ["clientSecret": "s"], nil, "consent"),
            (["clientId": "i"], ["clientSecret": "s", "api_key": "K"], nil, "X-K=K"),
            ([:], [:], "none", ""), ([:], ["api_key": "K"], "none", ""),
            (["clientId": "i"], ["clientSecret": "s", "api_key": "K"], "OAuth", "consent"),
        ] as [([String: JSON], [String: String], String?, String)]
    )
    func `the set of parameters counts that is named, or of which most is given`(
        _ parameters: [String: JSON],
        _ secrets: [String: String],
        _ set: String?,
        _ expected: String
    ) async throws {
        let probe = SignInProbe(
            definition: Self.swagger([
                "k": Self.key, "b": ["type": "basic"],
                "o": [
                    "type": "oauth2", "flow": "accessCode", "authorizationUrl": "https://a.example/a",
                    "tokenUrl": "https://a.example/t",
                ],
            ]),
            properties: Self.sets,
            parameters: parameters,
            secrets: secrets,
            set: set
        )
        let found = try await probe.credentials()
        if case .token(let demand)? = found.first {
            #expect(expected == "consent" && demand.consent != nil && found.count == 1)
        } else {
            #expect(try await probe.shown() == expected)
        }
    }
}
