import JSONTree
import Moments
import Outbound
import Secrets
import Testing

@testable import Connectors

/// Sessions that a login begins: once for all who wait, renewed when they are over, ended where they can be.
@Suite(.timeLimit(.minutes(1)))
struct SessionTests {
    static let password = "canary-p4ss"

    /// The rule of a product whose login gives an id in the body.
    static let rule: JSON = [
        "type": "SessionLogin",
        "login": [
            "path": "/login",
            "body": [
                "user": "@parameters('connectionParameters')?['username']",
                "password": "@parameters('secrets')?['password']",
            ],
        ],
        "session": "@parameters('answer')?['body']?['sid']", "headers": ["X-Sid": "@parameters('session')"],
        "life": "@parameters('answer')?['body']?['timeout']", "logout": ["path": "/logout", "body": [:]],
    ]

    static func product(life: JSON = .null) -> SessionProduct {
        SessionProduct(
            login: "POST https://p.example/api/login",
            logout: "POST https://p.example/api/logout",
            shown: { $0.headers["X-Sid"] },
            isWelcome: { request in
                let body = request.body.flatMap { try? JSON.parse($0) }
                return body == ["user": "soc", "password": .string(password)]
            },
            answer: { .json(["sid": .string($0), "timeout": life]) }
        )
    }

    /// A connection of a product, over a real store.
    struct World {
        let product: SessionProduct
        let clock = VirtualClock(Fixtures.noon)
        let house: StoreHouse
        let registry: ConnectorRegistry

        init(
            _ product: SessionProduct,
            rule: JSON = SessionTests.rule,
            password: String = SessionTests.password
        ) async throws {
            self.product = product
            house = try await StoreHouse()
            let folder = try TestFolder.make([
                "p/apiDefinition.swagger.json": [
                    "swagger": "2.0", "info": ["title": "P"], "host": "p.example", "basePath": "/api",
                    "paths": [
                        "/items": [
                            "get": ["operationId": "List", "responses": [:]],
                            "post": ["operationId": "Make", "responses": [:]],
                        ]
                    ],
                ],
                "p/apiProperties.json": [
                    "properties": [
                        "connectionParameters": [
                            "username": ["type": "string"], "password": ["type": "securestring"],
                        ]
                    ]
                ],
                "p/adapter.json": ["authentication": rule, "operations": [:]],
            ])
            registry = ConnectorRegistry(
                folders: [folder],
                connections: house.connections,
                transport: product,
                clock: clock
            )
            let connection = Connection(tenant: "t1", name: "p", connector: "p", parameters: ["username": "soc"])
            let secrets = ["password": SecretValue(password)]
            try await registry.check(connection, secrets: secrets)
            try await house.connections.put(connection, secrets: secrets)
        }

        func status(_ method: String = "GET") async throws -> Int {
            let call = ConnectorCall(
                tenant: "t1",
                connection: "p",
                method: method,
                path: "/items",
                body: method == "POST" ? ["a": 1] : nil,
                executionKey: "k"
            )
            let prepared = try await registry.prepare(call)
            return try await prepared.transport.send(prepared.request).status
        }
    }

    @Test func `many who wait sign in once, and all show the session`() async throws {
        let world = try await World(Self.product())
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 { group.addTask { try await world.status() } }
            for try await status in group { #expect(status == 200) }
        }
        #expect(world.product.logins == 1)
        #expect(world.product.lines.count { $0 == "call s1" } == 100)
        // Another process finds the session with the connection's secrets.
        let connection = try #require(try await world.house.connections.connection("p", tenant: "t1"))
        let kept = try #require(try await world.house.connections.keptTokens(of: connection))
        #expect(TokenRecord(kept).entries.values.compactMap { $0.access?.text } == [#""s1""#])
    }

    @Test(arguments: ["GET", "POST"])
    func `a session that is over is begun anew, and the call is made again`(_ method: String) async throws {
        let world = try await World(Self.product())
        #expect(try await world.status(method) == 200)
        world.product.endSessions()
        world.clock.advance(by: .minutes(1))
        #expect(try await world.status(method) == 200)
        #expect(world.product.lines == ["login", "call s1", "refused s1", "login", "call s2"])
        // One that is refused at once is refused for another reason.
        world.product.endSessions()
        #expect(try await world.status(method) == 401)
        #expect(world.product.logins == 2)
    }

    @Test func `a session is renewed before its declared end, and the former one is ended`() async throws {
        let world = try await World(Self.product(life: 3600))
        #expect(try await world.status() == 200)
        world.clock.advance(by: .minutes(54))
        #expect(try await world.status() == 200)
        #expect(world.product.logins == 1)
        world.clock.advance(by: .minutes(2))
        #expect(try await world.status() == 200)
        while !world.product.lines.contains("logout s1") { await Task.yield() }
        #expect(world.product.logins == 2 && world.product.sessions == ["s2"])
    }

