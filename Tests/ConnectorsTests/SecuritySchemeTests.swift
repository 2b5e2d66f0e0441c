import Foundation
import JSONTree
import Outbound
import Secrets
import Testing

@testable import Connectors

/// Definitions with any kinds and numbers of security schemes: what connections are asked for, and what goes with a call.
@Suite(.timeLimit(.minutes(2)))
struct SecuritySchemeTests {
    @Test(
        arguments: [
            (["type": "apiKey", "in": "header", "name": "X-K"], .key(name: "X-K", place: .header, prefix: "")),
            (["type": "apiKey", "in": "Query", "name": "k"], .key(name: "k", place: .query, prefix: "")),
            (["type": "apiKey", "in": "cookie", "name": "sid"], .key(name: "sid", place: .cookie, prefix: "")),
            (["type": "apiKey", "in": "header"], .key(name: "Authorization", place: .header, prefix: "")),
            (
                ["type": "apiKey", "in": "header", "name": "Authorization: Bearer"],
                .key(name: "Authorization", place: .header, prefix: "Bearer ")
            ),
            (
                ["type": "apiKey", "in": "header", "name": "Authorization Token"],
                .key(name: "Authorization", place: .header, prefix: "Token ")
            ),
            (
                ["type": "apiKey", "in": "header", "name": "Authorization: Token token="],
                .key(name: "Authorization", place: .header, prefix: "Token token=")
            ),
            (
                ["type": "apiKey", "in": "header", "name": "Authorization: SSWS {key}"],
                .key(name: "Authorization", place: .header, prefix: "SSWS ")
            ),
            (
                ["type": "apiKey", "in": "header", "name": "X/Key"],
                .unusable("has the name 'X/Key', which no header can have")
            ),
            (["type": "basic"], .basic), (["type": "http", "scheme": "Basic"], .basic),
            (["type": "http", "scheme": "bearer", "bearerFormat": "JWT"], .bearer),
            (["type": "openIdConnect", "openIdConnectUrl": "https://i.example/c"], .bearer),
            (["type": "http", "scheme": "Token"], .key(name: "Authorization", place: .header, prefix: "Token ")),
            (
                ["type": "http", "scheme": "digest"],
                .unusable("asks for the HTTP authentication 'digest', which takes more than a value")
            ),
            (["type": "mutualTLS"], .certificate),
            (["type": "magic"], .unusable("is of the type 'magic', which is not known")),
            (
                ["type": "oauth2", "flows": ["implicit": ["authorizationUrl": "https://a.example"]]],
                .unusable("has no flow that a server can use")
            ),
        ] as [(JSON, SecurityScheme.Kind)]
    )
    func `a scheme is of the kind that it says`(_ scheme: JSON, _ kind: SecurityScheme.Kind) {
        #expect(SecurityScheme.read(["securityDefinitions": ["s": scheme]]).map(\.kind) == [kind])
        let other: JSON = ["components": ["securitySchemes": ["s": ["$ref": "#/x"]]], "x": scheme]
        #expect(SecurityScheme.read(other).map(\.kind) == [kind])
    }

