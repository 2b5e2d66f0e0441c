import JSONTree
public import Moments
public import Outbound
import Secrets

/// Leads people through signing in for a connection, with a browser or with a device code, and keeps the tokens that come of it.
///
/// With a browser: ``begin(_:networks:)`` gives a ticket, whose page on this server sends the browser on (``depart(ticket:)``) with a state that can
/// be used once; the provider sends it back (``complete(state:binding:code:issuer:)``). The browser that comes back must be the one that was sent:
/// it brings the binding, which it got as a cookie. What is under way is in memory; after a restart a person begins anew.
public actor ConsentDesk {
    /// How long a consent may take: 10 minutes.
    public static let life = TimeSpan.minutes(10)
    /// The most consents under way: 1,000; the oldest go first.
    public static let limit = 1_000

    /// What a person who opens the ticket's page is told.
    public struct Invitation: Sendable, Hashable {
        /// The connection's name.
        public let connection: String
        /// The connector's title.
        public let connector: String
        /// Scheme and host of the provider.
        public let provider: String
        /// What the connection asks for.
        public let scopes: [String]
    }

    /// Where a browser is sent, and what it must bring back.
    public struct Departure: Sendable {
        /// The provider's address.
        public let address: String
        /// The value of the cookie.
        public let binding: String
    }

    /// What a person with another device is told.
    public struct DeviceInvitation: Sendable, Hashable {
        /// Names the sign-in in ``deviceState(ticket:)``; not for the person.
        public let ticket: String
        /// What is typed in at the provider.
        public let userCode: String
        /// Where.
        public let address: String
        /// The same with the code in it, where the provider has one.
        public let completeAddress: String?
        /// How many seconds lie between two questions at least.
        public let interval: Int
        /// When the code ends.
        public let expires: Timestamp
    }

    /// How a sign-in with a device code stands.
    public enum DeviceState: Sendable, Hashable {
        /// The person has not finished.
        case pending
        /// The connection can be used.
        case done
        /// It came to nothing.
        case failed(reason: String)
    }

    private struct Browser {
        let connection: Connection
        let networks: NetworkPolicy
        let rule: ConsentRule
        let title: String
        let begun: Timestamp
        var state: String?
        var binding: String?
        let pkce: PKCE
    }

    private struct Device {
        let connection: Connection
        let networks: NetworkPolicy
        let rule: ConsentRule
        let code: SecretValue
        var interval: Int
        var nextQuestion: Timestamp
        let expires: Timestamp
        /// What it has come to; kept until it expires, so that a question that is asked again gets the same answer.
        var end: DeviceState?
    }

    private let registry: ConnectorRegistry
    private let redirect: String
    private var browsers: [String: Browser] = [:]
    private var devices: [String: Device] = [:]

    /// Makes the desk.
    ///
    /// - Parameters:
    ///   - registry: The connectors, whose tokens it keeps.
    ///   - redirectURL: The address of this server to which providers send browsers back; apps are registered with it.
    public init(registry: ConnectorRegistry, redirectURL: String) {
        self.registry = registry
        redirect = redirectURL
    }

    // MARK: - With a browser

    /// Begins a consent.
    ///
    /// - Returns: The ticket: whoever has it may sign in for the connection within ``life``.
    /// - Throws: ``ConnectorError`` when the connection needs no person or lacks a parameter.
    public func begin(_ connection: Connection, networks: NetworkPolicy) async throws -> String {
        let (rule, title) = try await rule(of: connection)
        // What is missing for the address is to be told now, not to the browser.
        _ = try rule.authorizationAddress(
            state: "state",
            challenge: "challenge",
            redirect: redirect,
            connection: connection.name
        )
        makeRoom()
        let ticket = PKCE.token()
        browsers[ticket] = Browser(
            connection: connection,
            networks: networks,
            rule: rule,
            title: title,
            begun: registry.clock.now,
            pkce: PKCE()
        )
        return ticket
    }

    /// What the ticket's page tells; nil when the ticket is not, or no more, valid.
    public func invitation(ticket: String) -> Invitation? {
        guard let browser = valid(ticket) else { return nil }
        return Invitation(
            connection: browser.connection.name,
            connector: browser.title,
            provider: URLText.origin(browser.rule.authorizationURL) ?? browser.rule.authorizationURL,
            scopes: browser.rule.scopes
        )
    }

    /// Sends the browser to the provider; a second departure makes the first worthless.
    ///
    /// - Returns: nil when the ticket is not, or no more, valid.
    public func depart(ticket: String) throws -> Departure? {
        guard var browser = valid(ticket) else { return nil }
        let (state, binding) = (PKCE.token(), PKCE.token())
        let address = try browser.rule.authorizationAddress(
            state: state,
            challenge: browser.pkce.challenge,
            redirect: redirect,
            connection: browser.connection.name
        )
        browser.state = state
        browser.binding = binding
        browsers[ticket] = browser
        return Departure(address: address, binding: binding)
    }

    /// The provider has sent a browser back.
    ///
    /// - Parameters:
    ///   - state: The state that it brings; it is spent whatever comes of it.
    ///   - binding: The cookie that it brings.
    ///   - code: The code; nil when the provider or the person has refused.
    ///   - refusal: The provider's word for why there is no code.
    ///   - issuer: Who the answer says it comes from.
    /// - Returns: The connection's name.
    /// - Throws: ``ConnectorError`` that says what went wrong; `OutboundError` when the token endpoint was not reached.
    public func complete(
        state: String,
        binding: String?,
        code: String?,
        refusal: String?,
        issuer: String?
    ) async throws -> String {
        let found = browsers.first { $0.value.state.map { ConstantTime.areEqual($0, state) } ?? false }
        guard let (ticket, browser) = found, valid(ticket) != nil else {
            throw Self.failed("It was not begun here, was completed already, or took longer than 10 minutes.")
        }
        browsers[ticket]?.state = nil
        guard let binding, let expected = browser.binding, ConstantTime.areEqual(binding, expected) else {
            throw Self.failed("It was begun in another browser. Open the address of the connection in this one.")
        }
        if let issuer, !browser.rule.isIssuer(issuer) {
            throw Self.failed("The answer comes from another issuer than the one that was asked.")
        }
        guard let code, !code.isEmpty else {
            throw Self.failed("The provider gave no code (\(Self.word(refusal))).")
        }
        browsers[ticket] = nil
        let (endpoint, form) = try browser.rule.exchange(
            code: code,
            verifier: browser.pkce.verifier.text,
            redirect: redirect,
            connection: browser.connection.name
        )
        try await exchange(endpoint, form, browser.rule, browser.connection, browser.networks)
        return browser.connection.name
    }

    // MARK: - With a device code

    /// Begins a consent on another device (RFC 8628).
    ///
    /// - Throws: ``ConnectorError``; `OutboundError`.
    public func beginDevice(_ connection: Connection, networks: NetworkPolicy) async throws -> DeviceInvitation {
        let (rule, _) = try await rule(of: connection)
        let (endpoint, form) = try rule.device(connection: connection.name)
        let response = try await send(endpoint, form, connection, networks)
        let answer = TokenAnswer.parsed(response)
        guard response.status == 200, let answer, let code = answer["device_code"]?.stringValue,
            let userCode = answer["user_code"]?.stringValue,
            let address = (answer["verification_uri"] ?? answer["verification_url"])?.stringValue
        else {
            throw Self.failed(
                "The provider gave no device code: it answered \(response.status) \(TokenAnswer.word(answer))."
            )
        }
        makeRoom()
        let now = registry.clock.now
        let interval = Int(max(1, min(answer["interval"]?.integerValue ?? 5, 60)))
        let seconds = max(1, min(answer["expires_in"]?.integerValue ?? 600, 3_600))
        let ticket = PKCE.token()
        devices[ticket] = Device(
            connection: connection,
            networks: networks,
            rule: rule,
            code: SecretValue(code),
            interval: interval,
            nextQuestion: now + .seconds(Int64(interval)),
            expires: now + .seconds(seconds)
        )
        return DeviceInvitation(
            ticket: ticket,
            userCode: userCode,
            address: address,
            completeAddress: answer["verification_uri_complete"]?.stringValue,
            interval: interval,
            expires: now + .seconds(seconds)
        )
    }

    /// Asks the provider whether the person has finished, no oftener than it allows.
    ///
    /// - Returns: nil when there is no such sign-in of the tenant.
    public func deviceState(ticket: String, tenant: String) async throws -> DeviceState? {
        let now = registry.clock.now
        guard var device = devices[ticket], device.connection.tenant == tenant else { return nil }
        if let end = device.end { return end }
        guard now < device.expires else { return finish(ticket, .failed(reason: "The code has expired. Begin anew.")) }
        guard now >= device.nextQuestion else { return .pending }
        // Who asks meanwhile is told that it is pending.
        device.nextQuestion = now + .seconds(Int64(device.interval))
        devices[ticket] = device
        let (endpoint, form) = try device.rule.deviceExchange(device.code.text, connection: device.connection.name)
        let response = try await send(endpoint, form, device.connection, device.networks)
        do {
            let answer = try TokenAnswer(response)
            try await keep(answer, device.rule, device.connection)
            return finish(ticket, .done)
        } catch let refusal as TokenAnswer.Refusal {
            switch refusal.word {
            case "authorization_pending": return .pending
            case "slow_down":
                devices[ticket]?.interval += 5
                devices[ticket]?.nextQuestion = registry.clock.now + .seconds(Int64(device.interval + 5))
                return .pending
            default: return finish(ticket, .failed(reason: "The provider refuses (\(refusal.word)). Begin anew."))
            }
        }
    }

    private func finish(_ ticket: String, _ end: DeviceState) -> DeviceState {
        devices[ticket]?.end = end
        return end
    }

    // MARK: - Both

    private func rule(of connection: Connection) async throws -> (ConsentRule, title: String) {
        guard let rule = try await registry.consentDemand(of: connection)?.consent else {
            throw ConnectorError(
                .notSupported,
                "The connection '\(connection.name)' needs nobody to sign in: its connector uses other credentials."
            )
        }
        return (rule, try registry.definition(of: connection).title)
    }

    private func exchange(
        _ endpoint: TokenEndpoint,
        _ form: String,
        _ rule: ConsentRule,
        _ connection: Connection,
        _ networks: NetworkPolicy
    ) async throws {
        do {
            let answer = try TokenAnswer(try await send(endpoint, form, connection, networks))
            try await keep(answer, rule, connection)
        } catch let refusal as TokenAnswer.Refusal {
            throw Self.failed("The token endpoint answered \(refusal.status) \(refusal.word).")
        }
    }

    /// Keeps what was got, unless the connection was changed or deleted meanwhile, so that it would be another's.
    private func keep(_ answer: TokenAnswer, _ rule: ConsentRule, _ connection: Connection) async throws {
        let present = try await registry.connections.connection(connection.name, tenant: connection.tenant)
        guard let present, try await registry.consentDemand(of: present)?.key == rule.demand.key else {
            throw Self.failed("The connection was changed or deleted meanwhile. Begin anew.")
        }
        try await registry.tokens.keep(answer, rule.demand, for: present, source: registry.connections)
    }

    private func send(
        _ endpoint: TokenEndpoint,
        _ form: String,
        _ connection: Connection,
        _ networks: NetworkPolicy
    ) async throws -> OutboundResponse {
        let values = try await ConnectionValues(connection, source: registry.connections)
        var equipped = OutboundRequest(method: "POST", url: endpoint.url)
        try connection.equip(&equipped, values)
        return try await registry.transport.send(
            endpoint.request(
                form,
                networks: networks.union(try connection.networkPolicy()),
                route: equipped.route
            )
        )
    }

    private func valid(_ ticket: String) -> Browser? {
        guard let browser = browsers[ticket], registry.clock.now - browser.begun < Self.life else { return nil }
        return browser
    }

    private func makeRoom() {
        let now = registry.clock.now
        browsers = browsers.filter { now - $0.value.begun < Self.life }
        devices = devices.filter { now < $0.value.expires + Self.life }
        while browsers.count >= Self.limit, let oldest = browsers.min(by: { $0.value.begun < $1.value.begun }) {
            browsers[oldest.key] = nil
        }
        while devices.count >= Self.limit, let oldest = devices.min(by: { $0.value.expires < $1.value.expires }) {
            devices[oldest.key] = nil
        }
    }

    private static func word(_ text: String?) -> String {
        guard let text, (1...64).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return "without a reason"
        }
        return text
    }

    private static func failed(_ reason: String) -> ConnectorError {
        ConnectorError(.authenticationFailed, "The sign-in came to nothing. \(reason)")
    }
}