    @Test func `while the service takes no logins the session serves until its end`() async throws {
        let world = try await World(Self.product(life: 3600))
        #expect(try await world.status() == 200)
        world.product.setDown(true)
        world.clock.advance(by: .minutes(56))
        #expect(try await world.status() == 200)
        world.clock.advance(by: .minutes(4))
        let error = await #expect(throws: OutboundError.self) { try await world.status() }
        #expect(error?.certainlyNotSent == true)
    }

    @Test func `a login that is refused is not tried again at once, and shows nothing`() async throws {
        let world = try await World(Self.product(), password: "canary-wrong")
        for _ in 0..<3 {
            let error = await #expect(throws: ConnectorError.self) { try await world.status() }
            #expect(error?.code == .authenticationFailed)
            #expect(error?.message.contains("answered 403") == true && error?.message.contains("canary") == false)
        }
        #expect(world.product.lines == ["login refused"])
        world.clock.advance(by: .seconds(61))
        await #expect(throws: ConnectorError.self) { try await world.status() }
        #expect(world.product.lines.count == 2)
        // Another password is tried at once.
        let connection = try #require(try await world.house.connections.connection("p", tenant: "t1"))
        try await world.house.connections.put(connection, secrets: ["password": SecretValue(Self.password)])
        #expect(try await world.status() == 200)
    }

    @Test func `a connection that is deleted signs out`() async throws {
        let world = try await World(Self.product())
        #expect(try await world.status() == 200)
        let connection = try #require(try await world.house.connections.connection("p", tenant: "t1"))
        // A change that keeps the session does not end it.
        await world.registry.forget(connection)
        #expect(try await world.status() == 200)
        _ = try await world.house.connections.delete("p", tenant: "t1")
        await world.registry.forget(connection)
        while !world.product.lines.contains("logout s1") { await Task.yield() }
        #expect(world.product.sessions.isEmpty && world.product.logins == 1)
    }

    // MARK: Products

    struct Kind: Sendable, CustomTestStringConvertible {
        let name: String
        let rule: JSON
        let product: SessionProduct
        /// What the login carries: `name: value` of a header, or the body.
        let sent: String
        /// What a call shows.
        let shown: String
        var testDescription: String { name }
    }

    static let kinds: [Kind] = [
        Kind(
            name: "a form, a cookie",
            rule: [
                "type": "SessionLogin",
                "login": [
                    "url": "@{parameters('origin')}/login.html",
                    "form": [
                        "username": "@parameters('connectionParameters')?['username']",
                        "password": "@parameters('secrets')?['password']",
                    ],
                ],
                "session": "@parameters('answer')?['cookies']?['JSESSIONID']",
                "headers": ["Cookie": "JSESSIONID=@{parameters('session')}"], "refused": ["statusCodes": [401, 302]],
            ],
            product: SessionProduct(
                login: "POST https://p.example/login.html",
                shown: { $0.headers["Cookie"].map { String($0.dropFirst("JSESSIONID=".count)) } },
                isWelcome: {
                    $0.body.map { String(decoding: $0, as: UTF8.self) } == "username=soc&password=canary-p4ss"
                },
                refusal: OutboundResponse(status: 302, headers: ["Location": "/login.html"]),
                answer: {
                    OutboundResponse(status: 302, headers: ["Set-Cookie": "JSESSIONID=\($0); Path=/; HttpOnly"])
                }
            ),
            sent: "username=soc&password=canary-p4ss",
            shown: "cookie: JSESSIONID=s1"
        ),
        Kind(
            name: "user name and password, a token",
            rule: [
                "type": "SessionLogin", "login": ["path": "/security/user/authenticate", "basic": [:]],
                "session": "@parameters('answer')?['body']?['data']?['token']",
                "headers": ["Authorization": "Bearer @{parameters('session')}"], "life": "PT15M",
            ],
            product: SessionProduct(
                login: "POST https://p.example/api/security/user/authenticate",
                shown: { $0.headers["Authorization"].map { String($0.dropFirst("Bearer ".count)) } },
                isWelcome: { $0.headers["Authorization"] == "Basic c29jOmNhbmFyeS1wNHNz" },
                answer: { .json(["data": ["token": .string($0)]]) }
            ),
            sent: "authorization: Basic c29jOmNhbmFyeS1wNHNz",
            shown: "authorization: Bearer s1"
        ),
        Kind(
            name: "an answer that is the session, and its end in an answer of 200",
            rule: [
                "type": "SessionLogin", "login": ["path": "/session", "basic": [:]],
                "session": "@parameters('answer')?['body']", "headers": ["Api-Session": "@parameters('session')"],
                "refused": [
                    "statusCodes": [],
                    "when": "@contains(string(parameters('answer')?['body']?['error']), 're-login')",
                ],
            ],
            product: SessionProduct(
                login: "POST https://p.example/api/session",
                shown: { $0.headers["Api-Session"] },
                isWelcome: { _ in true },
                refusal: .json(["error": ["data": "Session terminated, re-login, please."]]),
                answer: { .json(.string($0), status: 201) }
            ),
            sent: "authorization: Basic c29jOmNhbmFyeS1wNHNz",
            shown: "api-session: s1"
        ),
        Kind(
            name: "two values in headers of the answer",
            rule: [
                "type": "SessionLogin",
                "login": ["path": "/auth", "basic": [:], "headers": ["X-Requested-With": "tocsin"]],
                "session": [
                    "token": "@parameters('answer')?['headers']?['x-token']",
                    "csrf": "@parameters('answer')?['headers']?['x-csrf']",
                ],
                "headers": [
                    "X-Token": "@parameters('session')?['token']", "X-Csrf": "@parameters('session')?['csrf']",
                ],
            ],
            product: SessionProduct(
                login: "POST https://p.example/api/auth",
                shown: { $0.headers["X-Csrf"] == "c" ? $0.headers["X-Token"] : nil },
                isWelcome: { $0.headers["X-Requested-With"] == "tocsin" },
                answer: { OutboundResponse(status: 204, headers: ["X-TOKEN": $0, "X-Csrf": "c"]) }
            ),
            sent: "x-requested-with: tocsin",
            shown: "x-token: s1"
        ),
    ]