    @Test(
        arguments: [
            (
                ["flow": "application", "tokenUrl": "https://t.example", "scopes": ["a": ""]],
                ["app https://t.example a"]
            ),
            (
                ["flow": "accessCode", "authorizationUrl": "https://a.example", "tokenUrl": "https://t.example"],
                ["consent https://t.example "]
            ),
            (["authorizationUrl": "https://a.example", "tokenUrl": "/t"], ["consent /t "]),
            (["tokenUrl": "/t"], ["app /t "]), (["flow": "password", "tokenUrl": "/t"], ["password /t "]),
            (["flow": "implicit", "authorizationUrl": "https://a.example"], []),
            (
                [
                    "flows": [
                        "authorizationCode": [
                            "authorizationUrl": "https://a.example", "tokenUrl": "/c", "scopes": ["r": ""],
                        ],
                        "password": ["tokenUrl": "/p"],
                        "clientCredentials": ["tokenUrl": "/t", "scopes": ["r": "", "w": ""]],
                    ]
                ], ["app /t r w", "consent /c r", "password /p "]
            ),
        ] as [(JSON, [String])]
    )
    func `flows that need nobody go first`(_ scheme: JSON, _ flows: [String]) {
        #expect(
            OAuthFlow.read(scheme).map { "\($0.grant) \($0.tokenURL) \($0.scopes.joined(separator: " "))" } == flows
        )
    }

    // MARK: What goes with a call

    static let bearer: JSON = ["type": "http", "scheme": "bearer"]
    static let key: JSON = ["type": "apiKey", "in": "header", "name": "X-K"]
    static let basic: JSON = ["type": "http", "scheme": "basic"]
    static let consent: JSON = [
        "type": "oauth2",
        "flows": [
            "authorizationCode": [
                "authorizationUrl": "https://a.example/authorize", "tokenUrl": "https://a.example/token",
                "scopes": ["r": "read"],
            ]
        ],
    ]

    /// An OpenAPI 3 document; `Own` has a 'security' of its own where one is given.
    static func document(_ schemes: JSON, _ security: JSON? = nil, own: JSON? = nil) -> JSON {
        var operation: JSONObject = ["operationId": "Own", "responses": [:]]
        operation["security"] = own
        var root: JSONObject = [
            "openapi": "3.0.3", "info": ["title": "T"], "servers": [["url": "https://api.example/v1"]],
            "paths": ["/a": ["get": ["operationId": "A", "responses": [:]]], "/own": ["get": .object(operation)]],
            "components": ["securitySchemes": schemes],
        ]
        root["security"] = security
        return .object(root)
    }

    static func userAndPassword(_ text: String) -> String { "Basic \(Data(text.utf8).base64EncodedString())" }

    static let both: JSON = ["b": bearer, "k": key]
    static let bearerOrKey = document(both, [["b": []], ["k": []]])
    static let keyOrBearer = document(both, [["k": []], ["b": []]])
    static let bearerAndKey = document(both, [["b": [], "k": []]])
    static let token = document(["t": ["type": "http", "scheme": "Token"]])
    static let maybeKey = document(["k": key], [[:], ["k": []]])
    static let cookies = document([
        "c": ["type": "apiKey", "in": "cookie", "name": "sid"],
        "d": ["type": "apiKey", "in": "cookie", "name": "csrf"],
    ])

    @Test(
        arguments: [
            (bearerOrKey, ["k": "K"], "X-K=K"), (bearerOrKey, ["b": "B"], "Authorization=Bearer B"),
            (bearerOrKey, ["b": "B", "k": "K"], "Authorization=Bearer B"),
            (bearerOrKey, ["api_key": "K"], "X-K=K"), (keyOrBearer, ["b": "B", "k": "K"], "X-K=K"),
            (bearerAndKey, ["b": "B", "k": "K"], "Authorization=Bearer B X-K=K"),
            // Schemes that no alternative names are not left out, and a list of unknown ones says nothing.
            (document(both, [["b": []]]), ["k": "K"], "X-K=K"), (document(both, [["x": []]]), ["k": "K"], "X-K=K"),
            (document(both, [[:]]), ["k": "K"], "X-K=K"), (document(both, [[:], ["b": []]]), ["k": "K"], "X-K=K"),
            (document(both), ["b": "B", "k": "K"], "Authorization=Bearer B X-K=K"),
            (document(both, []), ["b": "B", "k": "K"], "Authorization=Bearer B X-K=K"),
            (
                document(["p": basic, "b": bearer]), ["username": "u", "password": "p"],
                "Authorization=\(userAndPassword("u:p"))"
            ),
            (document(["o": consent, "k": key], [["o": ["r"]], ["k": []]]), ["k": "K"], "X-K=K"),
            (
                document(["o": consent, "p": basic], [["p": []], ["o": []]]), ["username": "u", "password": "p"],
                "Authorization=\(userAndPassword("u:p"))"
            ),
        ] as [(JSON, [String: String], String)]
    )
    func `the first alternative goes out for which the connection has all`(
        _ document: JSON,
        _ secrets: [String: String],
        _ expected: String
    ) async throws {
        #expect(try await SignInProbe(definition: document, secrets: secrets).shown() == expected)
    }

    @Test(
        arguments: [
            (document(["b": bearer]), ["token": "B"], "Authorization=Bearer B"),
            (document(["b": bearer]), ["b": "bearer B"], "Authorization=Bearer B"),
            (token, ["t": "K"], "Authorization=Token K"), (token, ["t": "token K"], "Authorization=token K"),
            (document(["i": ["type": "openIdConnect"]]), ["i": "B"], "Authorization=Bearer B"),
            (cookies, ["c": "1", "d": "2"], "Cookie=sid=1; csrf=2"), (maybeKey, [:], ""),
            (maybeKey, ["k": "K"], "X-K=K"), (document([:]), [:], ""),
        ] as [(JSON, [String: String], String)]
    )
    func `each kind of scheme is shown as it wants`(
        _ document: JSON,
        _ secrets: [String: String],
        _ expected: String
    ) async throws {
        #expect(try await SignInProbe(definition: document, secrets: secrets).shown() == expected)
    }

    @Test(
        arguments: [
            (document(["k": key]), [:]), (document(both), ["x": "K"]), (bearerAndKey, ["k": "K"]),
            (document(["m": ["type": "mutualTLS"], "k": key], [["m": [], "k": []]]), ["k": "K"]),
        ] as [(JSON, [String: String])]
    )
    func `nothing goes out without what an alternative needs`(
        _ document: JSON,
        _ secrets: [String: String]
    ) async throws {
        let refusal = try await SignInProbe(definition: document, secrets: secrets).refusal()
        #expect(refusal.contains("lacks the parameters of a way to sign in: '"), "\(refusal)")
    }

    @Test(
        arguments: [
            (bearerOrKey, nil, "'b', or 'k'; where"),
            (
                document(["b": bearer, "p": basic], [["b": [], "p": []]]), nil,
                "'b' and 'username' and 'password'; where"
            ),
            (document(["o": consent]), nil, "'clientId'"),
            (document(["k": key, "b": bearer], own: [["b": []]]), "Own", "for the operation 'Own': 'b'"),
            (document(["d": ["type": "http", "scheme": "digest"]]), nil, "no way to sign in that this server can go"),
        ] as [(JSON, String?, String)]
    )
    func `what is lacking is said with the ways there are`(
        _ document: JSON,
        _ operation: String?,
        _ part: String
    ) async throws {
        let secrets = operation == nil ? [:] : ["k": "K"]
        let refusal = try await SignInProbe(definition: document, secrets: secrets, operation: operation).refusal()
        #expect(refusal.contains(part), "\(refusal)")
        await #expect(throws: ConnectorError.self) {
            try await SignInProbe(definition: Self.document(["k": Self.key])).check()
        }
    }

    @Test(
        arguments: [
            (document(["j": bearer, "k": key], own: [["k": []]]), nil, ["j": "J", "k": "K"], "X-K=K"),
            (document(["j": bearer, "k": key], [["j": []]], own: [["k": []]]), nil, ["j": "J", "k": "K"], "X-K=K"),
            (document(["j": bearer, "k": key], [["j": []]], own: []), nil, ["j": "J", "k": "K"], ""),
            (document(["j": bearer], [["j": []]], own: [[:]]), nil, ["j": "J"], ""),
            (document(["j": bearer], [["j": []]], own: [["unknown": []]]), nil, ["j": "J"], "Authorization=Bearer J"),
            (document(["j": bearer, "k": key], [["j": []]]), nil, ["j": "J", "k": "K"], "Authorization=Bearer J"),
            // Where the connector says what it asks for, an operation that wants something else gets what there is.
            (
                document(["j": bearer, "k": key], own: [["k": []]]), properties(["api_key": secret]), ["api_key": "K"],
                "X-K=K"
            ),
            (
                document(["j": bearer, "k": key], own: [["k": []]]), properties(["j": secret]), ["j": "J"],
                "Authorization=Bearer J"
            ),
            (document(["k": key], own: []), properties(["api_key": secret]), ["api_key": "K"], ""),
        ] as [(JSON, JSON?, [String: String], String)]
    )
    func `an operation's own security decides what goes with it`(
        _ document: JSON,
        _ properties: JSON?,
        _ secrets: [String: String],
        _ expected: String
    ) async throws {
        var probe = SignInProbe(definition: document, properties: properties, secrets: secrets)
        probe.operation = "Own"
        #expect(try await probe.shown() == expected)
    }

    static let secret: JSON = ["type": "securestring"]
    static let text: JSON = ["type": "string"]

    static func properties(_ parameters: JSON) -> JSON { ["properties": ["connectionParameters": parameters]] }

    static func swagger(_ schemes: JSON) -> JSON {
        ["swagger": "2.0", "host": "api.example", "paths": [:], "securityDefinitions": schemes]
    }

    static let named: JSON = ["type": "apiKey", "in": "header", "name": "Authorization: Bearer"]

    @Test(
        arguments: [
            (swagger(["JWT": named, "Key": key]), nil, ["JWT": "J"], "Authorization=Bearer J"),
            (swagger(["JWT": named, "Key": key]), nil, ["Key": "K"], "X-K=K"),
            (swagger(["JWT": named, "Key": key]), properties(["Key": secret]), ["Key": "K"], "X-K=K"),
            (
                swagger(["Key": key, "App": named]), properties(["x": secret]), ["x": "K"],
                "Authorization=Bearer K X-K=K"
            ),
            (
                swagger(["k": ["type": "apiKey", "in": "cookie", "name": "sid"]]), properties(["api_key": secret]),
                ["api_key": "K"], "Cookie=sid=K"
            ),
            (
                swagger(["b": ["type": "basic"]]),
                properties(["host": text, "user_name": text, "api_token": secret]),
                ["host": "h", "user_name": "u", "api_token": "t"], "Authorization=\(userAndPassword("u:t"))"
            ),
            (
                swagger(["b": ["type": "basic"]]),
                properties(["site": text, "Email": text, "token": secret, "other": secret]),
                ["site": "s", "Email": "e", "token": "t", "other": "o"], "Authorization=\(userAndPassword("e:t"))"
            ),
            (
                swagger(["b": ["type": "basic"]]), properties(["a": text, "b": text, "c": secret]),
                ["a": "1", "b": "2", "c": "3"], ""
            ),
        ] as [(JSON, JSON?, [String: String], String)]
    )
    func `a secret goes to the scheme whose name it bears`(
        _ definition: JSON,
        _ properties: JSON?,
        _ secrets: [String: String],
        _ expected: String
    ) async throws {
        let probe = SignInProbe(definition: definition, properties: properties, secrets: secrets)
        #expect(try await probe.shown() == expected)
    }

    @Test func `a secret that nothing takes is told when the connection is made`() async throws {
        var probe = SignInProbe(
            definition: Self.swagger(["b": ["type": "basic"]]),
            properties: Self.properties(["site": Self.text, "realm": Self.text, "pin": Self.secret]),
            parameters: ["site": "s", "realm": "r"],
            secrets: ["pin": "1234"]
        )
        let error = await #expect(throws: ConnectorError.self) { try await probe.check() }
        #expect(error?.message.contains("'pin'") == true && error?.message.contains("1234") == false)
        // A policy that places it, or an operation that has a parameter of the name, takes it.
        probe.properties = [
            "properties": [
                "connectionParameters": ["pin": Self.secret],
                "policyTemplateInstances": [
                    [
                        "templateId": "setheader",
                        "parameters": [
                            "x-ms-apimTemplateParameter.name": "X-Pin",
                            "x-ms-apimTemplateParameter.value": "@connectionParameters('pin')",
                        ],
                    ]
                ],
            ]
        ]
        try await probe.check()
    }

    // MARK: What is asked for and said

    @Test(
        arguments: [
            (document(["b": bearer, "k": key]), nil, ["b:securestring", "k:securestring"]),
            (document(["p": basic]), nil, ["username:string", "password:securestring"]),
            (document(["o": consent]), nil, ["clientId:string", "clientSecret:securestring"]),
            (swagger(["k": key]), nil, ["k:securestring"]),
            (swagger(["k": key]), properties([:]), []),
            (swagger(["k": key]), ["connectionParameters": ["api_key": secret]], ["api_key:securestring"]),
            (document(["m": ["type": "mutualTLS"]]), nil, ["clientCertificate:securestring"]),
        ] as [(JSON, JSON?, [String])]
    )
    func `connections are asked for what the schemes need where nothing else says it`(
        _ definition: JSON,
        _ properties: JSON?,
        _ expected: [String]
    ) throws {
        let connector = try ConnectorDefinition(name: "c", definition: definition, properties: properties)
        #expect(connector.connectionParameters.map { "\($0.name):\($0.type)" } == expected)
        #expect(!connector.connectionParameters.contains { $0.isRequired })
    }

    @Test func `a scheme that cannot be used is a warning`() throws {
        let document = Self.document(["k": Self.key, "d": ["type": "http", "scheme": "Digest"]])
        let check = try ConnectorCheckTests.check(["openapi.json": document.text])
        #expect(check.isLoaded)
        let warning = try #require(check.remarks.first { $0.message.contains("'d'") })
        #expect(warning.severity == .warning && warning.message.contains("'Digest'") && !warning.remedy.isEmpty)
    }

    @Test func `a policy finds the cookie of a call beside that of the credential`() {
        var request = PolicyRequest(
            method: "GET",
            baseURL: nil,
            path: "/",
            queries: [],
            headers: [("cookie", "lang=de"), ("X", "1")],
            body: nil
        )
        var shown = OutboundRequest(method: "GET", url: "https://api.example/")
        shown.headers["Cookie"] = "sid=K"
        shown.headers["X"] = "2"
        request.add(credentialsOf: shown)
        let found = request.headers.map { "\($0.name)=\($0.value)" }.sorted()
        #expect(found == ["Cookie=lang=de; sid=K", "X=2"])
    }
}
