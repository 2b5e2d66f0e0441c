import JSONTree
import Moments
import Outbound
import Secrets
import Stores
import Testing

@testable import Connectors

/// Tokens: once for all who wait, before they expire, over a restart, and not any more when a consent is gone.
@Suite(.timeLimit(.minutes(1)))
struct TokenTests {
    @Test func `a token is fetched once for many who wait, and renewed before it expires`() async throws {
        let world = try await SignInWorld()
        let connection = try await world.connect()
        try await world.signIn(connection)
        #expect(world.provider.log == ["authorization_code 200"])
        // Good for an hour: five minutes before that, it is renewed.
        world.clock.advance(by: .minutes(54))
        #expect(try await world.status() == 200)
        #expect(world.provider.log.count == 1)
        world.clock.advance(by: .minutes(2))
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<200 { group.addTask { try await world.status() } }
            for try await status in group { #expect(status == 200) }
        }
        #expect(world.provider.log == ["authorization_code 200", "refresh_token 200"])
    }

    @Test func `while the endpoint is down the old token serves until it expires`() async throws {
        let world = try await SignInWorld()
        try await world.signIn(try await world.connect())
        world.clock.advance(by: .minutes(56))
        world.provider.setDown(true)
        #expect(try await world.status() == 200)
        world.clock.advance(by: .minutes(5))
        let error = await #expect(throws: OutboundError.self) { try await world.status() }
        #expect(error?.certainlyNotSent == true)
        world.provider.setDown(false)
        #expect(try await world.status() == 200)
        #expect(world.provider.log.last == "refresh_token 200")
    }

    @Test func `tokens outlive the process, the last refresh token among them`() async throws {
        let first = try await SignInWorld()
        try await first.signIn(try await first.connect())
        first.clock.advance(by: .minutes(56))
        #expect(try await first.status() == 200)
        let second = try await SignInWorld(
            provider: first.provider,
            clock: first.clock,
            house: StoreHouse(after: first.house)
        )
        #expect(try await second.status() == 200)
        #expect(first.provider.log == ["authorization_code 200", "refresh_token 200"])
        // The provider takes the last refresh token only.
        second.clock.advance(by: .minutes(58))
        #expect(try await second.status() == 200)
        #expect(first.provider.log.last == "refresh_token 200" && first.provider.log.count == 3)
    }

    @Test func `a consent that was taken back is a state of the connection, and ends with the next sign-in`()
        async throws
    {
        let world = try await SignInWorld()
        let connection = try await world.connect()
        try await world.signIn(connection)
        #expect(try await world.registry.status(of: connection).word == "ready")
        world.provider.revoke()
        world.clock.advance(by: .minutes(61))
        for _ in 0..<3 {
            let error = await #expect(throws: ConnectorError.self) { try await world.status() }
            #expect(error?.code == .needsSignIn && error?.isHold == true)
            #expect(error?.message.contains("tocsin connections authorize mail") == true)
            #expect(error?.message.contains("canary") == false)
        }
        // The endpoint is asked once: what it said stands, also after a restart.
        #expect(world.provider.log == ["authorization_code 200", "refresh_token 400 invalid_grant"])
        let later = try await SignInWorld(
            provider: world.provider,
            clock: world.clock,
            house: StoreHouse(after: world.house)
        )
        let status = try await later.registry.status(of: connection)
        #expect(status.word == "needsSignIn" && status.json["message"]?.stringValue?.contains("invalid_grant") == true)
        try await later.signIn(connection)
        #expect(try await later.status() == 200)
        #expect(try await later.registry.status(of: connection).word == "ready")
    }

    @Test func `nobody has signed in yet`() async throws {
        let world = try await SignInWorld()
        let connection = try await world.connect()
        #expect(try await world.registry.status(of: connection).word == "needsSignIn")
        let error = await #expect(throws: ConnectorError.self) { try await world.status() }
        #expect(error?.code == .needsSignIn && world.provider.log.isEmpty)
    }

    @Test func `a token that the service refuses is replaced once, a fresh one is not`() async throws {
        let world = try await SignInWorld()
        try await world.signIn(try await world.connect())
        world.provider.dropAccess()
        #expect(try await world.status() == 401)
        #expect(world.provider.log.count == 1)
        world.clock.advance(by: .minutes(1))
        #expect(try await world.status() == 200)
        #expect(world.provider.log.last == "refresh_token 200")
        #expect(world.provider.calls.count == 3)
    }

    @Test func `a wrong secret of the app fails and is no matter of consent`() async throws {
        let world = try await SignInWorld()
        let connection = try await world.connect()
        try await world.signIn(connection)
        world.clock.advance(by: .minutes(61))
        _ = try await world.connect(secret: "other")
        let error = await #expect(throws: ConnectorError.self) { try await world.status() }
        #expect(error?.code == .authenticationFailed && error?.message.contains("invalid_client") == true)
        _ = try await world.connect()
        #expect(try await world.status() == 200)
    }

    @Test func `what is kept of tokens is sealed, and goes with the connection`() async throws {
        let world = try await SignInWorld()
        let connection = try await world.connect()
        try await world.signIn(connection)
        let refresh = try #require(world.provider.refreshToken)
        let kept = try #require(try await world.house.connections.keptTokens(of: connection))
        #expect(kept.text.contains(refresh))
        #expect(!"\(kept)".contains(refresh) && !connection.json.text.contains(refresh))
        #expect(try await world.registry.status(of: connection).json.text.contains(refresh) == false)
        let rows = try await world.house.store.read { snapshot in
            try snapshot.query("SELECT sealed FROM secrets_value", []).map { try $0[0].blob }
        }
        #expect(rows.count == 2)
        for row in rows { #expect(!String(decoding: row, as: UTF8.self).contains(refresh)) }
        #expect(try await world.house.connections.delete("mail", tenant: SignInWorld.tenant, by: "tester"))
        await world.registry.forget(connection)
        #expect(try await world.house.connections.keptTokens(of: connection) == nil)
        // The same name again is another connection.
        let again = try await world.connect()
        #expect(try await world.registry.status(of: again).word == "needsSignIn")
    }
}