    @Test(arguments: kinds)
    func `products sign in as their makers say`(_ kind: Kind) async throws {
        let world = try await World(kind.product, rule: kind.rule)
        #expect(try await world.status() == 200)
        func carries(_ seen: SessionProduct.Seen, _ text: String) -> Bool {
            seen.body == text || seen.headers.contains { "\($0.key): \($0.value)" == text }
        }
        #expect(kind.product.lines == ["login", "call s1"])
        #expect(carries(kind.product.seen[0], kind.sent), "\(kind.product.seen[0])")
        #expect(carries(kind.product.seen[1], kind.shown), "\(kind.product.seen[1])")
        kind.product.endSessions()
        world.clock.advance(by: .minutes(1))
        #expect(try await world.status() == 200)
        #expect(kind.product.lines.suffix(3) == ["refused s1", "login", "call s2"])
    }

    @Test func `calls that bring a session of their own, or begin one, show no other`() async throws {
        let when = "@empty(parameters('request')?['headers']?['x-sid'])"
        let world = try await World(Self.product(), rule: Self.without("", adding: ["when": .string(when)]))
        var call = ConnectorCall(tenant: "t1", connection: "p", method: "GET", path: "/items", executionKey: "k")
        call.headers = [(name: "X-Sid", value: "mine")]
        let prepared = try await world.registry.prepare(call)
        #expect(prepared.request.headers["X-Sid"] == "mine")
        #expect(world.product.lines.isEmpty)
        // What one call leaves out the next one shows.
        #expect(try await world.status() == 200)
        #expect(world.product.lines == ["login", "call s1"])
    }

    // MARK: Rules

    private static func without(_ name: String, adding more: JSONObject = [:]) -> JSON {
        var object = rule.objectValue ?? JSONObject()
        object[name] = nil
        object.merge(more)
        return .object(object)
    }

    @Test(
        arguments: [
            (without("login"), "'login'"), (without("session"), "'session'"), (without("headers"), "'headers'"),
            (without("", adding: ["loginn": [:]]), "'loginn'"),
            (without("", adding: ["login": ["method": "GET"]]), "'path'"),
            (without("", adding: ["login": ["path": "/l", "body": [:], "form": [:]]]), "either 'body' or 'form'"),
            (without("", adding: ["headers": ["a b": "x"]]), "'a b'"),
            (without("", adding: ["life": "@nope("]), "'life'"),
        ] as [(JSON, String)]
    )
    func `a rule that is not whole is an error of the adapter`(_ rule: JSON, _ part: String) throws {
        let definition: JSON = ["swagger": "2.0", "host": "p.example", "paths": [:]]
        let error = #expect(throws: ConnectorError.self) {
            try ConnectorDefinition(name: "p", definition: definition, adapter: ["authentication": rule])
        }
        #expect(error?.code == .invalidDefinition)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test func `what fails in a template is said without the secret`() async throws {
        let rule = Self.without(
            "",
            adding: ["login": ["path": "/login", "body": "@int(parameters('secrets')?['password'])"]]
        )
        let world = try await World(Self.product(), rule: rule)
        let error = await #expect(throws: ConnectorError.self) { try await world.status() }
        #expect(error?.code == .adapterFailed)
        #expect(error?.message.contains("login/body") == true && error?.message.contains("canary") == false)
        #expect(world.product.lines.isEmpty)
    }
}
