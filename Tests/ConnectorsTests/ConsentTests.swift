import JSONTree
import Moments
import Outbound
import Secrets
import Testing

@testable import Connectors

/// Consent with a browser and with a device code, against a provider that checks everything.
@Suite(.timeLimit(.minutes(1)))
struct ConsentTests {
    private func departure(_ world: SignInWorld) async throws -> (ConsentDesk.Departure, back: [String: String]) {
        let connection = try await world.connect()
        let ticket = try await world.desk.begin(connection, networks: .publicInternet)
        let departure = try #require(try await world.desk.depart(ticket: ticket))
        let back = try world.provider.consent(departure.address)
        return (departure, StrictProvider.fields(String(back.split(separator: "?")[1])))
    }

    private func failure(_ body: () async throws -> String) async -> String {
        await #expect(throws: ConnectorError.self) { try await body() }?.message ?? ""
    }

    @Test func `the address asks for what the definition says, with PKCE`() async throws {
        let world = try await SignInWorld()
        let connection = try await world.connect()
        let ticket = try await world.desk.begin(connection, networks: .publicInternet)
        let invitation = await world.desk.invitation(ticket: ticket)
        #expect(
            invitation?.provider == "https://login.example" && invitation?.scopes == ["mail.read", "offline_access"]
        )
        let address = try #require(try await world.desk.depart(ticket: ticket)).address
        let query = StrictProvider.fields(String(address.split(separator: "?")[1]))
        #expect(query["scope"] == "mail.read offline_access" && query["code_challenge_method"] == "S256")
        #expect(query["code_challenge"]?.count == 43 && (query["state"]?.count ?? 0) >= 43)
        #expect(!address.contains(StrictProvider.secret))
    }

    @Test func `a state is spent by its first use`() async throws {
        let world = try await SignInWorld()
        let (departure, back) = try await departure(world)
        func complete() async throws -> String {
            try await world.desk.complete(
                state: back["state"] ?? "",
                binding: departure.binding,
                code: back["code"],
                refusal: nil,
                issuer: nil
            )
        }
        #expect(try await complete() == "mail")
        #expect(await failure(complete).contains("completed already"))
        #expect(world.provider.log == ["authorization_code 200"])
    }

    @Test(arguments: ["binding", "issuer", "code", "state", "late"])
    func `what is not right is refused before any code is exchanged`(_ wrong: String) async throws {
        let world = try await SignInWorld()
        let (departure, back) = try await departure(world)
        if wrong == "late" { world.clock.advance(by: .minutes(11)) }
        let message = await failure {
            try await world.desk.complete(
                state: wrong == "state" ? "other" : back["state"] ?? "",
                binding: wrong == "binding" ? "other" : departure.binding,
                code: wrong == "code" ? nil : back["code"],
                refusal: wrong == "code" ? "access_denied" : nil,
                issuer: wrong == "issuer" ? "https://evil.example" : back["iss"]
            )
        }
        #expect(!message.isEmpty && world.provider.log.isEmpty)
        // The state is spent: the right answer comes too late.
        if wrong != "state" {
            let again = await failure {
                try await world.desk.complete(
                    state: back["state"] ?? "",
                    binding: departure.binding,
                    code: back["code"],
                    refusal: nil,
                    issuer: nil
                )
            }
            #expect(again.contains("not begun here"))
        }
        #expect(world.provider.log.isEmpty)
    }

    @Test func `a connection that was changed meanwhile does not get another's tokens`() async throws {
        let world = try await SignInWorld()
        let (departure, back) = try await departure(world)
        var other = try #require(try await world.house.connections.connection("mail", tenant: "t1"))
        other.parameters["clientId"] = "app-2"
        try await world.house.connections.put(other, secrets: ["clientSecret": SecretValue("another")])
        let message = await failure {
            try await world.desk.complete(
                state: back["state"] ?? "",
                binding: departure.binding,
                code: back["code"],
                refusal: nil,
                issuer: nil
            )
        }
        #expect(message.contains("changed or deleted"))
        #expect(try await world.house.connections.keptTokens(of: other) == nil)
    }

    @Test func `a device code is asked for no oftener than allowed, until the person has finished`() async throws {
        let world = try await SignInWorld()
        var connection = try await world.connect()
        connection.authentication = [
            "type": "AuthorizationCode", "authorizationUrl": "https://login.example/authorize",
            "tokenUrl": "https://login.example/token", "deviceAuthorizationUrl": "https://login.example/device",
            "scopes": ["mail.read"],
        ]
        try await world.house.connections.put(
            connection,
            secrets: ["clientSecret": SecretValue(StrictProvider.secret)]
        )
        let invitation = try await world.desk.beginDevice(connection, networks: .publicInternet)
        #expect(invitation.userCode == "BDWP-HQPK" && invitation.interval == 5)
        func state() async throws -> ConsentDesk.DeviceState? {
            try await world.desk.deviceState(ticket: invitation.ticket, tenant: "t1")
        }
        for _ in 0..<3 { #expect(try await state() == .pending) }
        #expect(world.provider.log == ["device 200"])
        world.clock.advance(by: .seconds(5))
        #expect(try await state() == .pending)
        #expect(world.provider.log.last == "device_code 400 authorization_pending")
        world.provider.approveDevices()
        world.clock.advance(by: .seconds(5))
        #expect(try await state() == .done)
        #expect(try await state() == .done)
        #expect(try await world.desk.deviceState(ticket: invitation.ticket, tenant: "t2") == nil)
        #expect(try await world.registry.status(of: connection).word == "ready")
        #expect(try await world.status() == 200)
    }

    @Test func `a connection with a key needs nobody to sign in`() async throws {
        let registry = Fixtures.registry()
        let desk = ConsentDesk(registry: registry, redirectURL: "https://tocsin.example/cb")
        let error = await #expect(throws: ConnectorError.self) {
            try await desk.begin(Fixtures.freshdesk, networks: .publicInternet)
        }
        #expect(error?.message.contains("needs nobody") == true)
    }
}
